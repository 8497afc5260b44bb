/*
 * Text output of an eapp: copy into the kbuffer, then SYS_WRITE; one ocall for every 511 bytes.
 *
 * Included by atoll.h. The kbuffer belongs to the host: whatever is printed is public, and so is when and how much.
 * Source: Penglai reference §6.4 (SYS_WRITE), §9 (print). Not here: printf; picolibc.c brings one.
 */
#ifndef ATOLL_PRINT_H
#define ATOLL_PRINT_H

#include "atoll.h"

/* Prints `byte_len` bytes of text. A NUL among them ends its ocall's text early. */
static inline void eapp_write(const char *text, size_t byte_len)
{
  volatile char *kbuffer = (volatile char *)EAPP_KBUFFER;
  while (byte_len > 0) {
    size_t part = byte_len < EAPP_KBUFFER_TEXT_MAX ? byte_len : EAPP_KBUFFER_TEXT_MAX;
    for (size_t i = 0; i < part; i++) kbuffer[i] = text[i];
    kbuffer[part] = '\0';
    eapp_sys_write();
    text += part;
    byte_len -= part;
  }
}

/* Prints a NUL-terminated string. */
static inline void eapp_print(const char *text)
{
  size_t byte_len = 0;
  while (text[byte_len] != '\0') byte_len++;
  eapp_write(text, byte_len);
}

/* Prints a number in decimal. */
static inline void eapp_print_u64(uint64_t value)
{
  char digits[20]; /* 2^64 - 1 has 20 */
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  eapp_write(digits + first, sizeof digits - first);
}

/* Prints bytes in hexadecimal, two digits each, in memory order. */
static inline void eapp_print_hex(const void *bytes, size_t byte_len)
{
  const uint8_t *byte = bytes;
  char digits[64];
  while (byte_len > 0) {
    size_t part = byte_len < sizeof digits / 2 ? byte_len : sizeof digits / 2;
    for (size_t i = 0; i < part; i++) {
      digits[2 * i] = "0123456789abcdef"[byte[i] >> 4];
      digits[2 * i + 1] = "0123456789abcdef"[byte[i] & 15];
    }
    eapp_write(digits, 2 * part);
    byte += part;
    byte_len -= part;
  }
}

#endif
