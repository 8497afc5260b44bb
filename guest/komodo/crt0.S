/*
 * First instructions of a Komodo enclave, and how a thread leaves with a request and comes back.
 *
 * Komodo's Exit forgets the thread's context: the next Enter starts at the entry point with R0 to R2 = the arguments of
 * Enter and every other register zero (Komodo reference §1.8). So a thread that wants to go on keeps its callee-saved
 * registers in its own memory before it leaves, and the entry point looks there. The retrofit keeps the context itself
 * (§3.1): there the ecall simply returns.
 *
 * A fault loses the thread's context too; the thread then starts again from its beginning, with the data as they were.
 * Not here: thread-local variables (tp is ours), floating-point registers.
 *
 * komodo_thread_t:  0 is_outside | 8 ra | 16 sp | 24 s0 ... 112 s11 | 120 stack_top | 128 run | 136 request
 */
#define IS_OUTSIDE 0
#define RA 8
#define SP 16
#define S0 24
#define STACK_TOP 120
#define RUN 128

  .file "crt0.S" /* or ld puts the name of a temporary file into the symbol table */
  .section .text._start, "ax"
  .globl _start
  .type _start, @function
_start:
  .option push
  .option norelax /* gp is not set yet */
  la t0, komodo_thread_0
  .option pop

/* t0: the thread; a0: R0 of Enter */
  .globl komodo_enter
  .type komodo_enter, @function
komodo_enter:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  mv tp, t0
  ld t1, IS_OUTSIDE(tp)
  bnez t1, komodo_return
  ld sp, STACK_TOP(tp)
  ld t1, RUN(tp)
  jalr t1
1:
  li a0, 0
  call komodo_leave
  j 1b

komodo_return:
  sd zero, IS_OUTSIDE(tp)
  ld ra, RA(tp)
  ld sp, SP(tp)
  ld s0, S0 + 0(tp)
  ld s1, S0 + 8(tp)
  ld s2, S0 + 16(tp)
  ld s3, S0 + 24(tp)
  ld s4, S0 + 32(tp)
  ld s5, S0 + 40(tp)
  ld s6, S0 + 48(tp)
  ld s7, S0 + 56(tp)
  ld s8, S0 + 64(tp)
  ld s9, S0 + 72(tp)
  ld s10, S0 + 80(tp)
  ld s11, S0 + 88(tp)
  ret

/* a0: the word to leave with; returns a0 = R0 of the Enter that comes back */
  .globl komodo_leave
  .type komodo_leave, @function
komodo_leave:
#ifdef KOMODO_RISCV
  li a7, 30 /* EXIT */
  ecall
  ret
#else
  sd ra, RA(tp)
  sd sp, SP(tp)
  sd s0, S0 + 0(tp)
  sd s1, S0 + 8(tp)
  sd s2, S0 + 16(tp)
  sd s3, S0 + 24(tp)
  sd s4, S0 + 32(tp)
  sd s5, S0 + 40(tp)
  sd s6, S0 + 48(tp)
  sd s7, S0 + 56(tp)
  sd s8, S0 + 64(tp)
  sd s9, S0 + 72(tp)
  sd s10, S0 + 80(tp)
  sd s11, S0 + 88(tp)
  li t1, 1
  sd t1, IS_OUTSIDE(tp)
  mv a1, a0
  li a0, 0 /* EXIT */
  ecall
  unimp
#endif

  .section .data.komodo_thread_0, "aw"
  .balign 8
  .globl komodo_thread_0
  .type komodo_thread_0, @object
  .size komodo_thread_0, 144
komodo_thread_0:
  .zero STACK_TOP
  .dword 0x200000 /* KOMODO_STACK_TOP */
  .dword komodo_start
  .dword 0x300000 /* KOMODO_HOST_REGION */

#include "../memory.S"
