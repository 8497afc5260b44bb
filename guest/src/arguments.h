/* Reading program arguments: numbers (decimal, or hexadecimal after 0x) and words. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include <stdint.h>

/* @returns 0 and stores the value, or -1 for anything that is not a number up to 2^64 - 1 */
static inline int parse_u64(const char *text, uint64_t *value)
{
  uint64_t base = 10;
  uint64_t sum = 0;
  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text += 2;
  }
  if (*text == '\0') return -1;
  for (; *text != '\0'; text++) {
    uint64_t digit;
    if (*text >= '0' && *text <= '9') digit = (uint64_t)(*text - '0');
    else if (*text >= 'a' && *text <= 'f') digit = (uint64_t)(*text - 'a') + 10;
    else if (*text >= 'A' && *text <= 'F') digit = (uint64_t)(*text - 'A') + 10;
    else return -1;
    if (digit >= base || sum > (UINT64_MAX - digit) / base) return -1;
    sum = sum * base + digit;
  }
  *value = sum;
  return 0;
}

/* Equality of two NUL-terminated strings. */
static inline int is_same_text(const char *a, const char *b)
{
  while (*a != '\0' && *a == *b) {
    a++;
    b++;
  }
  return *a == *b;
}

#endif
