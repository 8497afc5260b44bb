/*
 * Enclave calls of the Penglai-TVM monitor, for programs that run inside an enclave ("eapps").
 *
 * Header only, freestanding C99, rv64imac and up. A call is an `ecall` from U-mode with the function number in a7,
 * the extension 0x100101 in a6 and the arguments from a0 on; the result comes back in a0 and every other register
 * is preserved. The monitor destroys an enclave that uses an unknown function number.
 *
 * Source: Penglai reference §6.3 (functions), §6.4 (ocalls), §6.7 (report), §6.8 (virtual layout);
 * BINDING and UNBINDING have numbers but no published handler there (§5): their meaning is atoll's.
 * Not here: server, relay-page and shared-memory calls (97 to 95, 93 to 91, 84, 83): penglai-sdk/include/eapp-tvm.h has them.
 */
#ifndef ATOLL_H
#define ATOLL_H

#include <stddef.h>
#include <stdint.h>

#define EAPP_EXTENSION 0x100101ul
#define EAPP_PAGE_SIZE 4096ul
#define EAPP_LINE_SIZE 64ul

/* Function numbers, a7. */
#define EAPP_FN_EXIT 99ul
#define EAPP_FN_OCALL 98ul
#define EAPP_FN_GET_REPORT 94ul
#define EAPP_FN_GET_ENCLAVE_ID 90ul
#define EAPP_FN_YIELD 89ul
#define EAPP_FN_GET_KEY 88ul

/* Ocall ids, a0 of OCALL. */
#define EAPP_OCALL_MMAP 1ul
#define EAPP_OCALL_UNMAP 2ul
#define EAPP_OCALL_SYS_WRITE 3ul
#define EAPP_OCALL_SBRK 4ul
#define EAPP_OCALL_GETRANDOM 8ul
#define EAPP_OCALL_BINDING 2004ul
#define EAPP_OCALL_UNBINDING 2005ul

/* Key types, a0 of GET_KEY. ATTEST answers 0 and writes nothing. */
#define EAPP_KEY_ENCLAVE 0ul
#define EAPP_KEY_STORAGE 1ul
#define EAPP_KEY_ATTEST 2ul

/*
 * Virtual layout. The host shm, when there is one, is at `eapp_entry.shm`.
 *
 *   0x00_0000_1000  text, rodata (R-X), then data, bss (RW-)
 *   0x10_0000_0000  heap, grows up                 SBRK
 *   0x30_0000_0000  mmap blocks, grow down         MMAP
 *   0x38_0000_0000  top of the stack, 64 KiB below it
 *   0x39_0000_0000  host shm: the host reads and writes it too
 *   0xffff_ffe0_0000_0000  kbuffer, one page: the host reads and writes it too
 */
#define EAPP_HEAP_BASE 0x1000000000ul
#define EAPP_KBUFFER 0xffffffe000000000ul
#define EAPP_KBUFFER_TEXT_MAX 511ul /* bytes of text per SYS_WRITE; byte 512 is the terminating NUL */

/* Registers a0 to a4 at entry (§6.8), saved by crt0 before `main`. Addresses are virtual, sizes in bytes. */
typedef struct {
  uint64_t shm; /* 0: none */
  uint64_t shm_size;
  uint64_t start_counter; /* how many instances were started before this one; of a shadow: modulo 5 */
  uint64_t relay;         /* 0: none */
  uint64_t relay_size;
} eapp_entry_t;

extern eapp_entry_t eapp_entry;

/*
 * What GET_REPORT writes, 328 bytes (§6.7):
 *
 *     0 sm_hash 32 | 32 sm_signature 64 | 96 sm_public_key 64
 *   160 enclave_hash 32 | 192 enclave_signature 64 | 256 nonce 8 | 264 device_public_key 64
 */
typedef struct {
  uint8_t sm_hash[32];
  uint8_t sm_signature[64];
  uint8_t sm_public_key[64];
  uint8_t enclave_hash[32];
  uint8_t enclave_signature[64];
  uint64_t nonce;
  uint8_t device_public_key[64];
} eapp_report_t;

__extension__ _Static_assert(sizeof(eapp_report_t) == 328, "report layout, Penglai reference §6.7");
__extension__ _Static_assert(offsetof(eapp_report_t, enclave_hash) == 160, "report layout, Penglai reference §6.7");

/* Alignment that keeps a report or a key inside one page: the monitor translates a buffer's first byte only. */
#define EAPP_ONE_PAGE __attribute__((aligned(512)))

/* Any enclave call. The memory clobber matters: the monitor and the host read and write this enclave's buffers. */
static inline uint64_t eapp_ecall(uint64_t function, uint64_t arg0, uint64_t arg1, uint64_t arg2)
{
  register uint64_t a0 __asm__("a0") = arg0;
  register uint64_t a1 __asm__("a1") = arg1;
  register uint64_t a2 __asm__("a2") = arg2;
  register uint64_t a6 __asm__("a6") = EAPP_EXTENSION;
  register uint64_t a7 __asm__("a7") = function;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a6), "r"(a7) : "memory");
  return a0;
}

/* OCALL: asks the host for a service, or the monitor for one that carries an ocall id. */
static inline uint64_t eapp_ocall(uint64_t id, uint64_t arg1, uint64_t arg2)
{
  return eapp_ecall(EAPP_FN_OCALL, id, arg1, arg2);
}

/* EXIT: ends the enclave; the host receives `value`, the memory is wiped and given back. Does not return. */
static inline __attribute__((noreturn)) void eapp_exit(uint64_t value)
{
  eapp_ecall(EAPP_FN_EXIT, value, 0, 0);
  __builtin_trap();
}

/* YIELD: gives the hart back to the host, and returns when the host resumes the enclave. */
static inline void eapp_yield(void)
{
  eapp_ecall(EAPP_FN_YIELD, 0, 0, 0);
}

/* GET_ENCLAVE_ID. @returns the id by which the host knows this enclave */
static inline uint64_t eapp_get_enclave_id(void)
{
  return eapp_ecall(EAPP_FN_GET_ENCLAVE_ID, 0, 0, 0);
}

/*
 * GET_REPORT of this enclave: measures its memory as it is now, with `nonce`, and signs that.
 * @param report inside one page (EAPP_ONE_PAGE)
 * @returns 0, or -1
 */
static inline int64_t eapp_get_report(eapp_report_t *report, uint64_t nonce)
{
  return (int64_t)eapp_ecall(EAPP_FN_GET_REPORT, 0, (uint64_t)report, nonce);
}

/*
 * GET_KEY: a key derived from this enclave's measurement, the same in every run of the same program.
 * @param type EAPP_KEY_*
 * @param key inside one page; @param byte_len its size
 * @returns 0, or -1
 */
static inline int64_t eapp_get_key(uint64_t type, void *key, size_t byte_len)
{
  return (int64_t)eapp_ecall(EAPP_FN_GET_KEY, type, (uint64_t)key, byte_len);
}

/* GETRANDOM, answered by the monitor without the host. @returns `byte_len`, or -1 */
static inline int64_t eapp_getrandom(void *bytes, size_t byte_len)
{
  return (int64_t)eapp_ocall(EAPP_OCALL_GETRANDOM, (uint64_t)bytes, byte_len);
}

/*
 * MMAP: fresh zeroed secure pages.
 * @param va wanted address, page-aligned; NULL: anywhere. @param byte_len multiple of the page size
 * @returns the address, or NULL if it was refused
 */
static inline void *eapp_mmap(void *va, size_t byte_len)
{
  return (void *)eapp_ocall(EAPP_OCALL_MMAP, (uint64_t)va, byte_len);
}

/* UNMAP: wipes a whole block that MMAP returned and gives it back to the host. @returns 0, or -1 */
static inline int64_t eapp_unmap(void *va, size_t byte_len)
{
  return (int64_t)eapp_ocall(EAPP_OCALL_UNMAP, (uint64_t)va, byte_len);
}

/*
 * SBRK: moves the top of the heap.
 * @param increment bytes, a multiple of the page size, may be negative; 0 asks for the top
 * @returns the *new* top of the heap (not the old one as in Unix), or -1
 */
static inline int64_t eapp_sbrk(int64_t increment)
{
  return (int64_t)eapp_ocall(EAPP_OCALL_SBRK, (uint64_t)increment, 0);
}

/* SYS_WRITE: the host prints the NUL-terminated text that lies in the kbuffer. */
static inline void eapp_sys_write(void)
{
  eapp_ocall(EAPP_OCALL_SYS_WRITE, 0, 0);
}

/*
 * BINDING: loads every cache line of the range into this hart's L1D and locks it there, so that no access of
 * anybody evicts it and no access of ours to it can be seen in the cache.
 * @returns 0, or -1 if a set would have no unlocked way left (nothing is locked then)
 */
static inline int64_t eapp_binding(const void *va, size_t byte_len)
{
  return (int64_t)eapp_ocall(EAPP_OCALL_BINDING, (uint64_t)va, byte_len);
}

/* UNBINDING: unlocks and flushes the lines of the range. @returns 0, or -1 */
static inline int64_t eapp_unbinding(const void *va, size_t byte_len)
{
  return (int64_t)eapp_ocall(EAPP_OCALL_UNBINDING, (uint64_t)va, byte_len);
}

/* Cycle counter of the hart. */
static inline uint64_t eapp_rdcycle(void)
{
  uint64_t cycles;
  __asm__ volatile("rdcycle %0" : "=r"(cycles) : : "memory");
  return cycles;
}

#include "atoll-print.h"

#endif
