/* Counts the primes below 10,000: long enough for the timer to take the hart away. Exit value: 1229 mod 256. */
#include <eapp.h>
#include <print.h>

#define LIMIT 10000

static uint8_t is_composite[LIMIT];

int EAPP_ENTRY main(void)
{
  int count = 0;
  for (int i = 2; i < LIMIT; i++) {
    if (is_composite[i]) continue;
    count++;
    for (int multiple = 2 * i; multiple < LIMIT; multiple += i) is_composite[multiple] = 1;
  }
  eapp_print("%d primes below %d\n", count, LIMIT);
  EAPP_RETURN((unsigned long)count);
}
