/*
 * First instructions of an eapp: saves the entry registers, unpacks the program arguments, calls main, ends with EXIT.
 *
 * Entry state (Penglai reference §6.8): pc = _start, sp = top of the stack, a0 to a4 as in eapp_entry_t,
 * every other register 0, U-mode. The loader has zeroed .bss.
 *
 * Program arguments lie at the start of the host shm (atoll's own convention):
 *
 *     0 argc u64 | 8 "first\0second\0..."
 *
 * The host can change the shm while we read it, so it is copied to the stack once and only the copy is examined;
 * argc and the strings are an allegation: whatever they say, nothing outside the copy is touched.
 */
#define ARGUMENT_BYTES 4096 /* longer shm: only this much is taken for arguments */
#define ARGV_SLOTS 64       /* 63 arguments and the closing NULL */

  .file "crt0.S" /* or ld puts the name of a temporary file into the symbol table */
  .section .text._start, "ax"
  .globl _start
  .type _start, @function
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  .weak __tls_base /* 0 without enclave.ld: such a program has no thread-local variables */
  la tp, __tls_base
  la t0, eapp_entry
  sd a0, 0(t0)
  sd a1, 8(t0)
  sd a2, 16(t0)
  sd a3, 24(t0)
  sd a4, 32(t0)

  li s0, 0 /* argc */
  beqz a0, 2f
  li t0, ARGUMENT_BYTES
  bleu a1, t0, 1f
  mv a1, t0
1:
  andi a1, a1, -16 /* copied by doublewords, and sp stays aligned to 16 */
2:
  mv t1, sp /* end of the copy */
  beqz a0, 4f
  beqz a1, 4f
  sub sp, sp, a1
  mv t0, sp
3:
  ld t2, 0(a0)
  sd t2, 0(t0)
  addi a0, a0, 8
  addi t0, t0, 8
  bltu t0, t1, 3b

  sb zero, -1(t1) /* the last string ends inside the copy */
  ld s0, 0(sp)
  li t0, ARGV_SLOTS - 1
  bleu s0, t0, 4f
  mv s0, t0
4:
  addi t0, sp, 8 /* next string; not read when argc is 0 */
  addi sp, sp, -8 * ARGV_SLOTS
  mv a1, sp
  li a0, 0
5:
  bgeu a0, s0, 7f
  bgeu t0, t1, 7f
  slli t2, a0, 3
  add t2, t2, a1
  sd t0, 0(t2)
  addi a0, a0, 1
6:
  lbu t2, 0(t0)
  addi t0, t0, 1
  bnez t2, 6b
  j 5b
7:
  slli t2, a0, 3
  add t2, t2, a1
  sd zero, 0(t2)

  mv s0, a0
  mv s1, a1
  la s2, __init_array_start
  la s3, __init_array_end
8:
  bgeu s2, s3, 9f
  ld t0, 0(s2)
  jalr t0
  addi s2, s2, 8
  j 8b
9:
  mv a0, s0
  mv a1, s1
  call main
  call eapp_finish

/* Weak, so that a C library can run its own exit first (picolibc.c). */
  .weak eapp_finish
  .type eapp_finish, @function
eapp_finish:
  li a6, 0x100101
  li a7, 99 /* EXIT */
  ecall
  unimp

  .section .bss.eapp_entry, "aw", @nobits
  .balign 8
  .globl eapp_entry
  .type eapp_entry, @object
  .size eapp_entry, 40
eapp_entry:
  .zero 40

#include "memory.S"
