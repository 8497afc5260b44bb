/* Never ends: the host has to stop or destroy it. */
#include <eapp.h>

int EAPP_ENTRY main(void)
{
  while (1) continue;
}
