/* SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104) with a key of 32 bytes, for guests. sha256.c */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

void sha256(const void *bytes, size_t byte_len, uint8_t digest[SHA256_BYTES]);
void hmac_sha256(const uint8_t key[SHA256_BYTES], const void *bytes, size_t byte_len, uint8_t digest[SHA256_BYTES]);

#endif
