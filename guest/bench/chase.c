/*
 * Pointer chase: dependent loads along one random cycle through every 64-byte line of a buffer. 64 KiB stays in an
 * outer cache and in few TLB entries; 8 MiB misses in both.
 */
#include "kernel.h"

#define LINE_BYTES 64
#define STEPS 1000003ul /* prime: no multiple of a cycle, so a pass does not end where it began */

typedef struct line {
  struct line *next;
  uint64_t payload;
  uint8_t rest[LINE_BYTES - 16];
} line_t;

/* Sattolo's shuffle: a permutation that is one single cycle. */
static void build_cycle(uint64_t line_count)
{
  line_t *lines = (line_t *)arena;
  uint64_t state = 1;
  for (uint64_t i = 0; i < line_count; i++) {
    lines[i].next = &lines[i];
    lines[i].payload = i;
  }
  for (uint64_t i = line_count - 1; i > 0; i--) {
    uint64_t j = next_random(&state) % i;
    line_t *next = lines[i].next;
    lines[i].next = lines[j].next;
    lines[j].next = next;
  }
}

static void prepare_64k(void)
{
  build_cycle((64ul << 10) / LINE_BYTES);
}

static void prepare_8m(void)
{
  build_cycle((8ul << 20) / LINE_BYTES);
}

/* Sums the payloads on the way. Starts at a line that depends on the pass before. */
static uint64_t pass(uint64_t checksum)
{
  const line_t *line = (const line_t *)arena + checksum % 1024;
  uint64_t sum = 0;
  for (uint64_t step = 0; step < STEPS; step++) {
    sum += line->payload;
    line = line->next;
  }
  return fold(fold(checksum, sum), line->payload);
}

const kernel_t chase_64k_kernel = {"chase-64k", 16, prepare_64k, pass};
const kernel_t chase_8m_kernel = {"chase-8m", 16, prepare_8m, pass};
