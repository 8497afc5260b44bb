/*
 * Seals a text to this program: the key comes from its measurement and a salt (GET_KEY), so the same program, and no other, opens it.
 * Encrypted by XOR with HMAC-SHA-256(key, block number), authenticated by HMAC-SHA-256 over salt and ciphertext.
 *
 * Prints salt, ciphertext and tag; then opens what it has sealed, and refuses it with one bit changed and under another salt. Exit value 0,
 * or the step that went wrong.
 */
#include <eapp.h>
#include <print.h>
#include <sha256.h>

#define SALT_BYTES 16
#define TEXT_BYTES 40

typedef struct {
  uint8_t salt[SALT_BYTES];
  uint8_t text[TEXT_BYTES];
  uint8_t tag[SHA256_BYTES];
} sealed_t;

static const uint8_t plain[TEXT_BYTES] = "nobody but this program can read this.";

/* Encryption and authentication have keys of their own. @returns 0, or -1 */
static int derive(const uint8_t salt[SALT_BYTES], uint8_t encryption[SHA256_BYTES], uint8_t authentication[SHA256_BYTES])
{
  uint8_t key[32];
  if (DeriveSealingKey(salt, SALT_BYTES, key, sizeof key) != 0) return -1;
  hmac_sha256(key, "encrypt", 7, encryption);
  hmac_sha256(key, "authenticate", 12, authentication);
  return 0;
}

static void crypt(const uint8_t key[SHA256_BYTES], const uint8_t *from, uint8_t *to)
{
  uint8_t stream[SHA256_BYTES];
  for (size_t i = 0; i < TEXT_BYTES; i++) {
    uint8_t block = (uint8_t)(i / SHA256_BYTES);
    if (i % SHA256_BYTES == 0) hmac_sha256(key, &block, 1, stream);
    to[i] = from[i] ^ stream[i % SHA256_BYTES];
  }
}

static int seal(sealed_t *sealed)
{
  uint8_t encryption[SHA256_BYTES], authentication[SHA256_BYTES];
  if (derive(sealed->salt, encryption, authentication) != 0) return -1;
  crypt(encryption, plain, sealed->text);
  hmac_sha256(authentication, sealed, SALT_BYTES + TEXT_BYTES, sealed->tag);
  return 0;
}

/* @returns 0, or -1 if this program did not seal it so */
static int open(const sealed_t *sealed, uint8_t text[TEXT_BYTES])
{
  uint8_t encryption[SHA256_BYTES], authentication[SHA256_BYTES], tag[SHA256_BYTES];
  if (derive(sealed->salt, encryption, authentication) != 0) return -1;
  hmac_sha256(authentication, sealed, SALT_BYTES + TEXT_BYTES, tag);
  uint8_t difference = 0;
  for (size_t i = 0; i < SHA256_BYTES; i++) difference |= tag[i] ^ sealed->tag[i];
  if (difference != 0) return -1;
  crypt(encryption, sealed->text, text);
  return 0;
}

static void print_bytes(const char *name, const uint8_t *bytes, size_t byte_len)
{
  char digits[2 * TEXT_BYTES + 1];
  for (size_t i = 0; i < byte_len; i++) {
    digits[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    digits[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  digits[2 * byte_len] = '\0';
  eapp_print("%s %s\n", name, digits);
}

int EAPP_ENTRY main(void)
{
  static sealed_t sealed = {.salt = "a public salt..."};
  uint8_t text[TEXT_BYTES];
  if (seal(&sealed) != 0) EAPP_RETURN(1);
  print_bytes("salt", sealed.salt, sizeof sealed.salt);
  print_bytes("text", sealed.text, sizeof sealed.text);
  print_bytes("tag", sealed.tag, sizeof sealed.tag);
  if (open(&sealed, text) != 0) EAPP_RETURN(2);
  for (size_t i = 0; i < TEXT_BYTES; i++)
    if (text[i] != plain[i]) EAPP_RETURN(3);
  sealed.text[7] ^= 1;
  if (open(&sealed, text) == 0) EAPP_RETURN(4);
  sealed.text[7] ^= 1;
  sealed.salt[0] ^= 1;
  if (open(&sealed, text) == 0) EAPP_RETURN(5);
  eapp_print("opened, and refused what was changed\n");
  EAPP_RETURN(0);
}
