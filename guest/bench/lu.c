/* LU decomposition of a 64 x 64 matrix in single precision, diagonally dominant, so without pivots. */
#include "float-kernel.h"

#define SIZE 64

static void prepare(void) {}

static uint64_t pass(uint64_t checksum)
{
  float *a = (float *)arena;
  uint64_t state = checksum | 1;
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) a[SIZE * i + j] = (float)unit_double(next_random(&state)) + (i == j ? SIZE : 0);
  for (int k = 0; k < SIZE; k++)
    for (int i = k + 1; i < SIZE; i++) {
      float factor = a[SIZE * i + k] / a[SIZE * k + k];
      a[SIZE * i + k] = factor;
      for (int j = k + 1; j < SIZE; j++) a[SIZE * i + j] -= factor * a[SIZE * k + j];
    }
  for (int i = 0; i < SIZE * SIZE; i++) checksum = fold(checksum, bits_of((double)a[i]));
  return checksum;
}

const kernel_t lu_kernel = {"lu", 60, prepare, pass};
