/* Attaches the secure shared memory of shm-writer, reads the message, replies with its length and detaches. Exit value 0, or the step that went wrong. */
#include <eapp.h>
#include <print.h>

#define KEY 77
#define PATIENCE 100

typedef struct {
  volatile uint32_t written;
  volatile uint32_t replied;
  volatile char message[64];
} shared_t;

int EAPP_ENTRY main(void)
{
  shared_t *shared = NULL;
  for (int turns = 0; (shared = eapp_shmat(KEY)) == NULL; turns++) {
    if (turns == PATIENCE) EAPP_RETURN(1);
    EAPP_YIELD();
  }
  for (int turns = 0; shared->written == 0; turns++) {
    if (turns == PATIENCE) EAPP_RETURN(2);
    EAPP_YIELD();
  }
  char message[64];
  for (size_t i = 0; i < sizeof message; i++) message[i] = shared->message[i];
  message[sizeof message - 1] = '\0';
  eapp_print("reader: %s\n", message);
  shared->replied = shared->written;
  if (eapp_shmdt(KEY) != 0) EAPP_RETURN(3);
  EAPP_RETURN(0);
}
