/* Calls of `penglai-pmp` beyond those of eapp.h. Penglai reference §6.6. */
#ifndef PENGLAI_EAPP_PMP_H
#define PENGLAI_EAPP_PMP_H

#ifndef PENGLAI_EAPP_H
#error "include eapp.h"
#endif

/*
 * GET_KEY: a key from this enclave's measurement and a salt; the same program gets the same one again.
 * @param salt_len @param key_len at most 32 @returns 0, or -1
 */
static inline unsigned long EAPP_GET_KEY(uintptr_t salt, uintptr_t salt_len, uintptr_t key, uintptr_t key_len)
{
  return eapp_ecall(88, salt, salt_len, key, key_len);
}

/* The same with the SDK's types. */
static inline int DeriveSealingKey(const uint8_t *salt, int salt_len, uint8_t *key, int key_len)
{
  return (int)EAPP_GET_KEY((uintptr_t)salt, (uintptr_t)salt_len, (uintptr_t)key, (uintptr_t)key_len);
}

/* USER_DEFINED: hands the untrusted buffer to the host program, and comes back when it resumes the enclave. */
static inline unsigned long eapp_user_defined(unsigned long byte_len)
{
  return eapp_ecall(98, OCALL_USER_DEFINED, byte_len, 0, 0);
}

#endif
