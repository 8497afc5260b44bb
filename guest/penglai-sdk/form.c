/*
 * A program in the form in which the public SDKs build theirs: no start-up code, not optimised, `main` as the entry, data and
 * bss behind one another, areas of zeros for a C library. It looks at everything that the loader and the monitor owe it. Exit value 0, or the
 * step that went wrong.
 */
#include <eapp.h>
#include <print.h>

extern uint64_t __brk_start0[], __brk_end[], __mmap_start0[], __mmap_end[];

static volatile uint32_t initialised[3] = {0x12345678, 0, 0x9abcdef0};
static volatile uint32_t zero[1024];
static const char *const words[] = {"one", "two"};

static int is_zero(const volatile uint64_t *from, const volatile uint64_t *to)
{
  for (; from < to; from++)
    if (*from != 0) return 0;
  return 1;
}

static int depth(int n)
{
  volatile char frame[400];
  frame[n % 400] = (char)n;
  return n == 0 ? frame[0] : 1 + depth(n - 1);
}

int EAPP_ENTRY main(void)
{
  unsigned long *args;
  EAPP_RESERVE_REG;
  if (args[1] != 0 || args[3] != 0 || args[4] != 0) EAPP_RETURN(1); /* ra, gp, tp */
  for (int i = 18; i < 32; i++)
    if (args[i] != 0) EAPP_RETURN(2);
  if ((unsigned long)args % 16 != 0) EAPP_RETURN(3);
  if (initialised[0] != 0x12345678 || initialised[1] != 0 || initialised[2] != 0x9abcdef0) EAPP_RETURN(4);
  for (int i = 0; i < 1024; i++)
    if (zero[i]++ != 0) EAPP_RETURN(5);
  if (!is_zero(__brk_start0, __brk_end) || !is_zero(__mmap_start0, __mmap_end)) EAPP_RETURN(6);
  __brk_start0[0] = __mmap_end[-1] = ~0ul;
  if (depth(50) != 50) EAPP_RETURN(7);
#ifdef PENGLAI_PMP
  volatile double third = 1.0 / (initialised[0] - 0x12345675);
  if (third * 3 != 1.0) EAPP_RETURN(8);
#endif
  eapp_print("%s %s: %d %x %c%%\n", words[0], words[1], -7, 0xbeef, 'z');
  EAPP_RETURN(0);
}
