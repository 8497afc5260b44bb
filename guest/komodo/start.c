/*
 * Thread 0 of a Komodo enclave: unpacks the program arguments from the start block, calls main, and leaves with its value.
 *
 * The block belongs to the host, who can change it while we read: it is copied once, and only the copy is examined.
 * argc and the strings are an allegation: whatever they say, nothing outside the copy is touched.
 */
#include <komodo.h>

#include "komodo-start.h"

int main(int argc, char **argv);

#define ARGUMENT_BYTES 2048
#define MAX_ARGUMENTS 31

komodo_words_t komodo_claimed_measurement;
uint32_t komodo_index;
uint32_t komodo_enclaves;

static char strings[ARGUMENT_BYTES];
static char *arguments[MAX_ARGUMENTS + 1];

void komodo_start(void)
{
  const komodo_start_t *block = (const komodo_start_t *)KOMODO_HOST_REGION;
  for (size_t i = 0; i < 8; i++) komodo_claimed_measurement.word[i] = block->measurement[i];
  komodo_index = block->index;
  komodo_enclaves = block->enclaves;
  uint32_t claimed = block->argc;
  uint32_t bytes = block->string_bytes;
  if (bytes >= ARGUMENT_BYTES) bytes = ARGUMENT_BYTES - 1;
  for (uint32_t i = 0; i < bytes; i++) strings[i] = (char)block->strings[i];
  strings[bytes] = '\0';

  int argc = 0;
  for (uint32_t at = 0; at < bytes && (uint32_t)argc < claimed && argc < MAX_ARGUMENTS;) {
    arguments[argc++] = strings + at;
    while (strings[at] != '\0') at++;
    at++;
  }
  arguments[argc] = NULL;
  komodo_exit((uint32_t)main(argc, arguments));
}
