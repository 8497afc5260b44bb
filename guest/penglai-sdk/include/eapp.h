/*
 * The interface of the public Penglai SDKs for enclave programs, written anew: a program for either SDK compiles against it.
 * With PENGLAI_PMP it is penglai-sdk (monitor `penglai-pmp`), without it Penglai-sdk-TVM (monitor `penglai-tvm`).
 *
 * There, `main` is the entry itself and reads its registers from the stack; here crt0.S is the entry, keeps them, and calls
 * `main`, so EAPP_ENTRY is nothing and EAPP_RESERVE_REG finds them. args[i] is register x_i: args[10] is a0.
 * A `main` that returns ends the enclave with its value. With EAPP_NO_CRT0 it is as there: no crt0.S, and main never returns.
 *
 * Source: Penglai reference §6 (calls, structures, layout), §9 (entry idiom). Not here: PSA, mbedTLS and wolfSSL, SM4.
 */
#ifndef PENGLAI_EAPP_H
#define PENGLAI_EAPP_H

#include <stddef.h>
#include <stdint.h>

#include "ocall.h"

#ifdef EAPP_NO_CRT0
/* The form of the public SDKs: main lies first in the image, and its registers go to its own stack. */
#define EAPP_ENTRY __attribute__((section(".text._start")))
#define EAPP_RESERVE_REG                                                                                                 \
  __asm__ volatile(                                                                                                       \
      "addi sp, sp, -256\n"                                                                                               \
      ".irp i, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n" \
      "sd x\\i, 8 * \\i(sp)\n"                                                                                           \
      ".endr\n"                                                                                                           \
      "mv %0, sp"                                                                                                         \
      : "=r"(args))
#else
#define EAPP_ENTRY
#define EAPP_RESERVE_REG (args = eapp_registers)

/* x0 to x31 at entry. */
extern unsigned long eapp_registers[32];
#endif

#define PENGLAI_ENCLAVE_EXTENSION 0x100101ul

/* An enclave call. "TVM: a7 = function, a6 = 0x100101; PMP: a7 = 0x100101, a6 = function" (Penglai reference §6.1). */
static inline unsigned long eapp_ecall(unsigned long function, unsigned long arg0, unsigned long arg1, unsigned long arg2,
                                       unsigned long arg3)
{
  register unsigned long a0 __asm__("a0") = arg0;
  register unsigned long a1 __asm__("a1") = arg1;
  register unsigned long a2 __asm__("a2") = arg2;
  register unsigned long a3 __asm__("a3") = arg3;
#ifdef PENGLAI_PMP
  register unsigned long a6 __asm__("a6") = function;
  register unsigned long a7 __asm__("a7") = PENGLAI_ENCLAVE_EXTENSION;
#else
  register unsigned long a6 __asm__("a6") = PENGLAI_ENCLAVE_EXTENSION;
  register unsigned long a7 __asm__("a7") = function;
#endif
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a6), "r"(a7) : "memory");
  return a0;
}

/* EXIT: ends the enclave. */
static inline __attribute__((noreturn)) void EAPP_RETURN(unsigned long value)
{
  while (1) eapp_ecall(99, value, 0, 0, 0);
}

/* OCALL without arguments. */
static inline unsigned long EAPP_OCALL(unsigned long id)
{
  return eapp_ecall(98, id, 0, 0, 0);
}

#ifdef PENGLAI_PMP
#include "eapp-pmp.h"
#else
#include "eapp-tvm.h"
#endif

#endif
