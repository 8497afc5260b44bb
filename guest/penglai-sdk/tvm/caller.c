/*
 * Calls a server twice, "middle-server" if there is one, otherwise "sum-server": lends it a block of 4 pages, gets it back at the same place,
 * and is given a block with the sum. Asks for the server's report first. Exit value 0, or the step that went wrong.
 */
#include <eapp.h>
#include <print.h>

#define COUNT (4 * RISCV_PAGE_SIZE / 4)
#define STEP 5u

static struct report_t report __attribute__((aligned(512)));

int EAPP_ENTRY main(void)
{
  char *name = "middle-server";
  unsigned long server = acquire_enclave(name);
  if (server == -1ul) {
    name = "sum-server";
    server = acquire_enclave(name);
  }
  if (server == -1ul) EAPP_RETURN(1);
  if (get_report(name, &report, 12345) != 0 || report.enclave.nonce != 12345) EAPP_RETURN(2);

  uint32_t *numbers = eapp_mmap(NULL, COUNT * 4);
  if (numbers == NULL) EAPP_RETURN(3);
  for (uint32_t i = 0; i < COUNT; i++) numbers[i] = i;

  uint64_t expected = (uint64_t)COUNT * (COUNT - 1) / 2;
  for (uint32_t round = 1; round <= 2; round++) {
    struct call_enclave_arg_t call = {.req_arg = STEP, .req_vaddr = (unsigned long)numbers, .req_size = COUNT * 4};
    if (call_enclave(server, &call) != 0) EAPP_RETURN(4);
    expected += (uint64_t)STEP * COUNT;
    for (uint32_t i = 0; i < COUNT; i++)
      if (numbers[i] != i + round * STEP) EAPP_RETURN(5);
    if (call.resp_vaddr == 0 || *(uint64_t *)call.resp_vaddr != expected) EAPP_RETURN(6);
    eapp_print("%s: %ld, sum %ld\n", name, (long)call.resp_val, (long)expected);
    if (eapp_unmap((void *)call.resp_vaddr, call.resp_size) != 0) EAPP_RETURN(7);
  }
  EAPP_RETURN(0);
}
