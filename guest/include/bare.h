/*
 * What a bare-metal program on the `virt` memory map has besides RAM: a 16550 UART to print on, the finisher to end
 * the machine with, and the counters. Header only, freestanding C99; link with bare.S and bare.ld.
 * Not here: interrupts, input, CLINT.
 */
#ifndef BARE_H
#define BARE_H

#include <stddef.h>
#include <stdint.h>

#define UART_BASE 0x10000000ul
#define UART_THR 0 /* transmit holding register */
#define UART_LSR 5 /* line status register */
#define UART_LSR_THR_EMPTY 0x20
#define FINISHER_BASE 0x100000ul

/* Ends the machine: 0 passes, 1 to 65535 is the exit code. */
__attribute__((noreturn)) void bare_exit(int code);

static inline void bare_print(const char *text)
{
  volatile uint8_t *uart = (volatile uint8_t *)UART_BASE;
  for (; *text != '\0'; text++) {
    while ((uart[UART_LSR] & UART_LSR_THR_EMPTY) == 0) continue;
    uart[UART_THR] = (uint8_t)*text;
  }
}

/* Prints in `base` 10 or 16, with at least `digit_count` (up to 20) digits. */
static inline void bare_print_u64(uint64_t value, unsigned base, size_t digit_count)
{
  char text[21];
  size_t first = sizeof text - 1;
  text[first] = '\0';
  do {
    text[--first] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0 || sizeof text - 1 - first < digit_count);
  bare_print(text + first);
}

static inline uint64_t bare_rdcycle(void)
{
  uint64_t cycles;
  __asm__ volatile("rdcycle %0" : "=r"(cycles) : : "memory");
  return cycles;
}

static inline uint64_t bare_rdinstret(void)
{
  uint64_t instructions;
  __asm__ volatile("rdinstret %0" : "=r"(instructions) : : "memory");
  return instructions;
}

#endif
