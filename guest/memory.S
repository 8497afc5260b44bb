/*
 * memcpy, memmove, memset, memcmp: gcc emits calls to these four even for freestanding code.
 *
 * Byte by byte, because that is short and right for every overlap and alignment; weak, so that a C library's own
 * win when it is linked. Included by crt0.S and bare.S.
 */
  .text
  .weak memcpy
  .type memcpy, @function
  .weak memmove
  .type memmove, @function
memcpy:
memmove: /* (a0 to, a1 from, a2 length) -> a0 */
  mv t0, a0
  bltu a1, a0, 2f
1:
  beqz a2, 4f
  lbu t1, 0(a1)
  sb t1, 0(t0)
  addi a1, a1, 1
  addi t0, t0, 1
  addi a2, a2, -1
  j 1b
2: /* `from` is below `to`: from the end down, or an overlapping tail would be overwritten before it is read */
  add a1, a1, a2
  add t0, t0, a2
3:
  beqz a2, 4f
  addi a1, a1, -1
  addi t0, t0, -1
  lbu t1, 0(a1)
  sb t1, 0(t0)
  addi a2, a2, -1
  j 3b
4:
  ret

  .weak memset
  .type memset, @function
memset: /* (a0 to, a1 byte, a2 length) -> a0 */
  add a2, a2, a0
  mv t0, a0
1:
  bgeu t0, a2, 2f
  sb a1, 0(t0)
  addi t0, t0, 1
  j 1b
2:
  ret

  .weak memcmp
  .type memcmp, @function
memcmp: /* (a0, a1, a2 length) -> a0: sign of the first difference */
  add a2, a2, a0
1:
  bgeu a0, a2, 2f
  lbu t0, 0(a0)
  lbu t1, 0(a1)
  bne t0, t1, 3f
  addi a0, a0, 1
  addi a1, a1, 1
  j 1b
2:
  li a0, 0
  ret
3:
  sub a0, t0, t1
  ret
