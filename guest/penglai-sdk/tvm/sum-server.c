/*
 * A server: adds req_arg to each u32 of the block that it is lent, and gives a block of its own with their sum in it. Its static data live
 * from call to call: resp_val is how often it was called.
 */
#include <eapp.h>
#include <print.h>

static unsigned long calls;

int EAPP_ENTRY main(void)
{
  unsigned long *args;
  EAPP_RESERVE_REG;
  unsigned long step = args[10];
  uint32_t *numbers = (uint32_t *)args[11];
  unsigned long size = args[12];
  struct call_enclave_arg_t answer = {.resp_val = ++calls, .req_vaddr = args[11], .req_size = size};

  uint64_t *sum = eapp_mmap(NULL, RISCV_PAGE_SIZE);
  if (sum != NULL) {
    *sum = 0;
    for (unsigned long i = 0; numbers != NULL && i < size / sizeof *numbers; i++) {
      numbers[i] += (uint32_t)step;
      *sum += numbers[i];
    }
    answer.resp_vaddr = (unsigned long)sum;
    answer.resp_size = RISCV_PAGE_SIZE;
  }
  eapp_print("sum-server: call %ld\n", (long)calls);
  SERVER_RETURN(&answer);
}
