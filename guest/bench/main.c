/*
 * Bench: runs the chosen kernels in S-mode under Sv39 and prints one line each: `name instret cycles checksum`,
 * decimal, decimal, 16 hexadecimal digits.
 *
 * `bench_config` says what runs; a host may poke it before the start, a build may fix it with -DBENCH_KERNELS.
 *
 *     0 kernels u64: bit i runs kernels[i]
 *     8 passes  u64: of every kernel; 0: each kernel's own default
 *
 * Under QEMU without -icount both counters are host time; the checksum is the same everywhere.
 */
#ifdef BENCH_FLOAT
#include "float-kernel.h"
#else
#include "kernel.h"
#endif
#include "supervisor.h"

#include <bare.h>

#ifndef BENCH_KERNELS
#define BENCH_KERNELS (~0ul)
#endif

typedef struct {
  uint64_t kernels;
  uint64_t passes;
} bench_config_t;

__attribute__((section(".data"))) volatile bench_config_t bench_config = {BENCH_KERNELS, 0};

__attribute__((aligned(4096))) uint64_t arena[ARENA_BYTES / 8];

static const kernel_t *const kernels[] = {
#ifdef BENCH_FLOAT
  &nbody_kernel, &matmul_kernel, &mandelbrot_kernel, &spectral_kernel, &lu_kernel,
#else
  &sieve_kernel, &quicksort_kernel, &sha512_kernel, &aes_kernel, &chase_64k_kernel, &chase_8m_kernel, &key_value_kernel,
#endif
};
#define KERNEL_COUNT (sizeof kernels / sizeof kernels[0])

static void run(const kernel_t *kernel)
{
  uint64_t passes = bench_config.passes != 0 ? bench_config.passes : kernel->default_passes;
  uint64_t checksum = 0;
  kernel->prepare();
  uint64_t instret = bare_rdinstret();
  uint64_t cycles = bare_rdcycle();
  for (uint64_t i = 0; i < passes; i++) checksum = kernel->pass(checksum);
  cycles = bare_rdcycle() - cycles;
  instret = bare_rdinstret() - instret;
  bare_print(kernel->name);
  bare_print(" ");
  bare_print_u64(instret, 10, 1);
  bare_print(" ");
  bare_print_u64(cycles, 10, 1);
  bare_print(" ");
  bare_print_u64(checksum, 16, 16);
  bare_print("\n");
}

static void run_chosen(void)
{
  for (size_t i = 0; i < KERNEL_COUNT; i++)
    if (bench_config.kernels >> i & 1) run(kernels[i]);
  bare_exit(0);
}

int main(void)
{
  enter_supervisor(run_chosen);
}
