/*
 * What the floating-point kernels share. Products and sums are not contracted (-ffp-contract=off), so that every machine
 * that computes by IEEE 754 has the same checksums; where a kernel wants a fused multiply-add it says so.
 */
#ifndef FLOAT_KERNEL_H
#define FLOAT_KERNEL_H

#include "kernel.h"

extern const kernel_t nbody_kernel, matmul_kernel, mandelbrot_kernel, spectral_kernel, lu_kernel;

/* The upper 52 bits of a random number as a number in [0, 1). */
static inline double unit_double(uint64_t random)
{
  return (double)(int64_t)(random >> 12) * 0x1p-52;
}

static inline uint64_t bits_of(double value)
{
  union {
    double value;
    uint64_t bits;
  } both = {value};
  return both.bits;
}

static inline double square_root(double value)
{
  return __builtin_sqrt(value);
}

/* a * b + c, rounded once. */
static inline double fused(double a, double b, double c)
{
  return __builtin_fma(a, b, c);
}

#endif
