/**
 * The guest programs that are built and committed: which sources make which ELF, with which flags of gcc.
 *
 * All paths are relative to guest/, and gcc runs there, so that nothing of the machine that builds enters a file.
 * Kinds: eapps on our SDK alone (one of them in floating point), eapps on picolibc, eapps for the interface of the public SDKs,
 * enclaves for Komodo, and the bench for the bare machine.
 */

export interface GuestProgram {
  /** File name in guest/prebuilt. */
  readonly elf: string;
  /** Arguments of gcc besides the output, in order: flags, sources, libraries. */
  readonly gccArgs: readonly string[];
}

const COMMON = [
  "-march=rv64imac",
  "-mabi=lp64",
  "-mcmodel=medany",
  "-std=c99",
  "-O2",
  "-Wall",
  "-Wextra",
  "-Wpedantic",
  "-Werror",
  "-Iinclude",
  // Symbols stay, because hosts and tests look them up; everything that could differ between two builds goes.
  "-Wl,--strip-debug,--build-id=none,--fatal-warnings",
];
const FREESTANDING = ["-ffreestanding", "-nostdlib"];
/** `__thread` in one static program; picolibc's `errno` is such a variable. `-std=gnu99`: constants of POSIX. */
const PICOLIBC = ["--specs=picolibc.specs", "-nostartfiles", "-std=gnu99"];

const EAPPS = ["hello", "fib", "secret", "mem", "spy", "spin", "fault", "leak", "victim", "probe"];
const LIBC_EAPPS = ["libc"];
const FLOAT_EAPPS = ["float"];

const SDK_PMP = ["hello", "prime", "untrusted", "deadloop"];
const SDK_PMP_HASHING = ["seal"];
const SDK_TVM = ["caller", "sum-server", "middle-server", "relay", "split", "shm-writer", "shm-reader", "store-client"];
const SDK_TVM_HASHING = ["store"];

const KOMODO_ENCLAVES = ["hello", "notary", "keys", "meet", "memory", "random", "threads"];
const KOMODO_RISCV_ENCLAVES = ["hello", "threads"];

/** In the order of `kernels` in guest/bench/main.c: the index is the bit in the kernel mask. */
export const BENCH_KERNELS = ["sieve", "quicksort", "sha512", "aes", "chase-64k", "chase-8m", "key-value"] as const;
const BENCH_SOURCES = ["main", "supervisor", "sieve", "quicksort", "sha512", "aes", "chase", "key-value"];

/** As BENCH_KERNELS, of the bench in floating point: the index is the bit in its kernel mask. */
export const FLOAT_KERNELS = ["nbody", "matmul", "mandelbrot", "spectral", "lu"] as const;
/** Debian's default. Not contracted: products and sums are rounded one by one, as the twins in the tests do it. */
const FLOAT = ["-march=rv64gc", "-mabi=lp64d", "-fno-math-errno", "-ffp-contract=off"];

function eapp(name: string): GuestProgram {
  const gccArgs = [...COMMON, ...FREESTANDING, "-T", "enclave.ld", "crt0.S", `src/${name}.c`, "-lgcc"];
  return { elf: `${name}.elf`, gccArgs };
}

function libcEapp(name: string): GuestProgram {
  const gccArgs = [...COMMON, ...PICOLIBC, "-T", "enclave.ld", "crt0.S", "picolibc.c", `src/${name}.c`];
  return { elf: `${name}.elf`, gccArgs };
}

function floatEapp(name: string): GuestProgram {
  const gccArgs = [...COMMON, ...FLOAT, ...FREESTANDING, "-T", "enclave.ld", "crt0.S", `src/${name}.c`, "-lgcc"];
  return { elf: `${name}.elf`, gccArgs };
}

/** For the interface of the public SDKs. @param more sources that it needs besides */
function sdkEapp(abi: "tvm" | "pmp", name: string, more: readonly string[] = []): GuestProgram {
  const flags = [...COMMON, ...FREESTANDING, "-Ipenglai-sdk/include", ...(abi === "pmp" ? ["-DPENGLAI_PMP"] : [])];
  const sources = ["penglai-sdk/crt0.S", "penglai-sdk/print.c", `penglai-sdk/${abi}/${name}.c`, ...more];
  return { elf: `${abi}-${name}.elf`, gccArgs: [...flags, "-T", "enclave.ld", ...sources, "-lgcc"] };
}

/** As the public SDKs build theirs: not optimised, without start-up code, in their layout. */
function publicForm(abi: "tvm" | "pmp"): GuestProgram {
  const target = abi === "pmp" ? ["-march=rv64gc", "-mabi=lp64d", "-DPENGLAI_PMP"] : [];
  const flags = [...COMMON, "-O0", ...target, ...FREESTANDING, "-Ipenglai-sdk/include", "-DEAPP_NO_CRT0"];
  const layout = ["-T", "penglai-sdk/public-form.ld", "-Wl,--no-warn-rwx-segments"];
  return {
    elf: `${abi}-form.elf`,
    gccArgs: [...flags, ...layout, "penglai-sdk/form.c", "penglai-sdk/print.c", "-lgcc"],
  };
}

/** @param face `komodo-riscv`: Exit alone, from S-mode */
function komodoEnclave(face: "komodo" | "komodo-riscv", name: string): GuestProgram {
  const flags = [
    ...COMMON,
    ...FREESTANDING,
    "-Ikomodo/include",
    ...(face === "komodo-riscv" ? ["-DKOMODO_RISCV"] : []),
  ];
  const library = ["komodo/crt0.S", "komodo/start.c", ...(face === "komodo" ? ["komodo/attest.c", "sha256.c"] : [])];
  const gccArgs = [...flags, "-T", "komodo/enclave.ld", ...library, `komodo/src/${name}.c`, "-lgcc"];
  return { elf: `${face}-${name}.elf`, gccArgs };
}

function bench(elf: string, kernelMask: string): GuestProgram {
  const sources = ["bare.S", ...BENCH_SOURCES.map((source) => `bench/${source}.c`)];
  const gccArgs = [...COMMON, ...FREESTANDING, `-DBENCH_KERNELS=${kernelMask}`, "-T", "bare.ld", ...sources, "-lgcc"];
  return { elf, gccArgs };
}

function floatBench(elf: string, kernelMask: string): GuestProgram {
  const sources = ["main", "supervisor", ...FLOAT_KERNELS].map((source) => `bench/${source}.c`);
  const flags = [...COMMON, ...FLOAT, "-DBENCH_FLOAT", ...FREESTANDING, `-DBENCH_KERNELS=${kernelMask}`];
  return { elf, gccArgs: [...flags, "-T", "bare.ld", "bare.S", ...sources, "-lgcc"] };
}

export const GUEST_PROGRAMS: readonly GuestProgram[] = [
  ...EAPPS.map(eapp),
  ...LIBC_EAPPS.map(libcEapp),
  ...FLOAT_EAPPS.map(floatEapp),
  publicForm("tvm"),
  publicForm("pmp"),
  ...SDK_PMP.map((name) => sdkEapp("pmp", name)),
  ...SDK_PMP_HASHING.map((name) => sdkEapp("pmp", name, ["sha256.c"])),
  ...SDK_TVM.map((name) => sdkEapp("tvm", name)),
  ...SDK_TVM_HASHING.map((name) => sdkEapp("tvm", name, ["sha256.c"])),
  ...KOMODO_ENCLAVES.map((name) => komodoEnclave("komodo", name)),
  ...KOMODO_RISCV_ENCLAVES.map((name) => komodoEnclave("komodo-riscv", name)),
  bench("bench.elf", "~0ul"),
  ...BENCH_KERNELS.map((kernel, bit) => bench(`bench-${kernel}.elf`, `${1 << bit}ul`)),
  ...FLOAT_KERNELS.map((kernel, bit) => floatBench(`bench-${kernel}.elf`, `${1 << bit}ul`)),
];
