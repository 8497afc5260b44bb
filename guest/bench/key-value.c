/*
 * Key-value table: open addressing with linear probing in 8 MiB (524,288 slots of 16 bytes), half reads and half
 * writes of random keys out of 2^18: at most half full. Nearly every access misses the TLB.
 */
#include "kernel.h"

#define SLOTS (ARENA_BYTES / sizeof(slot_t))
#define KEY_COUNT (1ul << 18)
#define OPERATIONS (1ul << 17)

typedef struct {
  uint64_t key; /* 0: empty */
  uint64_t value;
} slot_t;

static uint64_t random_state;

static void prepare(void)
{
  for (size_t i = 0; i < ARENA_BYTES / 8; i++) arena[i] = 0;
  random_state = 1;
}

/* The key's slot, or the empty one where it belongs. Multiplicative hash: the product's upper bits mix best. */
static slot_t *find(uint64_t key)
{
  slot_t *slots = (slot_t *)arena;
  uint64_t at = (key * 0x9e3779b97f4a7c15ul) >> 45; /* 64 - log2(SLOTS) */
  while (slots[at].key != 0 && slots[at].key != key) at = (at + 1) % SLOTS;
  return &slots[at];
}

static uint64_t pass(uint64_t checksum)
{
  for (uint64_t i = 0; i < OPERATIONS; i++) {
    uint64_t random = next_random(&random_state);
    uint64_t key = random % KEY_COUNT + 1;
    slot_t *slot = find(key);
    if (random >> 63) {
      slot->key = key;
      slot->value += random;
    } else {
      checksum = fold(checksum, slot->value);
    }
  }
  return checksum;
}

const kernel_t key_value_kernel = {"key-value", 24, prepare, pass};
