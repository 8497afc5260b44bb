/*
 * One benchmark kernel: `prepare` builds its data, unmeasured; each `pass` does the same amount of work on it and
 * folds what it computed into the checksum, so that nothing can be optimised away and a wrong machine shows.
 * Integer only; all data is deterministic.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *name;
  uint64_t default_passes; /* about 60 to 100 million instructions */
  void (*prepare)(void);
  uint64_t (*pass)(uint64_t checksum);
} kernel_t;

extern const kernel_t sieve_kernel, quicksort_kernel, sha512_kernel, aes_kernel, chase_64k_kernel, chase_8m_kernel,
  key_value_kernel;

/* 8 MiB that the kernels share: one runs at a time, and `prepare` leaves nothing of the previous one. */
#define ARENA_BYTES (8ul << 20)
extern uint64_t arena[ARENA_BYTES / 8];

/* xorshift64: next pseudo-random number; `state` must not be 0. */
static inline uint64_t next_random(uint64_t *state)
{
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

/* Order-dependent fold of a value into a checksum. */
static inline uint64_t fold(uint64_t checksum, uint64_t value)
{
  return (checksum ^ value) * 0x100000001b3ul;
}

#endif
