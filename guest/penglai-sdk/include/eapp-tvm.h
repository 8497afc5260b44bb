/*
 * Calls of `penglai-tvm` beyond those of eapp.h. Penglai reference §6.3, §6.4, §6.12, §6.13.
 *
 * Deviation from the SDK: eapp_shmget asks eight times and then gives up; the SDK's asks for ever.
 */
#ifndef PENGLAI_EAPP_TVM_H
#define PENGLAI_EAPP_TVM_H

#ifndef PENGLAI_EAPP_H
#error "include eapp.h"
#endif

#define NAME_LEN 16

/* GET_REPORT writes this: 328 bytes. */
struct sm_report_t {
  unsigned char hash[32];
  unsigned char signature[64];
  unsigned char sm_pub_key[64];
};
struct enclave_report_t {
  unsigned char hash[32];
  unsigned char signature[64];
  unsigned long nonce;
};
struct report_t {
  struct sm_report_t sm;
  struct enclave_report_t enclave;
  unsigned char dev_pub_key[64];
};
__extension__ _Static_assert(sizeof(struct report_t) == 328, "report layout, Penglai reference §6.7");

enum key_type_t { ENCLAVE_KEY = 0, STORAGE_KEY = 1, ATTEST_KEY = 2 };

/*
 * A call of a server and its answer. `req_vaddr`: a whole block of eapp_mmap, or the relay memory, or 0; it moves to the
 * server and comes back. `resp_vaddr`: a block that the server gives away, or 0.
 */
struct call_enclave_arg_t {
  unsigned long req_arg;
  unsigned long resp_val;
  unsigned long req_vaddr;
  unsigned long req_size;
  unsigned long resp_vaddr;
  unsigned long resp_size;
};

struct shm_dsc {
  unsigned long ref;
  unsigned long size;
};

/* MMAP: fresh zeroed pages. @param vaddr page-aligned, or NULL: anywhere @returns NULL if it was refused */
static inline void *eapp_mmap(void *vaddr, unsigned long size)
{
  return (void *)eapp_ecall(98, OCALL_MMAP, (unsigned long)vaddr, size, 0);
}

/* UNMAP of a whole block of eapp_mmap. @returns 0, or -1 */
static inline int eapp_unmap(void *vaddr, unsigned long size)
{
  return (int)eapp_ecall(98, OCALL_UNMAP, (unsigned long)vaddr, size, 0);
}

/* SBRK in whole pages. @returns the *new* top of the heap */
static inline void *sbrk(long size)
{
  return (void *)eapp_ecall(98, OCALL_SBRK, (unsigned long)size, 0, 0);
}

/* YIELD: gives the hart back to the host until it resumes the enclave. */
static inline int EAPP_YIELD(void)
{
  return (int)eapp_ecall(89, 0, 0, 0, 0);
}

static inline unsigned long get_enclave_id(void)
{
  return eapp_ecall(90, 0, 0, 0, 0);
}

/* GET_CALLER_ID. "value not meaningful" in the published monitor (§6.3). */
static inline unsigned long get_caller_id(void)
{
  return eapp_ecall(91, 0, 0, 0, 0);
}

/* GET_REPORT of this enclave (`name` NULL) or of a server. @returns 0, or -1 */
static inline int get_report(char *name, struct report_t *report, unsigned long nonce)
{
  return (int)eapp_ecall(94, (unsigned long)name, (unsigned long)report, nonce, 0);
}

/* GET_KEY. @param type enum key_type_t @returns 0, or -1 */
static inline int get_key(int type, char *key, int byte_len)
{
  return (int)eapp_ecall(88, (unsigned long)type, (unsigned long)key, (unsigned long)byte_len, 0);
}

/* ACQUIRE_SERVER. @returns a handle for call_enclave, or -1 */
static inline unsigned long acquire_enclave(char *name)
{
  return eapp_ecall(97, (unsigned long)name, 0, 0, 0);
}

/* CALL_ENCLAVE: runs the server to its SERVER_RETURN. @returns 0, -1 refused, -2 busy */
static inline unsigned long call_enclave(unsigned long handle, struct call_enclave_arg_t *arg)
{
  return eapp_ecall(96, handle, (unsigned long)arg, 0, 0);
}

/* ENCLAVE_RETURN: answers the caller. The next call starts at the entry again; static data stay. */
static inline __attribute__((noreturn)) void SERVER_RETURN(struct call_enclave_arg_t *arg)
{
  while (1) eapp_ecall(95, (unsigned long)arg, 0, 0, 0);
}

/* ASYN_CALL: hands relay memory over to whoever bears the name. @returns 0, or -1 */
static inline unsigned long asyn_enclave_call(char *name, struct call_enclave_arg_t *arg)
{
  return eapp_ecall(93, (unsigned long)name, (unsigned long)arg, 0, 0);
}

/* SPLIT_MEM_REGION: one piece of relay memory becomes two, the second from `split_addr` on. @returns 0, or -1 */
static inline unsigned long split_mem_region(unsigned long mem_addr, unsigned long mem_size, unsigned long split_addr)
{
  return eapp_ecall(92, mem_addr, mem_size, split_addr, 0);
}

/* RETURN_RELAY_PAGE: all relay memory goes back to the host, who may give other memory at the same place. @returns 0, or -1 */
static inline int eapp_return_relay_page(void)
{
  return (int)eapp_ecall(98, OCALL_RETURN_RELAY_PAGE, 0, 0, 0);
}

/* READ_SECT and WRITE_SECT: one sector of the host's disk, by way of the kbuffer. @returns the host's status, 0 is well */
static inline int eapp_persistency_read_sec(unsigned long sector)
{
  return (int)eapp_ecall(98, OCALL_READ_SECT, sector, 0, 0);
}
static inline int eapp_persistency_write_sec(unsigned long sector)
{
  return (int)eapp_ecall(98, OCALL_WRITE_SECT, sector, 0, 0);
}

/* SHM_GET: makes secure shared memory under a key, and attaches it. @returns its address, or (void *)-1 */
static inline void *eapp_shmget(unsigned long key, unsigned long size, unsigned long flags)
{
  unsigned long result = -1ul;
  for (int i = 0; i < 8 && result == -1ul; i++) result = eapp_ecall(98, OCALL_SHM_GET, key, size, flags);
  return (void *)result;
}

/* SHM_ATTACH. @returns the address, or NULL */
static inline void *eapp_shmat(unsigned long key)
{
  return (void *)eapp_ecall(84, key, 0, 0, 0);
}

/* SHM_DETACH, SHM_DESTROY, SHM_STAT. @returns 0, or -1 */
static inline int eapp_shmdt(unsigned long key)
{
  return (int)eapp_ecall(98, OCALL_SHM_DETACH, key, 0, 0);
}
static inline int eapp_shmdestroy(unsigned long key)
{
  return (int)eapp_ecall(98, OCALL_SHM_DESTROY, key, 0, 0);
}
static inline int eapp_shmstat(unsigned long key, struct shm_dsc *dsc)
{
  return (int)eapp_ecall(83, key, (unsigned long)dsc, 0, 0);
}

#endif
