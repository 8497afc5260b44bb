/* Executes the all-zero halfword, which the ISA defines as illegal: the monitor destroys the enclave. */
#include <atoll.h>

int main(void)
{
  eapp_print("fault: about to execute an illegal instruction\n");
  __asm__ volatile(".half 0");
  return 1;
}
