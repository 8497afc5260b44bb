/* Greets, and says what it found in its registers: entry point and untrusted memory. Exit value 0. */
#include <eapp.h>
#include <print.h>

int EAPP_ENTRY main(void)
{
  unsigned long *args;
  EAPP_RESERVE_REG;
  eapp_print("hello from %p, untrusted memory at %p, %ld bytes\n", (void *)args[11], (void *)args[12], (long)args[13]);
  return 0;
}
