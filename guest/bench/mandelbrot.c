/* The Mandelbrot set on a grid of 96 x 96 points, up to 100 iterations each: short chains of multiplies and adds, compares. */
#include "float-kernel.h"

#define SIZE 96
#define LIMIT 100

static void prepare(void) {}

static uint64_t pass(uint64_t checksum)
{
  uint64_t iterations = 0;
  double shift = unit_double(checksum) * 0.001;
  for (int row = 0; row < SIZE; row++)
    for (int column = 0; column < SIZE; column++) {
      double cr = 3.0 * column / SIZE - 2.0 + shift, ci = 2.0 * row / SIZE - 1.0;
      double r = 0, i = 0;
      for (int n = 0; n < LIMIT; n++) {
        double rr = r * r, ii = i * i;
        if (rr + ii > 4.0) break;
        i = 2.0 * (r * i) + ci;
        r = rr - ii + cr;
        iterations++;
      }
      checksum = fold(checksum, bits_of(r));
    }
  return fold(checksum, iterations);
}

const kernel_t mandelbrot_kernel = {"mandelbrot", 24, prepare, pass};
