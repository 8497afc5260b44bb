/*
 * Attestation of one enclave to another on the same machine: Komodo's Attest and Verify, with what they leave to the protocol.
 *
 * Attest MACs eight words and the caller's measurement; there is no nonce, no direction and no addressee in it, and any
 * enclave may verify any MAC (Komodo reference §1.9). So the words are
 *
 *     d = SHA-256("KLA1" || direction u8 || measurement of the addressee || nonce of the addressee || SHA-256(payload))
 *
 * with words written most significant byte first. The addressee takes the MAC only for the nonce that it has drawn itself, and takes it once.
 */
#ifndef KOMODO_ATTEST_H
#define KOMODO_ATTEST_H

#include <komodo.h>

/* SHA-256 of bytes, as the eight words of the digest. */
komodo_words_t komodo_sha256(const void *bytes, size_t byte_len);

/* HMAC-SHA-256 (RFC 2104) under a key of eight words. */
komodo_words_t komodo_hmac(const komodo_words_t *key, const void *bytes, size_t byte_len);

/* The words as 32 bytes, most significant byte of each first. */
void komodo_words_to_bytes(const komodo_words_t *words, uint8_t bytes[32]);

/* Is this my own measurement? Asks the monitor: only my own MACs verify under it. @returns 1 or 0 */
int komodo_is_own_measurement(const komodo_words_t *measurement);

/* What one enclave says to another. */
typedef struct {
  uint8_t direction;              /* who speaks: the two directions of a session have different ones */
  komodo_words_t to;              /* measurement of the addressee */
  komodo_words_t nonce;           /* drawn by the addressee */
  const void *payload;
  size_t payload_bytes;
} komodo_statement_t;

/* The words that are attested for a statement. */
komodo_words_t komodo_statement_digest(const komodo_statement_t *statement);

#endif
