/*
 * Puts records into "store", changes one, and gets them back; asks for one that is not there. Exit value 0, or the step that went wrong;
 * 100 if the store says that the disk was tampered with.
 */
#include "store.h"

#include <print.h>

static unsigned long store;
static store_request_t *request;

static void set_name(const char *name)
{
  size_t i = 0;
  for (; name[i] != '\0' && i < NAME_LEN - 1; i++) request->name[i] = name[i];
  for (; i < NAME_LEN; i++) request->name[i] = '\0';
}

static unsigned long ask(unsigned long command)
{
  struct call_enclave_arg_t call = {.req_arg = command, .req_vaddr = (unsigned long)request, .req_size = RISCV_PAGE_SIZE};
  unsigned long refused = call_enclave(store, &call);
  if (refused == 0 && call.resp_val == STORE_DAMAGED) {
    eapp_print("client: the disk was tampered with\n");
    EAPP_RETURN(100);
  }
  return refused != 0 ? -1ul : call.resp_val;
}

static unsigned long put(const char *name, uint8_t value)
{
  set_name(name);
  for (size_t i = 0; i < STORE_DATA_BYTES; i++) request->data[i] = (uint8_t)(value + i);
  return ask(STORE_PUT);
}

/* @returns 1 if the record is there and holds what put() wrote for `value` */
static int holds(const char *name, uint8_t value)
{
  set_name(name);
  for (size_t i = 0; i < STORE_DATA_BYTES; i++) request->data[i] = 0;
  if (ask(STORE_GET) != STORE_OK) return 0;
  for (size_t i = 0; i < STORE_DATA_BYTES; i++)
    if (request->data[i] != (uint8_t)(value + i)) return 0;
  return 1;
}

int EAPP_ENTRY main(void)
{
  store = acquire_enclave("store");
  if (store == -1ul) EAPP_RETURN(1);
  request = eapp_mmap(NULL, RISCV_PAGE_SIZE);
  if (request == NULL) EAPP_RETURN(2);
  if (put("alpha", 1) != STORE_OK || put("beta", 2) != STORE_OK) EAPP_RETURN(3);
  if (!holds("alpha", 1) || !holds("beta", 2)) EAPP_RETURN(4);
  if (put("alpha", 3) != STORE_OK) EAPP_RETURN(5);
  if (!holds("alpha", 3) || !holds("beta", 2)) EAPP_RETURN(6);
  set_name("gamma");
  if (ask(STORE_GET) != STORE_NOT_FOUND) EAPP_RETURN(7);
  eapp_print("client: all records are as they were put\n");
  EAPP_RETURN(0);
}
