/* Sieve of Eratosthenes over one flag byte a number: strided stores, then a sequential scan. */
#include "kernel.h"

#define LIMIT 1000000u /* 78,498 primes below it */

static void prepare(void) {}

static uint64_t pass(uint64_t checksum)
{
  uint8_t *is_composite = (uint8_t *)arena;
  for (uint32_t n = 0; n < LIMIT / 8; n++) arena[n] = 0;
  for (uint32_t n = 2; n * n < LIMIT; n++)
    if (!is_composite[n])
      for (uint32_t multiple = n * n; multiple < LIMIT; multiple += n) is_composite[multiple] = 1;
  uint64_t count = 0;
  uint64_t sum = 0;
  for (uint32_t n = 2; n < LIMIT; n++)
    if (!is_composite[n]) {
      count++;
      sum += n;
    }
  return fold(fold(checksum, count), sum);
}

const kernel_t sieve_kernel = {"sieve", 5, prepare, pass};
