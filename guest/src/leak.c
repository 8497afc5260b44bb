/*
 * Planted leak: an eapp whose visible behaviour depends on `secret`. A two-trace test that does not find it is broken.
 *
 *   leak [exit]   through the exit value
 *   leak write    through the length of a SYS_WRITE
 *   leak yield    through the number of yields
 *   leak mmap     through the size of a request for memory
 *
 * The host may put other bytes at the symbol `secret` before the enclave runs. Exit value 2: called wrongly.
 */
#include "arguments.h"
#include <atoll.h>

__attribute__((section(".data"))) volatile uint8_t secret[32] = {0};

int main(int argc, char **argv)
{
  const char *way = argc > 0 ? argv[0] : "exit";
  if (is_same_text(way, "exit")) return secret[0];
  if (is_same_text(way, "write")) {
    char text[256];
    for (int i = 0; i < 256; i++) text[i] = '*';
    text[255] = '\n';
    eapp_write(text + 255 - secret[0], 1u + secret[0]);
    return 0;
  }
  if (is_same_text(way, "yield")) {
    for (int i = 0; i < secret[0]; i++) eapp_yield();
    return 0;
  }
  if (is_same_text(way, "mmap")) {
    eapp_mmap(NULL, (1u + secret[0]) * EAPP_PAGE_SIZE);
    return 0;
  }
  eapp_print("leak: exit, write, yield or mmap\n");
  return 2;
}
