/*
 * Makes secure shared memory, which the host cannot read, writes a message to it and waits for the reply of shm-reader. Then destroys it.
 * Exit value 0, or the step that went wrong.
 *
 *   0 written u32 | 4 replied u32 | 8 message
 */
#include <eapp.h>
#include <print.h>

#define KEY 77
#define SIZE RISCV_PAGE_SIZE
#define PATIENCE 100

static const char message[] = "for enclaves only";

typedef struct {
  volatile uint32_t written;
  volatile uint32_t replied;
  volatile char message[64];
} shared_t;

int EAPP_ENTRY main(void)
{
  shared_t *shared = eapp_shmget(KEY, SIZE, 0);
  if (shared == (void *)-1 || shared == NULL) EAPP_RETURN(1);
  struct shm_dsc state;
  if (eapp_shmstat(KEY, &state) != 0 || state.ref != 1) EAPP_RETURN(2);
  for (size_t i = 0; i < sizeof message; i++) shared->message[i] = message[i];
  shared->written = sizeof message;
  for (int turns = 0; shared->replied == 0; turns++) {
    if (turns == PATIENCE) EAPP_RETURN(3);
    EAPP_YIELD();
  }
  eapp_print("writer: reply %d\n", (int)shared->replied);
  if (eapp_shmdt(KEY) != 0) EAPP_RETURN(4);
  if (eapp_shmdestroy(KEY) != 0) EAPP_RETURN(5);
  EAPP_RETURN(0);
}
