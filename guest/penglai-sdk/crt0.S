/*
 * First instructions of a program for either Penglai SDK: keeps the entry registers for EAPP_RESERVE_REG, calls main, ends with
 * EXIT. A server comes here at every call, with its static data as they were.
 *
 * Entry state (Penglai reference §6.8): pc = _start, sp = top of the stack, arguments from a0 on, every other register 0.
 * Not here: constructors, thread-local variables.
 */
  .file "crt0.S" /* or ld puts the name of a temporary file into the symbol table */
  .section .text._start, "ax"
  .globl _start
  .type _start, @function
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la t0, eapp_registers
  .irp i, 1, 2, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27
  sd x\i, 8 * \i(t0)
  .endr
  call main
  li t0, 99 /* EXIT */
  li t1, 0x100101
#ifdef PENGLAI_PMP
  mv a6, t0
  mv a7, t1
#else
  mv a6, t1
  mv a7, t0
#endif
  ecall
  unimp

  .section .bss.eapp_registers, "aw", @nobits
  .balign 8
  .globl eapp_registers
  .type eapp_registers, @object
  .size eapp_registers, 256
eapp_registers:
  .zero 256

#include "../memory.S"
