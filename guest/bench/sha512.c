/*
 * SHA-512 (FIPS 180-4, §6.4) of 64 KiB a pass: 64-bit rotates and additions, which rv64imac spells out as shifts.
 *
 * The initial hash value and the round constants are the fractional parts of square and cube roots of primes
 * (§4.2.3, §5.3.5); `prepare` computes them with integer roots instead of carrying a table.
 */
#include "kernel.h"

#define MESSAGE_BYTES 65536
#define BLOCK_WORDS 16
#define ROUNDS 80

static uint64_t round_constant[ROUNDS];
static uint64_t initial_hash[8];

__extension__ typedef unsigned __int128 u128;

/* Is root^degree <= prime * 2^(64 * degree)? Bits are counted in 32-bit limbs; the largest product has 7 of them. */
static int is_at_most(u128 root, unsigned degree, uint64_t prime)
{
  uint32_t product[12] = {1};
  for (unsigned factor = 0; factor < degree; factor++) {
    uint32_t next[12] = {0};
    for (unsigned i = 0; i < 8; i++) {
      uint64_t carry = 0;
      for (unsigned j = 0; j < 3; j++) {
        uint64_t sum = next[i + j] + (uint64_t)product[i] * (uint32_t)(root >> (32 * j)) + carry;
        next[i + j] = (uint32_t)sum;
        carry = sum >> 32;
      }
      next[i + 3] += (uint32_t)carry;
    }
    for (unsigned i = 0; i < 12; i++) product[i] = next[i];
  }
  for (unsigned i = 2 * degree + 1; i < 12; i++)
    if (product[i] != 0) return 0;
  return product[2 * degree] < prime; /* the roots are irrational: never equal */
}

/* First 64 bits of the fractional part of the square (degree 2) or cube (degree 3) root. */
static uint64_t root_fraction(uint64_t prime, unsigned degree)
{
  u128 root = 0;
  for (int bit = 68; bit >= 0; bit--)
    if (is_at_most(root | (u128)1 << bit, degree, prime)) root |= (u128)1 << bit;
  return (uint64_t)root;
}

static void prepare(void)
{
  unsigned count = 0;
  for (uint64_t candidate = 2; count < ROUNDS; candidate++) {
    int is_prime = 1;
    for (uint64_t divisor = 2; divisor * divisor <= candidate; divisor++)
      if (candidate % divisor == 0) is_prime = 0;
    if (!is_prime) continue;
    if (count < 8) initial_hash[count] = root_fraction(candidate, 2);
    round_constant[count++] = root_fraction(candidate, 3);
  }
  uint64_t state = 1;
  for (size_t i = 0; i < MESSAGE_BYTES / 8; i++) arena[i] = next_random(&state);
}

static uint64_t rotate_right(uint64_t x, unsigned count)
{
  return x >> count | x << (64 - count);
}

static uint64_t big_endian(uint64_t x)
{
  x = (x & 0x00ff00ff00ff00fful) << 8 | (x >> 8 & 0x00ff00ff00ff00fful);
  x = (x & 0x0000ffff0000fffful) << 16 | (x >> 16 & 0x0000ffff0000fffful);
  return x << 32 | x >> 32;
}

static void compress(uint64_t hash[8], const uint64_t block[BLOCK_WORDS])
{
  uint64_t w[ROUNDS];
  for (int t = 0; t < BLOCK_WORDS; t++) w[t] = big_endian(block[t]);
  for (int t = BLOCK_WORDS; t < ROUNDS; t++) {
    uint64_t s0 = rotate_right(w[t - 15], 1) ^ rotate_right(w[t - 15], 8) ^ w[t - 15] >> 7;
    uint64_t s1 = rotate_right(w[t - 2], 19) ^ rotate_right(w[t - 2], 61) ^ w[t - 2] >> 6;
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
  uint64_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
  for (int t = 0; t < ROUNDS; t++) {
    uint64_t sum1 = rotate_right(e, 14) ^ rotate_right(e, 18) ^ rotate_right(e, 41);
    uint64_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + round_constant[t] + w[t];
    uint64_t sum0 = rotate_right(a, 28) ^ rotate_right(a, 34) ^ rotate_right(a, 39);
    uint64_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  hash[0] += a;
  hash[1] += b;
  hash[2] += c;
  hash[3] += d;
  hash[4] += e;
  hash[5] += f;
  hash[6] += g;
  hash[7] += h;
}

/* The message is the arena's start with `checksum` as its first 8 bytes: a pass depends on the one before. */
static uint64_t pass(uint64_t checksum)
{
  arena[0] = checksum;
  uint64_t hash[8];
  for (int i = 0; i < 8; i++) hash[i] = initial_hash[i];
  for (size_t i = 0; i < MESSAGE_BYTES / 8; i += BLOCK_WORDS) compress(hash, &arena[i]);
  uint64_t padding[BLOCK_WORDS] = {0x80};
  padding[BLOCK_WORDS - 1] = big_endian(8ul * MESSAGE_BYTES);
  compress(hash, padding);
  return hash[0];
}

const kernel_t sha512_kernel = {"sha512", 24, prepare, pass};
