/*
 * AES-128 encryption (FIPS 197) in CBC mode over 64 KiB a pass, with four 1 KiB tables that join SubBytes, ShiftRows
 * and MixColumns: look-ups at data-dependent addresses. Little-endian columns: byte r of a word is row r.
 *
 * The S-box is computed (inverse in GF(2^8), then the affine map of §5.1.1), and the tables from it.
 */
#include "kernel.h"

#define BLOCKS 4096
#define ROUNDS 10

static uint8_t s_box[256];
static uint32_t table[4][256];
static uint32_t round_key[4 * (ROUNDS + 1)];

static uint8_t times_2(uint8_t x)
{
  return (uint8_t)(x << 1 ^ (x & 0x80 ? 0x1b : 0));
}

static uint32_t rotate_left(uint32_t x, unsigned count)
{
  return x << count | x >> (32 - count);
}

/* 3 generates the field: p runs through its powers and q through their inverses. Inverse of 3 is 0xf6. */
static void build_s_box(void)
{
  uint8_t p = 1;
  uint8_t q = 1;
  do {
    p = (uint8_t)(p ^ times_2(p));
    q = (uint8_t)(q ^ q << 1);
    q = (uint8_t)(q ^ q << 2);
    q = (uint8_t)(q ^ q << 4);
    if (q & 0x80) q ^= 0x09;
    uint8_t sum = q;
    for (unsigned i = 1; i <= 4; i++) sum ^= (uint8_t)(q << i | q >> (8 - i));
    s_box[p] = sum ^ 0x63;
  } while (p != 1);
  s_box[0] = 0x63;
}

static void build_tables(void)
{
  for (unsigned x = 0; x < 256; x++) {
    uint32_t s = s_box[x];
    uint32_t s2 = times_2((uint8_t)s);
    uint32_t column = s2 | s << 8 | s << 16 | (s2 ^ s) << 24;
    for (unsigned row = 0; row < 4; row++) table[row][x] = row == 0 ? column : rotate_left(column, 8 * row);
  }
}

static void expand_key(const uint32_t key[4])
{
  uint32_t round_constant = 1;
  for (int i = 0; i < 4; i++) round_key[i] = key[i];
  for (int i = 4; i < 4 * (ROUNDS + 1); i++) {
    uint32_t word = round_key[i - 1];
    if (i % 4 == 0) {
      word = rotate_left(word, 24);
      word = s_box[word & 255] | (uint32_t)s_box[word >> 8 & 255] << 8 | (uint32_t)s_box[word >> 16 & 255] << 16 |
        (uint32_t)s_box[word >> 24] << 24;
      word ^= round_constant;
      round_constant = times_2((uint8_t)round_constant);
    }
    round_key[i] = round_key[i - 4] ^ word;
  }
}

/* The key is bytes 0 to 15, as in the example of FIPS 197, appendix C.1. */
static void prepare(void)
{
  static const uint32_t key[4] = {0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c};
  build_s_box();
  build_tables();
  expand_key(key);
  uint64_t state = 1;
  for (size_t i = 0; i < BLOCKS * 2; i++) arena[i] = next_random(&state);
}

static uint32_t full_round(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t key)
{
  return table[0][a & 255] ^ table[1][b >> 8 & 255] ^ table[2][c >> 16 & 255] ^ table[3][d >> 24] ^ key;
}

static uint32_t last_round(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t key)
{
  return (s_box[a & 255] | (uint32_t)s_box[b >> 8 & 255] << 8 | (uint32_t)s_box[c >> 16 & 255] << 16 |
           (uint32_t)s_box[d >> 24] << 24) ^
    key;
}

static void encrypt(uint32_t block[4])
{
  uint32_t a = block[0] ^ round_key[0], b = block[1] ^ round_key[1];
  uint32_t c = block[2] ^ round_key[2], d = block[3] ^ round_key[3];
  const uint32_t *key = round_key + 4;
  for (int round = 1; round < ROUNDS; round++, key += 4) {
    uint32_t a2 = full_round(a, b, c, d, key[0]);
    uint32_t b2 = full_round(b, c, d, a, key[1]);
    uint32_t c2 = full_round(c, d, a, b, key[2]);
    uint32_t d2 = full_round(d, a, b, c, key[3]);
    a = a2;
    b = b2;
    c = c2;
    d = d2;
  }
  block[0] = last_round(a, b, c, d, key[0]);
  block[1] = last_round(b, c, d, a, key[1]);
  block[2] = last_round(c, d, a, b, key[2]);
  block[3] = last_round(d, a, b, c, key[3]);
}

/* CBC with the checksum as the first 8 bytes of the initialisation vector, and zeros after it. */
static uint64_t pass(uint64_t checksum)
{
  const uint32_t *plain = (const uint32_t *)arena;
  uint32_t block[4] = {(uint32_t)checksum, (uint32_t)(checksum >> 32), 0, 0};
  for (size_t i = 0; i < BLOCKS; i++) {
    for (int j = 0; j < 4; j++) block[j] ^= plain[4 * i + j];
    encrypt(block);
  }
  return block[0] | (uint64_t)block[1] << 32;
}

const kernel_t aes_kernel = {"aes", 20, prepare, pass};
