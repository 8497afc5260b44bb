/*
 * Two threads on two dispatchers share a data page: the worker squares what the main thread gives it. Each waits for the other by
 * yielding; they interleave on one hart and never overlap. Exit value 0, or 1 if a square is wrong; 3 if the worker never runs.
 */
#include <komodo.h>

#define ROUNDS 10u
#define PATIENCE 1000

static volatile uint32_t question;
static volatile uint32_t reply;
static volatile uint32_t asked; /* rounds begun */
static volatile uint32_t done;  /* rounds answered */

static void work(void)
{
  while (done < ROUNDS) {
    while (done == asked) komodo_yield();
    reply = question * question;
    done = asked;
  }
  komodo_print("worker: over\n");
}
KOMODO_THREAD(1, work, 4096);

int main(void)
{
  uint32_t sum = 0;
  for (uint32_t round = 1; round <= ROUNDS; round++) {
    question = round;
    asked = round;
    for (int turns = 0; done != round; turns++) {
      if (turns == PATIENCE) return 3;
      komodo_yield();
    }
    if (reply != round * round) return 1;
    sum += reply;
  }
  komodo_yield(); /* the worker's last words */
  komodo_print("sum of squares: ");
  komodo_print_u32(sum);
  komodo_print("\n");
  return 0;
}
