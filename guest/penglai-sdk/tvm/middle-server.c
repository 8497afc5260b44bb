/*
 * A server that calls a server: passes what it is lent on to "sum-server" and gives its answer on, so that blocks change hands twice. resp_val
 * is 1000 more than the inner server's, or -1 without one.
 */
#include <eapp.h>
#include <print.h>

int EAPP_ENTRY main(void)
{
  unsigned long *args;
  EAPP_RESERVE_REG;
  struct call_enclave_arg_t call = {.req_arg = args[10], .req_vaddr = args[11], .req_size = args[12]};
  unsigned long inner = acquire_enclave("sum-server");
  eapp_print("middle-server: inner server %s\n", inner == -1ul ? "is missing" : "is there");
  if (inner == -1ul || call_enclave(inner, &call) != 0) {
    call.resp_val = -1ul;
    call.resp_vaddr = 0;
    call.resp_size = 0;
  } else {
    call.resp_val += 1000;
  }
  SERVER_RETURN(&call);
}
