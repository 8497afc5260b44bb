/*
 * Holds a key and computes with it, and shows nothing of it: what an attacker of memory, page tables or DRAM hunts.
 *
 * `secret` starts as 32 zero bytes in .data (a test may put others there before the enclave runs), is mixed with
 * GET_KEY and GETRANDOM, and lives in .data and on the stack across every YIELD. No branch, address or length
 * depends on it, and nothing it produced leaves the enclave: two runs with different secrets look alike.
 * Argument: number of yields, default 8. Exit value 0; 1 if the monitor refuses; 2 for a bad argument.
 */
#include "arguments.h"
#include <atoll.h>

#define SECRET_BYTES 32

__attribute__((section(".data"))) EAPP_ONE_PAGE uint8_t secret[SECRET_BYTES] = {0};

/* One step of xorshift64*, on each lane: constant time. */
static void mix(uint64_t lane[4])
{
  for (int i = 0; i < 4; i++) {
    uint64_t x = lane[i] ^ lane[(i + 1) & 3];
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    lane[i] = x * 0x2545f4914f6cdd1dul;
  }
}

int main(int argc, char **argv)
{
  uint64_t yields = 8;
  if (argc > 0 && parse_u64(argv[0], &yields) != 0) return 2;

  EAPP_ONE_PAGE uint8_t key[SECRET_BYTES];
  EAPP_ONE_PAGE uint8_t fresh[SECRET_BYTES];
  if (eapp_get_key(EAPP_KEY_STORAGE, key, sizeof key) != 0) return 1;
  if (eapp_getrandom(fresh, sizeof fresh) != SECRET_BYTES) return 1;
  for (int i = 0; i < SECRET_BYTES; i++) secret[i] ^= key[i] ^ fresh[i];

  for (uint64_t round = 0; round < yields; round++) {
    volatile uint64_t on_stack[4]; /* volatile: the copy must really be in memory while the host runs */
    uint64_t lane[4];
    for (int i = 0; i < 4; i++) {
      lane[i] = 0;
      for (int j = 0; j < 8; j++) lane[i] |= (uint64_t)secret[8 * i + j] << (8 * j);
    }
    for (int step = 0; step < 100; step++) mix(lane);
    for (int i = 0; i < 4; i++) on_stack[i] = lane[i];
    eapp_yield();
    for (int i = 0; i < SECRET_BYTES; i++) secret[i] = (uint8_t)(on_stack[i / 8] >> (8 * (i % 8)));
  }
  return 0;
}
