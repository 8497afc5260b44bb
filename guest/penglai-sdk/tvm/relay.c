/*
 * One stage of a pipeline over relay memory, which belongs to one enclave at a time and is never copied. It adds 1 to every word. If the memory
 * names a next stage, it hands it over to the enclave of that name; the last stage gives it back to the host. Exit value: the stage's number.
 *
 *   0 stage u64 | 8 stages u64 | 16 names of the stages, 16 bytes each, up to 4 | 80 words u64 ...
 */
#include <eapp.h>
#include <print.h>

#define STAGES_MAX 4

typedef struct {
  uint64_t stage;
  uint64_t stages;
  char names[STAGES_MAX][NAME_LEN];
  uint64_t words[];
} relay_t;

int EAPP_ENTRY main(void)
{
  unsigned long *args;
  EAPP_RESERVE_REG;
  relay_t *relay = (relay_t *)args[13];
  unsigned long size = args[14];
  if (relay == NULL || size < sizeof *relay) {
    eapp_print("relay: no memory\n");
    EAPP_RETURN(255);
  }
  uint64_t stage = ++relay->stage;
  for (size_t i = 0; i < (size - sizeof *relay) / sizeof relay->words[0]; i++) relay->words[i]++;
  if (stage < relay->stages && stage < STAGES_MAX) {
    char next[NAME_LEN];
    for (size_t i = 0; i < NAME_LEN; i++) next[i] = relay->names[stage][i];
    struct call_enclave_arg_t hand_over = {.req_vaddr = (unsigned long)relay, .req_size = size};
    if (asyn_enclave_call(next, &hand_over) != 0) EAPP_RETURN(254);
    eapp_print("stage %ld hands over\n", (long)stage);
  } else {
    eapp_print("stage %ld gives back\n", (long)stage);
    eapp_return_relay_page();
  }
  EAPP_RETURN(stage);
}
