/* Draws random words (argument: how many eights, 1 to 9), prints them, and checks that no two are alike. Exit value 0 or 1. */
#include <komodo.h>

#define MAX_LINES 9

static uint32_t drawn[8 * MAX_LINES];

int main(int argc, char **argv)
{
  size_t lines = argc > 0 && argv[0][0] >= '1' && argv[0][0] <= '9' ? (size_t)(argv[0][0] - '0') : 1;
  for (size_t line = 0; line < lines; line++) {
    komodo_words_t words;
    for (size_t i = 0; i < 8; i++) words.word[i] = drawn[8 * line + i] = komodo_random();
    komodo_print_words(&words);
    komodo_print("\n");
  }
  for (size_t i = 0; i < 8 * lines; i++)
    for (size_t j = 0; j < i; j++)
      if (drawn[i] == drawn[j]) return 1;
  return 0;
}
