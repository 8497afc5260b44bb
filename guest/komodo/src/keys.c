/*
 * A key manager: keys are drawn inside and never leave; the host may only have them used. Arguments are commands:
 *
 *   create          a new key in the first free slot; prints the slot
 *   sign ID TEXT    HMAC-SHA-256 of TEXT under the key; prints it
 *   destroy ID      wipes the key; its slot is free for another one
 *
 * Exit value 0; 2 if a command was refused. What is refused is said, and the next command is taken all the same.
 */
#include <komodo-attest.h>

#define SLOTS 4

typedef struct {
  int is_used;
  komodo_words_t key;
} slot_t;

static slot_t slots[SLOTS];
static int refusals;

static int is_same_text(const char *a, const char *b)
{
  while (*a != '\0' && *a == *b) {
    a++;
    b++;
  }
  return *a == *b;
}

static void refuse(const char *why)
{
  refusals++;
  komodo_print("refused: ");
  komodo_print(why);
  komodo_print("\n");
}

/* One digit is enough for all slots. */
static slot_t *slot_of(const char *id)
{
  if (id == NULL || id[0] < '0' || id[0] >= '0' + SLOTS || id[1] != '\0') return NULL;
  slot_t *slot = &slots[id[0] - '0'];
  return slot->is_used ? slot : NULL;
}

static void create(void)
{
  for (uint32_t id = 0; id < SLOTS; id++) {
    if (slots[id].is_used) continue;
    slots[id].is_used = 1;
    for (size_t i = 0; i < 8; i++) slots[id].key.word[i] = komodo_random();
    komodo_print("key ");
    komodo_print_u32(id);
    komodo_print("\n");
    return;
  }
  refuse("no free slot");
}

static void sign(const slot_t *slot, const char *text)
{
  size_t byte_len = 0;
  while (text[byte_len] != '\0') byte_len++;
  komodo_words_t mac = komodo_hmac(&slot->key, text, byte_len);
  komodo_print_words(&mac);
  komodo_print("\n");
}

static void destroy(slot_t *slot)
{
  volatile uint32_t *word = slot->key.word;
  for (size_t i = 0; i < 8; i++) word[i] = 0;
  slot->is_used = 0;
  komodo_print("destroyed\n");
}

int main(int argc, char **argv)
{
  for (int i = 0; i < argc; i++) {
    if (is_same_text(argv[i], "create")) {
      create();
    } else if (is_same_text(argv[i], "sign") && i + 2 < argc) {
      slot_t *slot = slot_of(argv[i + 1]);
      if (slot != NULL) sign(slot, argv[i + 2]);
      else refuse("no such key");
      i += 2;
    } else if (is_same_text(argv[i], "destroy") && i + 1 < argc) {
      slot_t *slot = slot_of(argv[i + 1]);
      if (slot != NULL) destroy(slot);
      else refuse("no such key");
      i += 1;
    } else {
      refuse("no such command");
    }
  }
  return refusals > 0 ? 2 : 0;
}
