/*
 * Sv39 page tables of the bench, 4 KiB pages only: every TLB fill walks three levels, as under a real kernel.
 *
 *   root [0] -> mid_devices [0]    -> leaf_finisher: 0x0010_0000   RW-
 *                           [0x80] -> leaf_uart:     0x1000_0000   RW-
 *   root [2] -> mid_ram [0..7]     -> leaf_ram: 0x8000_0000 .. __image_end   text R-X, everything else RW-
 *
 * Identity mapping. A and D are preset: whether hardware or a trap sets them is not what the bench measures.
 * Source: RISC-V privileged specification, Sv39 and PMP chapters.
 */
#include "supervisor.h"

#include <bare.h>

#define PAGE_BYTES 4096ul
#define ENTRIES 512
#define RAM_BASE 0x80000000ul
#define RAM_LEAVES 8 /* of 2 MiB: all that the image needs */

#define PTE_V 0x01ul
#define PTE_R 0x02ul
#define PTE_W 0x04ul
#define PTE_X 0x08ul
#define PTE_A 0x40ul
#define PTE_D 0x80ul
#define PTE_DATA (PTE_V | PTE_R | PTE_W | PTE_A | PTE_D)
#define PTE_TEXT (PTE_V | PTE_R | PTE_X | PTE_A)

#define SATP_SV39 (8ul << 60)
#define MSTATUS_MPP (3ul << 11)
#define MSTATUS_MPP_S (1ul << 11)
#ifdef BENCH_FLOAT
#define MSTATUS_FS_INITIAL (1ul << 13)
#else
#define MSTATUS_FS_INITIAL 0
#endif
#define PMPCFG_NAPOT_RWX 0x1ful
#define COUNTEREN_ALL 7ul /* cycle, time, instret */

typedef uint64_t page_table_t[ENTRIES] __attribute__((aligned(4096)));

static page_table_t root, mid_devices, mid_ram, leaf_finisher, leaf_uart;
static page_table_t leaf_ram[RAM_LEAVES];

extern const uint8_t __text_end[], __image_end[];

/* PA bits 12 and up are PTE bits 10 and up: 0x8000_0000 -> 0x2000_0000. */
static uint64_t pte(uint64_t pa, uint64_t bits)
{
  return pa >> 12 << 10 | bits;
}

static void map_page(uint64_t *leaf, uint64_t pa, uint64_t bits)
{
  leaf[pa / PAGE_BYTES % ENTRIES] = pte(pa, bits);
}

static void build_page_tables(void)
{
  root[0] = pte((uint64_t)mid_devices, PTE_V);
  root[RAM_BASE >> 30] = pte((uint64_t)mid_ram, PTE_V);
  mid_devices[FINISHER_BASE >> 21] = pte((uint64_t)leaf_finisher, PTE_V);
  mid_devices[UART_BASE >> 21] = pte((uint64_t)leaf_uart, PTE_V);
  map_page(leaf_finisher, FINISHER_BASE, PTE_DATA);
  map_page(leaf_uart, UART_BASE, PTE_DATA);
  for (int i = 0; i < RAM_LEAVES; i++) mid_ram[i] = pte((uint64_t)leaf_ram[i], PTE_V);
  for (uint64_t pa = RAM_BASE; pa < (uint64_t)__image_end; pa += PAGE_BYTES)
    map_page(leaf_ram[(pa - RAM_BASE) >> 21], pa, pa < (uint64_t)__text_end ? PTE_TEXT : PTE_DATA);
}

void enter_supervisor(void (*entry)(void))
{
  build_page_tables();
  uint64_t satp = SATP_SV39 | (uint64_t)root >> 12;
  __asm__ volatile(
    ".option push\n"
    ".option arch, +zicsr\n"
    "csrw pmpaddr0, %[all]\n"
    "csrw pmpcfg0, %[rwx]\n"
    "csrw mcounteren, %[counters]\n"
    "csrw scounteren, %[counters]\n"
    "csrc mstatus, %[mpp]\n"
    "csrs mstatus, %[mpp_s]\n"
    "csrw mepc, %[entry]\n"
    "csrw satp, %[satp]\n"
    "sfence.vma\n" /* after satp, so that nothing cached before it survives */
    "mret\n"
    ".option pop\n"
    :
    : [all] "r"(~0ul), [rwx] "r"(PMPCFG_NAPOT_RWX), [counters] "r"(COUNTEREN_ALL), [mpp] "r"(MSTATUS_MPP),
      [mpp_s] "r"(MSTATUS_MPP_S | MSTATUS_FS_INITIAL), [entry] "r"(entry), [satp] "r"(satp)
    : "memory");
  __builtin_unreachable();
}
