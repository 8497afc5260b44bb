/*
 * First instructions of a bare-metal program for the `virt` memory map: hart 0 calls main in M-mode and ends the
 * machine with its result; the other harts sleep. A trap that nobody else handles ends the machine as a failure.
 *
 * Entry state: pc = _start = 0x80000000, M-mode, a0 = hart id. Nothing clears .bss here: a loader of ELF files
 * zeroes p_memsz - p_filesz bytes (QEMU, Spike and atoll do).
 */
#define FINISHER 0x100000 /* SiFive test finisher */
#define FINISHER_PASS 0x5555
#define FINISHER_FAIL 0x3333 /* exit code in the upper 16 bits */

  .option arch, +zicsr
  .file "bare.S" /* or ld puts the name of a temporary file into the symbol table */
  .section .text._start, "ax"
  .globl _start
  .type _start, @function
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la t0, trapped
  csrw mtvec, t0
  csrw mie, zero
  bnez a0, sleep
  la sp, __stack_top
  call main

/* void bare_exit(int code), does not return: 0 passes; 1 to 65535 is the exit code. In any mode that sees the finisher. */
  .globl bare_exit
  .type bare_exit, @function
bare_exit:
  li t0, FINISHER
  li t1, FINISHER_PASS
  beqz a0, 1f
  slli t1, a0, 16
  li t2, FINISHER_FAIL
  or t1, t1, t2
1:
  fence
  sw t1, 0(t0)
sleep:
  wfi
  j sleep

/* Exit code 64 + exception code, so that a shell shows which trap it was; interrupts are never enabled. */
  .balign 4
trapped:
  csrr a0, mcause
  andi a0, a0, 63
  addi a0, a0, 64
  j bare_exit

#include "memory.S"
