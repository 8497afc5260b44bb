/*
 * Calls of the Komodo monitor, for programs that run inside an enclave, on either face: `komodo` (ARM's interface on
 * RISC-V, enclave in U-mode) and, compiled with KOMODO_RISCV, `komodo-riscv` (the retrofit, enclave in S-mode).
 *
 * Header only except for komodo_leave() in crt0.S. A call is an `ecall` with R0 to R8 of ARM in x10 to x18: number or
 * error in a0, words in a1 to a7 and s2. Words have 32 bits.
 *
 * Source: Komodo reference §1.3 (constants), §1.5 (errors), §1.7 (calls of an enclave), §3.1 (the retrofit, which has EXIT
 * and nothing else). What lies where and how the host is asked for something is ours: README.md beside this folder.
 */
#ifndef KOMODO_H
#define KOMODO_H

#include <stddef.h>
#include <stdint.h>

#define KOMODO_PAGE_SIZE 4096u

/*
 * Virtual layout, all of it below 1 GiB and in the first 4 MiB, one level-2 table.
 *
 *   0x0000_1000  text, rodata (R-X), then data, bss (RW-)                    secure
 *   0x0020_0000  top of the stack of thread 0, 16 KiB below it               secure
 *   0x0030_0000  host region, a page a thread: requests and their answers    insecure: the host reads and writes it
 *   0x0031_0000  channel, 16 KiB, the same pages for all enclaves of a run   insecure: everybody reads and writes it
 *   0x0040_0000  free for memory that the enclave maps itself                spare pages
 */
#define KOMODO_STACK_TOP 0x200000ul
#define KOMODO_HOST_REGION 0x300000ul
#define KOMODO_CHANNEL 0x310000ul
#define KOMODO_REGION_SIZE 0x4000ul
#define KOMODO_FREE_VA 0x400000ul

/* Errors that an enclave can see. @spec Komodo reference §1.5 */
#define KOM_SUCCESS 0u
#define KOM_INVALID_PAGENO 1u
#define KOM_INVALID_MAPPING 6u
#define KOM_ADDRINUSE 7u

/* Numbers of the calls of an enclave. @spec Komodo reference §1.7 */
#define KOM_SVC_EXIT 0u
#define KOM_SVC_ATTEST 1u
#define KOM_SVC_VERIFY_STEP0 2u
#define KOM_SVC_VERIFY_STEP1 3u
#define KOM_SVC_VERIFY_STEP2 4u
#define KOM_SVC_MAP_DATA 10u
#define KOM_SVC_UNMAP_DATA 11u
#define KOM_SVC_INIT_L2PTABLE 12u
#define KOM_SVC_GET_RANDOM 20u

/* Mapping word: virtual page address | rights. @spec Komodo reference §1.3 */
#define KOM_MAPPING_R 1u
#define KOM_MAPPING_W 2u
#define KOM_MAPPING_X 4u

/* Words that the enclave exits with; without the top bit it is over, and the word is its exit value. */
#define KOMODO_REQUEST 0x80000000u
#define KOMODO_REQUEST_YIELD KOMODO_REQUEST
#define KOMODO_REQUEST_WRITE (KOMODO_REQUEST | 1u)
#define KOMODO_REQUEST_SPARE (KOMODO_REQUEST | 2u)

/* What a request carries: the page of its thread in the host region. The host may change it at any time. */
typedef struct {
  volatile uint32_t count; /* WRITE: bytes of text; SPARE: pages */
  volatile uint32_t reserved;
  volatile uint8_t payload[KOMODO_PAGE_SIZE - 8];
} komodo_request_t;

/* What lies in the page of thread 0 at its first entry. All of it is what the host says. */
typedef struct {
  volatile uint32_t argc;
  volatile uint32_t string_bytes;
  volatile uint32_t measurement[8]; /* of this enclave, as the host computed it */
  volatile uint32_t index;          /* which enclave of the run this is, from 0 */
  volatile uint32_t enclaves;       /* how many there are */
  volatile uint8_t strings[KOMODO_PAGE_SIZE - 48];
} komodo_start_t;

/* The eight words of a measurement, a MAC, or the data of Attest. */
typedef struct {
  uint32_t word[8];
} komodo_words_t;

/*
 * A thread: what crt0.S keeps of it while it is outside, and where it begins. The names of the fields are for
 * reading; the offsets are crt0.S's.
 */
typedef struct {
  uint64_t is_outside; /* it left with a request, and the next Enter goes on behind it */
  uint64_t ra, sp, s[12];
  void *stack_top;
  void (*run)(void);
  komodo_request_t *request;
} komodo_thread_t;

/*
 * One more thread. Its entry point is the symbol komodo_entry_NUMBER, for which the loader makes a dispatcher; when `function`
 * returns, the thread is over. NUMBER counts from 1 to 3 without gaps.
 */
#define KOMODO_THREAD(NUMBER, function, stack_bytes)                                                             \
  static uint8_t komodo_stack_##NUMBER[stack_bytes] __attribute__((aligned(16)));                                \
  komodo_thread_t komodo_thread_##NUMBER = {.stack_top = komodo_stack_##NUMBER + (stack_bytes),                  \
                                            .run = function,                                                     \
                                            .request = (komodo_request_t *)(KOMODO_HOST_REGION +                 \
                                                                            (NUMBER) * KOMODO_PAGE_SIZE)};       \
  __asm__(".pushsection .text\n.globl komodo_entry_" #NUMBER "\n.type komodo_entry_" #NUMBER ", @function\n"      \
          "komodo_entry_" #NUMBER ":\n.option push\n.option norelax\nla t0, komodo_thread_" #NUMBER "\n.option pop\n"  \
          "j komodo_enter\n.popsection")

/* The page of this thread in the host region. */
static inline komodo_request_t *komodo_request(void)
{
  const komodo_thread_t *thread;
  __asm__("mv %0, tp" : "=r"(thread));
  return thread->request;
}

/* Leaves with EXIT(word) and returns R0 of the Enter that comes back. crt0.S */
uint64_t komodo_leave(uint64_t word);

/* Ends the thread; the host sees `value`, 31 bits. The enclave is over when thread 0 ends. */
static inline __attribute__((noreturn)) void komodo_exit(uint32_t value)
{
  while (1) komodo_leave(value & ~KOMODO_REQUEST);
}

/* Gives the hart to the others. */
static inline void komodo_yield(void)
{
  komodo_leave(KOMODO_REQUEST_YIELD);
}

#ifndef KOMODO_RISCV

/* Any call: `io` goes out as R1 to R8 and comes back as R1 to R8. @returns R0 */
static inline uint32_t komodo_call(uint32_t number, komodo_words_t *io)
{
  register uint64_t a0 __asm__("a0") = number;
  register uint64_t a1 __asm__("a1") = io->word[0];
  register uint64_t a2 __asm__("a2") = io->word[1];
  register uint64_t a3 __asm__("a3") = io->word[2];
  register uint64_t a4 __asm__("a4") = io->word[3];
  register uint64_t a5 __asm__("a5") = io->word[4];
  register uint64_t a6 __asm__("a6") = io->word[5];
  register uint64_t a7 __asm__("a7") = io->word[6];
  register uint64_t s2 __asm__("s2") = io->word[7];
  __asm__ volatile("ecall"
                   : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5), "+r"(a6), "+r"(a7), "+r"(s2)
                   :
                   : "memory");
  *io = (komodo_words_t){{(uint32_t)a1, (uint32_t)a2, (uint32_t)a3, (uint32_t)a4, (uint32_t)a5, (uint32_t)a6,
                          (uint32_t)a7, (uint32_t)s2}};
  return (uint32_t)a0;
}

/* Attest: a MAC over `data` and this enclave's measurement, under the monitor's key. */
static inline komodo_words_t komodo_attest(komodo_words_t data)
{
  komodo_call(KOM_SVC_ATTEST, &data);
  return data;
}

/* Verify in its three steps. @returns 1 if `mac` is what an enclave with `measurement` got for `data`, otherwise 0 */
static inline int komodo_verify(komodo_words_t data, komodo_words_t measurement, komodo_words_t mac)
{
  komodo_call(KOM_SVC_VERIFY_STEP0, &data);
  komodo_call(KOM_SVC_VERIFY_STEP1, &measurement);
  return komodo_call(KOM_SVC_VERIFY_STEP2, &mac) == KOM_SUCCESS && mac.word[0] == 1;
}

/* GetRandom. @returns one word that nobody else knows */
static inline uint32_t komodo_random(void)
{
  komodo_words_t io = {{0}};
  komodo_call(KOM_SVC_GET_RANDOM, &io);
  return io.word[0];
}

/* MapData: turns a spare page of this enclave into a zeroed one at `va`. @param rights KOM_MAPPING_* @returns KOM_* */
static inline uint32_t komodo_map_data(uint32_t page, void *va, uint32_t rights)
{
  komodo_words_t io = {{page, (uint32_t)(uintptr_t)va | rights}};
  return komodo_call(KOM_SVC_MAP_DATA, &io);
}

/* UnmapData: makes the page at `va` spare again. It is not scrubbed: wipe it first. @returns KOM_* */
static inline uint32_t komodo_unmap_data(uint32_t page, void *va)
{
  komodo_words_t io = {{page, (uint32_t)(uintptr_t)va}};
  return komodo_call(KOM_SVC_UNMAP_DATA, &io);
}

/* InitL2PTable: a spare page becomes the table of the 4 MiB from slot << 22. @returns KOM_* */
static inline uint32_t komodo_init_l2ptable(uint32_t page, uint32_t slot)
{
  komodo_words_t io = {{page, slot}};
  return komodo_call(KOM_SVC_INIT_L2PTABLE, &io);
}

/* Asks the host for spare pages. @param pages their numbers, as the host says @returns how many it says it gave, <= count */
static inline uint32_t komodo_ask_spare(uint32_t *pages, uint32_t count)
{
  komodo_request_t *request = komodo_request();
  if (count > sizeof request->payload / sizeof *pages) count = sizeof request->payload / sizeof *pages;
  request->count = count;
  uint64_t given = komodo_leave(KOMODO_REQUEST_SPARE);
  if (given > count) given = count;
  volatile uint32_t *number = (volatile uint32_t *)request->payload;
  for (uint32_t i = 0; i < given; i++) pages[i] = number[i];
  return (uint32_t)given;
}

#endif

/* Prints bytes of text. */
static inline void komodo_write(const char *text, size_t byte_len)
{
  komodo_request_t *request = komodo_request();
  while (byte_len > 0) {
    size_t part = byte_len < sizeof request->payload ? byte_len : sizeof request->payload;
    for (size_t i = 0; i < part; i++) request->payload[i] = (uint8_t)text[i];
    request->count = (uint32_t)part;
    komodo_leave(KOMODO_REQUEST_WRITE);
    text += part;
    byte_len -= part;
  }
}

/* Prints a NUL-terminated string. */
static inline void komodo_print(const char *text)
{
  size_t byte_len = 0;
  while (text[byte_len] != '\0') byte_len++;
  komodo_write(text, byte_len);
}

/* Prints a number in decimal. */
static inline void komodo_print_u32(uint32_t value)
{
  char digits[10]; /* 2^32 - 1 has 10 */
  size_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  komodo_write(digits + first, sizeof digits - first);
}

/* Prints words as 64 hexadecimal digits, most significant first: the digest that they stand for. */
static inline void komodo_print_words(const komodo_words_t *words)
{
  char digits[64];
  for (size_t i = 0; i < sizeof digits; i++) digits[i] = "0123456789abcdef"[words->word[i / 8] >> (28 - 4 * (i % 8)) & 15];
  komodo_write(digits, sizeof digits);
}

#endif
