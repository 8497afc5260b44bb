/*
 * Digests as Komodo's words, this enclave's own measurement, and the digest of a statement; see komodo-attest.h.
 */
#include <komodo-attest.h>
#include <sha256.h>

void komodo_words_to_bytes(const komodo_words_t *words, uint8_t bytes[32])
{
  for (size_t i = 0; i < 32; i++) bytes[i] = (uint8_t)(words->word[i / 4] >> (24 - 8 * (i % 4)));
}

static komodo_words_t words_of(const uint8_t bytes[32])
{
  komodo_words_t words = {{0}};
  for (size_t i = 0; i < 32; i++) words.word[i / 4] |= (uint32_t)bytes[i] << (24 - 8 * (i % 4));
  return words;
}

komodo_words_t komodo_sha256(const void *bytes, size_t byte_len)
{
  uint8_t digest[SHA256_BYTES];
  sha256(bytes, byte_len, digest);
  return words_of(digest);
}

komodo_words_t komodo_hmac(const komodo_words_t *key, const void *bytes, size_t byte_len)
{
  uint8_t key_bytes[SHA256_BYTES];
  uint8_t digest[SHA256_BYTES];
  komodo_words_to_bytes(key, key_bytes);
  hmac_sha256(key_bytes, bytes, byte_len, digest);
  return words_of(digest);
}

int komodo_is_own_measurement(const komodo_words_t *measurement)
{
  static const char tag[] = "KOWN";
  komodo_words_t data = komodo_sha256(tag, sizeof tag);
  return komodo_verify(data, *measurement, komodo_attest(data));
}

komodo_words_t komodo_statement_digest(const komodo_statement_t *statement)
{
  uint8_t message[4 + 1 + 3 * 32] = {'K', 'L', 'A', '1', statement->direction};
  komodo_words_t payload = komodo_sha256(statement->payload, statement->payload_bytes);
  komodo_words_to_bytes(&statement->to, message + 5);
  komodo_words_to_bytes(&statement->nonce, message + 5 + 32);
  komodo_words_to_bytes(&payload, message + 5 + 64);
  return komodo_sha256(message, sizeof message);
}
