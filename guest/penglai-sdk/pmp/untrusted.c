/*
 * Adds two numbers that the host program wrote to the untrusted memory and writes their sum behind them; hands the memory over with
 * USER_DEFINED, and goes on as long as the first number is not 0. Exit value: how many sums.
 *
 *   0 a i32 | 4 b i32 | 8 sum i32
 */
#include <eapp.h>
#include <print.h>

typedef struct {
  volatile int32_t a, b, sum;
} numbers_t;

int EAPP_ENTRY main(void)
{
  numbers_t *shared = (numbers_t *)DEFAULT_UNTRUSTED_PTR;
  unsigned long sums = 0;
  while (1) {
    int32_t a = shared->a; /* once: the host may change it meanwhile */
    int32_t b = shared->b;
    if (a == 0) break;
    shared->sum = (int32_t)((uint32_t)a + (uint32_t)b);
    sums++;
    eapp_print("%d + %d\n", a, b);
    eapp_user_defined(sizeof *shared);
  }
  EAPP_RETURN(sums);
}
