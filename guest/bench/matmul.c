/* Product of two 96 x 96 matrices in double precision, with fused multiply-add. */
#include "float-kernel.h"

#define SIZE 96

static void prepare(void)
{
  double *a = (double *)arena;
  uint64_t state = 1;
  for (int i = 0; i < 2 * SIZE * SIZE; i++) a[i] = unit_double(next_random(&state)) - 0.5;
}

static uint64_t pass(uint64_t checksum)
{
  double *a = (double *)arena, *b = a + SIZE * SIZE, *c = b + SIZE * SIZE;
  a[checksum % (SIZE * SIZE)] += 0.25;
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) {
      double sum = 0;
      for (int k = 0; k < SIZE; k++) sum = fused(a[SIZE * i + k], b[SIZE * k + j], sum);
      c[SIZE * i + j] = sum;
    }
  for (int i = 0; i < SIZE * SIZE; i += SIZE + 1) checksum = fold(checksum, bits_of(c[i]));
  return checksum;
}

const kernel_t matmul_kernel = {"matmul", 13, prepare, pass};
