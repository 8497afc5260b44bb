/* Power iteration on the matrix 1 / ((i + j) (i + j + 1) / 2 + i + 1), 160 x 160, computed anew each time: conversions and divides. */
#include "float-kernel.h"

#define SIZE 160

static double u[SIZE], v[SIZE];

static void prepare(void)
{
  for (int i = 0; i < SIZE; i++) u[i] = 1.0;
}

static double element(int i, int j)
{
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

static uint64_t pass(uint64_t checksum)
{
  for (int i = 0; i < SIZE; i++) {
    double sum = 0;
    for (int j = 0; j < SIZE; j++) sum += element(i, j) * u[j];
    v[i] = sum;
  }
  for (int i = 0; i < SIZE; i++) {
    double sum = 0;
    for (int j = 0; j < SIZE; j++) sum += element(j, i) * v[j];
    u[i] = sum;
  }
  for (int i = 0; i < SIZE; i++) checksum = fold(checksum, bits_of(u[i]));
  return checksum;
}

const kernel_t spectral_kernel = {"spectral", 100, prepare, pass};
