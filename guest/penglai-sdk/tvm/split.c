/*
 * Splits its relay memory into two halves and hands them to the enclaves "left" and "right". Exit value 0, or the step that went wrong.
 */
#include <eapp.h>
#include <print.h>

int EAPP_ENTRY main(void)
{
  unsigned long *args;
  EAPP_RESERVE_REG;
  unsigned long relay = args[13];
  unsigned long size = args[14];
  if (relay == 0) EAPP_RETURN(1);
  unsigned long half = size / 2 & -(unsigned long)RISCV_PAGE_SIZE;
  if (half == 0) EAPP_RETURN(2);
  if (split_mem_region(relay, size + RISCV_PAGE_SIZE, relay + half) == 0) EAPP_RETURN(3); /* no such region */
  if (split_mem_region(relay, size, relay + half) != 0) EAPP_RETURN(4);
  struct call_enclave_arg_t left = {.req_vaddr = relay, .req_size = half};
  struct call_enclave_arg_t right = {.req_vaddr = relay + half, .req_size = size - half};
  if (asyn_enclave_call("left", &left) != 0) EAPP_RETURN(5);
  if (asyn_enclave_call("right", &right) != 0) EAPP_RETURN(6);
  eapp_print("halves of %ld and %ld bytes\n", (long)half, (long)(size - half));
  EAPP_RETURN(0);
}
