/*
 * Hostile eapp: reaches for what is not its own. On a sound machine every attempt ends in its destruction, so a
 * program that returns at all has broken in (exit value 1) or was called wrongly (2).
 *
 *   spy load ADDR | store ADDR | jump ADDR   that virtual address
 *   spy csr                                  reads mstatus, a machine-mode CSR
 *   spy satp                                 points satp at a page table of its own making (Bare)
 *   spy ecall N                              enclave call number N
 *   spy sweep K                              load from the K-th address of `targets`; exit value 3 past the last
 *   spy                                      spy sweep 0
 */
#include "arguments.h"
#include <atoll.h>

/* Since 2019 the CSR instructions are an extension of their own, which `-march=rv64imac` does not switch on. */
#define ZICSR ".option arch, +zicsr\n"

static const uint64_t targets[] = {
  0x0,                    /* the page below the text */
  0x80000000,             /* physical address of the monitor, as if satp were Bare */
  0x80200000,             /* physical address of the host kernel */
  0x0ffffff000,           /* below the heap */
  0x37fffe0000,           /* below the 64 KiB of stack */
  0x3a00000000,           /* beyond the host shm */
  0xffffffe000001000,     /* the page after the kbuffer */
  0xffffffff80000000,     /* kernel half */
  0x4000000000,           /* first address that is not canonical under Sv39 */
};

static int broken_in(void)
{
  eapp_print("spy: got through\n");
  return 1;
}

static int load(uint64_t va)
{
  uint64_t value = *(volatile uint64_t *)va;
  eapp_print("spy: read ");
  eapp_print_hex(&value, sizeof value);
  eapp_print("\n");
  return broken_in();
}

static int sweep(uint64_t k)
{
  return k < sizeof targets / sizeof targets[0] ? load(targets[k]) : 3;
}

int main(int argc, char **argv)
{
  uint64_t number = 0;
  if (argc == 0) return sweep(0);
  if (argc == 1 && is_same_text(argv[0], "csr")) {
    uint64_t mstatus;
    __asm__ volatile(ZICSR "csrr %0, mstatus" : "=r"(mstatus));
    return broken_in();
  }
  if (argc == 1 && is_same_text(argv[0], "satp")) {
    __asm__ volatile(ZICSR "csrw satp, zero" : : : "memory");
    return broken_in();
  }
  if (argc == 2 && parse_u64(argv[1], &number) == 0) {
    if (is_same_text(argv[0], "load")) return load(number);
    if (is_same_text(argv[0], "sweep")) return sweep(number);
    if (is_same_text(argv[0], "store")) {
      *(volatile uint64_t *)number = 0;
      return broken_in();
    }
    if (is_same_text(argv[0], "jump")) {
      ((void (*)(void))number)();
      return broken_in();
    }
    if (is_same_text(argv[0], "ecall")) {
      eapp_ecall(number, 0, 0, 0);
      return broken_in();
    }
  }
  eapp_print("spy: load|store|jump ADDR, csr, satp, ecall N, sweep K\n");
  return 2;
}
