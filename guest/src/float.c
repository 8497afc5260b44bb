/*
 * Computes in floating point, compiled as rv64gc: compressed instructions and lp64d. First argument: how many terms
 * (1000).
 *
 * Prints the bits of a sum of reciprocals and of its root, rounded to nearest. Then fills f0 to f31 and fcsr, gives the
 * hart away, and exits with 1 if any of them came back changed; 2 for an argument that is no number.
 */
#include "arguments.h"
#include <atoll.h>

#define FCSR_RDN_NX 0x41ul /* frm = towards minus infinity, fflags = inexact */

/* f0 to f31 are loaded from `before`, and stored to `after` when the hart comes back. */
#define EACH(op, base) \
  op " f0, 0(" base ")\n" op " f1, 8(" base ")\n" op " f2, 16(" base ")\n" op " f3, 24(" base ")\n" \
  op " f4, 32(" base ")\n" op " f5, 40(" base ")\n" op " f6, 48(" base ")\n" op " f7, 56(" base ")\n" \
  op " f8, 64(" base ")\n" op " f9, 72(" base ")\n" op " f10, 80(" base ")\n" op " f11, 88(" base ")\n" \
  op " f12, 96(" base ")\n" op " f13, 104(" base ")\n" op " f14, 112(" base ")\n" op " f15, 120(" base ")\n" \
  op " f16, 128(" base ")\n" op " f17, 136(" base ")\n" op " f18, 144(" base ")\n" op " f19, 152(" base ")\n" \
  op " f20, 160(" base ")\n" op " f21, 168(" base ")\n" op " f22, 176(" base ")\n" op " f23, 184(" base ")\n" \
  op " f24, 192(" base ")\n" op " f25, 200(" base ")\n" op " f26, 208(" base ")\n" op " f27, 216(" base ")\n" \
  op " f28, 224(" base ")\n" op " f29, 232(" base ")\n" op " f30, 240(" base ")\n" op " f31, 248(" base ")\n"

static uint64_t yield_with(const uint64_t before[32], uint64_t after[32], uint64_t fcsr)
{
  register uint64_t a0 __asm__("a0") = fcsr;
  register uint64_t a6 __asm__("a6") = EAPP_EXTENSION;
  register uint64_t a7 __asm__("a7") = EAPP_FN_YIELD;
  __asm__ volatile(
      "csrw fcsr, a0\n" EACH("fld", "%1") "ecall\n" EACH("fsd", "%2") "csrrw a0, fcsr, zero\n"
      : "+r"(a0)
      : "r"(before), "r"(after), "r"(a6), "r"(a7)
      : "memory", "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "ft8", "ft9", "ft10", "ft11", "fs0", "fs1", "fs2",
        "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "fa0", "fa1", "fa2", "fa3", "fa4", "fa5", "fa6",
        "fa7");
  return a0;
}

static void print_double(const char *name, double value)
{
  eapp_print(name);
  eapp_print_hex(&value, sizeof value);
  eapp_print("\n");
}

int main(int argc, char **argv)
{
  uint64_t terms = 1000;
  if (argc > 0 && parse_u64(argv[0], &terms) != 0) {
    eapp_print("float: the argument must be a number\n");
    return 2;
  }
  double sum = 0;
  for (uint64_t k = 1; k <= terms; k++) sum += 1.0 / ((double)k * (double)k);
  double root = __builtin_sqrt(6 * sum);
  print_double("sum ", sum);
  print_double("root ", root);

  uint64_t before[32], after[32];
  for (uint64_t i = 0; i < 32; i++) before[i] = 0x0101010101010101ul * (i + 1) ^ terms;
  if (yield_with(before, after, FCSR_RDN_NX) != FCSR_RDN_NX) return 1;
  for (size_t i = 0; i < 32; i++)
    if (after[i] != before[i]) return 1;
  eapp_print("kept\n");
  return 0;
}
