/*
 * Victim of the prime+probe experiment: looks up a table at places that depend on its secret.
 *
 * Round r of 64 takes nibble r of `secret` (low nibble of a byte first), reads the 64-byte line of that number in
 * `table`, and yields. `table` starts a page, so in a cache with 64 sets of 64-byte lines line k of it is in set k;
 * `secret` and the stack use sets above 15. A neighbour who knows which of the sets 0 to 15 was used knows the nibble.
 *
 *   victim        unprotected
 *   victim lock   BINDING around each look-up: all sixteen lines are fetched, whatever the nibble, and the look-up
 *                 hits a locked line; UNBINDING flushes all sixteen
 *   victim try    as `lock`, but looks up unprotected where BINDING is refused
 *
 * The host may put other bytes at the symbol `secret` before the enclave runs.
 * Exit value 0; 1 if UNBINDING, or with `lock` BINDING, is refused; 2 for a bad argument.
 * Source: Penglai reference §5.
 */
#include "arguments.h"
#include <atoll.h>

#define TABLE_LINES 16

__attribute__((section(".data.page_aligned"), aligned(4096))) uint8_t table[TABLE_LINES * EAPP_LINE_SIZE] = {1};

__attribute__((section(".data"), aligned(64))) uint8_t secret[32] = {
  0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01,
  0x3c, 0xa5, 0x0f, 0x96, 0xe1, 0x78, 0xd2, 0x4b, 0xb4, 0x2d, 0x87, 0x1e, 0x69, 0xf0, 0x5a, 0xc3,
};

int main(int argc, char **argv)
{
  int must = argc > 0 && is_same_text(argv[0], "lock");
  int may = must || (argc > 0 && is_same_text(argv[0], "try"));
  if (argc > 0 && !may) return 2;

  for (unsigned round = 0; round < 2 * sizeof secret; round++) {
    unsigned nibble = (secret[round / 2] >> (4 * (round % 2))) & 15;
    int bound = may && eapp_binding(table, sizeof table) == 0;
    if (must && !bound) return 1;
    (void)*(volatile uint64_t *)&table[nibble * EAPP_LINE_SIZE];
    if (bound && eapp_unbinding(table, sizeof table) != 0) return 1;
    eapp_yield();
  }
  return 0;
}
