/* Numbers and addresses that both SDKs give to enclave programs. Penglai reference §6.4, §6.6, §6.8. */
#ifndef PENGLAI_OCALL_H
#define PENGLAI_OCALL_H

#define RISCV_PAGE_SIZE 4096

/* Text and sectors pass through it; the host reads and writes it too. */
#define ENCLAVE_DEFAULT_KBUFFER 0xffffffe000000000ul
#define ENCLAVE_DEFAULT_KBUFFER_SIZE 0x1000ul

#define OCALL_SYS_WRITE 3

#ifdef PENGLAI_PMP
/* Shared with the host program: what it wrote before the enclave ran, and what it finds afterwards. */
#define DEFAULT_UNTRUSTED_PTR 0x1000000000ul
#define DEFAULT_UNTRUSTED_SIZE (8 * 1024)
#define OCALL_USER_DEFINED 9
#else
#define OCALL_MMAP 1
#define OCALL_UNMAP 2
#define OCALL_SBRK 4
#define OCALL_READ_SECT 5
#define OCALL_WRITE_SECT 6
#define OCALL_RETURN_RELAY_PAGE 7
#define OCALL_GETRANDOM 8
#define OCALL_SHM_GET 9
#define OCALL_SHM_DETACH 10
#define OCALL_SHM_DESTROY 11
#endif

#endif
