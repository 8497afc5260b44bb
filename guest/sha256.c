/*
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104) for guests; see include/sha256.h. Clear rather than fast: a message is hashed block by
 * block, in one go.
 */
#include <sha256.h>

#define BLOCK_BYTES 64

static const uint32_t INITIAL[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static const uint32_t ROUND[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, unsigned by)
{
  return x >> by | x << (32 - by);
}

static void compress(uint32_t state[8], const uint8_t block[BLOCK_BYTES])
{
  uint32_t w[64];
  for (size_t t = 0; t < 16; t++)
    w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 | (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
  for (size_t t = 16; t < 64; t++) {
    uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  uint32_t v[8];
  for (size_t i = 0; i < 8; i++) v[i] = state[i];
  for (size_t t = 0; t < 64; t++) {
    uint32_t sum1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t t1 = v[7] + sum1 + choice + ROUND[t] + w[t];
    uint32_t sum0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    for (size_t i = 7; i > 0; i--) v[i] = v[i - 1];
    v[4] += t1;
    v[0] = t1 + sum0 + majority;
  }
  for (size_t i = 0; i < 8; i++) state[i] += v[i];
}

/* `prefix_bytes` bytes, a multiple of the block, stand before the message; its state so far is `state`. */
static void finish(uint32_t state[8], uint64_t prefix_bytes, const uint8_t *bytes, size_t byte_len)
{
  size_t whole = byte_len - byte_len % BLOCK_BYTES;
  for (size_t at = 0; at < whole; at += BLOCK_BYTES) compress(state, bytes + at);
  uint8_t last[2 * BLOCK_BYTES] = {0};
  size_t rest = byte_len - whole;
  for (size_t i = 0; i < rest; i++) last[i] = bytes[whole + i];
  last[rest] = 0x80;
  size_t end = rest + 9 <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
  uint64_t bits = (prefix_bytes + byte_len) * 8;
  for (size_t i = 0; i < 8; i++) last[end - 1 - i] = (uint8_t)(bits >> (8 * i));
  for (size_t at = 0; at < end; at += BLOCK_BYTES) compress(state, last + at);
}

static void hash_behind(const uint8_t *prefix, const void *bytes, size_t byte_len, uint8_t digest[SHA256_BYTES])
{
  uint32_t state[8];
  for (size_t i = 0; i < 8; i++) state[i] = INITIAL[i];
  if (prefix != NULL) compress(state, prefix);
  finish(state, prefix != NULL ? BLOCK_BYTES : 0, bytes, byte_len);
  for (size_t i = 0; i < SHA256_BYTES; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256(const void *bytes, size_t byte_len, uint8_t digest[SHA256_BYTES])
{
  hash_behind(NULL, bytes, byte_len, digest);
}

void hmac_sha256(const uint8_t key[SHA256_BYTES], const void *bytes, size_t byte_len, uint8_t digest[SHA256_BYTES])
{
  uint8_t pad[BLOCK_BYTES];
  uint8_t inner[SHA256_BYTES];
  for (size_t i = 0; i < BLOCK_BYTES; i++) pad[i] = (uint8_t)((i < SHA256_BYTES ? key[i] : 0) ^ 0x36);
  hash_behind(pad, bytes, byte_len, inner);
  for (size_t i = 0; i < BLOCK_BYTES; i++) pad[i] ^= 0x36 ^ 0x5c;
  hash_behind(pad, inner, sizeof inner, digest);
}
