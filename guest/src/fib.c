/*
 * Fibonacci number n (argument, default 30) by naive recursion: calls, branches and stack, no memory to speak of.
 * Exit value 0; 2 for an argument that is not a number up to 93, the last that fits 64 bits.
 */
#include "arguments.h"
#include <atoll.h>

static __attribute__((noinline)) uint64_t fib(uint64_t n)
{
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv)
{
  uint64_t n = 30;
  if (argc > 0 && (parse_u64(argv[0], &n) != 0 || n > 93)) {
    eapp_print("fib: the argument must be a number from 0 to 93\n");
    return 2;
  }
  eapp_print("fib ");
  eapp_print_u64(n);
  eapp_print(" = ");
  eapp_print_u64(fib(n));
  eapp_print("\n");
  return 0;
}
