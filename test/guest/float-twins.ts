/**
 * Twins of the floating-point kernels (guest/bench/*.c): JavaScript's numbers are IEEE 754 doubles, Math.fround makes a
 * single of one. Each returns the checksum after `passes` passes; what they share with the guest is the algorithm alone.
 */

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const fold = (checksum: bigint, value: bigint): bigint => u64((checksum ^ value) * 0x100000001b3n);
const { fround } = Math;

const number = new Float64Array(1);
const bits = new BigInt64Array(number.buffer);

function bitsOf(value: number): bigint {
  number[0] = value;
  return BigInt.asUintN(64, bits[0]!);
}

const unitDouble = (random: bigint): number => Number(random >> 12n) * 2 ** -52;

/** xorshift64 of kernel.h: the number after `x`. */
function next(x: bigint): bigint {
  const a = x ^ u64(x << 13n);
  const b = a ^ (a >> 7n);
  return b ^ u64(b << 17n);
}

function randoms(seed: bigint, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = next(state);
    return unitDouble(state);
  });
}

function repeat(passes: number, pass: (checksum: bigint) => bigint): bigint {
  let checksum = 0n;
  for (let i = 0; i < passes; i++) checksum = pass(checksum);
  return checksum;
}

function nbody(passes: number): bigint {
  const drawn = randoms(1n, 35);
  const bodies = Array.from({ length: 5 }, (_, i) => {
    const own = drawn.slice(7 * i, 7 * i + 7);
    return {
      position: [0, 2, 4].map((at) => 20 * own[at]! - 10),
      velocity: [1, 3, 5].map((at) => own[at]! - 0.5),
      mass: 0.5 + own[6]!,
    };
  });
  const step = (): void => {
    for (const [i, a] of bodies.entries())
      for (const b of bodies.slice(i + 1)) {
        const distance = a.position.map((x, axis) => x - b.position[axis]!);
        const square = distance.reduce((sum, d) => sum + d * d, 0.01);
        const magnitude = 0.001 / (square * Math.sqrt(square));
        for (const [axis, d] of distance.entries()) {
          a.velocity[axis]! -= d * (b.mass * magnitude);
          b.velocity[axis]! += d * (a.mass * magnitude);
        }
      }
    for (const { position, velocity } of bodies)
      for (const axis of [0, 1, 2]) position[axis]! += 0.001 * velocity[axis]!;
  };
  return repeat(passes, (checksum) => {
    for (let i = 0; i < 4000; i++) step();
    return bodies.reduce((sum, { position }) => fold(sum, bitsOf(position[0]!)), checksum);
  });
}

/** a + b and what rounding took away (Knuth). */
function twoSum(a: number, b: number): [sum: number, rest: number] {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

/** The halves of a double that multiply without rounding (Veltkamp). */
function halves(a: number): [high: number, low: number] {
  const wide = 134_217_729 * a;
  const high = wide - (wide - a);
  return [high, a - high];
}

/** a * b and what rounding took away (Dekker). */
function twoProduct(a: number, b: number): [product: number, rest: number] {
  const product = a * b;
  const [ah, al] = halves(a);
  const [bh, bl] = halves(b);
  return [product, al * bl - (product - ah * bh - al * bh - ah * bl)];
}

/** a + b rounded to odd: an inexact sum takes the neighbour whose last digit is 1. */
function oddSum(a: number, b: number): number {
  const [sum, rest] = twoSum(a, b);
  if (rest === 0) return sum;
  number[0] = sum;
  if (bits[0]! & 1n) return sum;
  bits[0]! += rest > 0 === sum > 0 ? 1n : -1n;
  return number[0]!;
}

/**
 * a * b + c rounded once, far from the ends of the range: S. Boldo and G. Melquiond, "Emulation of FMA and correctly
 * rounded sums: proved algorithms using rounding to odd", 2008.
 */
function fma(a: number, b: number, c: number): number {
  const [uh, ul] = twoProduct(a, b);
  const [th, tl] = twoSum(c, ul);
  const [vh, vl] = twoSum(uh, th);
  return vh + oddSum(tl, vl);
}

function matmul(passes: number): bigint {
  const size = 96;
  const drawn = randoms(1n, 2 * size * size).map((value) => value - 0.5);
  const [a, b] = [drawn.slice(0, size * size), drawn.slice(size * size)];
  // only the diagonal is looked at
  const entry = (i: number): number => {
    let sum = 0;
    for (let k = 0; k < size; k++) sum = fma(a[size * i + k]!, b[size * k + i]!, sum);
    return sum;
  };
  return repeat(passes, (checksum) => {
    a[Number(checksum % BigInt(size * size))]! += 0.25;
    return Array.from({ length: size }, (_, i) => bitsOf(entry(i))).reduce(fold, checksum);
  });
}

function mandelbrot(passes: number): bigint {
  const size = 96;
  return repeat(passes, (before) => {
    const shift = unitDouble(before) * 0.001;
    let checksum = before;
    let iterations = 0n;
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const [cr, ci] = [(3 * column) / size - 2 + shift, (2 * row) / size - 1];
        let [r, i] = [0, 0];
        for (let n = 0; n < 100; n++) {
          const [rr, ii] = [r * r, i * i];
          if (rr + ii > 4) break;
          [r, i] = [rr - ii + cr, 2 * (r * i) + ci];
          iterations++;
        }
        checksum = fold(checksum, bitsOf(r));
      }
    return fold(checksum, iterations);
  });
}

function spectral(passes: number): bigint {
  const size = 160;
  const element = (i: number, j: number): number => 1 / (((i + j) * (i + j + 1)) / 2 + i + 1);
  const indices = Array.from({ length: size }, (_, i) => i);
  let u = indices.map(() => 1);
  return repeat(passes, (checksum) => {
    const v = indices.map((i) => u.reduce((sum, x, j) => sum + element(i, j) * x, 0));
    u = indices.map((i) => v.reduce((sum, x, j) => sum + element(j, i) * x, 0));
    return u.map(bitsOf).reduce(fold, checksum);
  });
}

function lu(passes: number): bigint {
  const size = 64;
  return repeat(passes, (checksum) => {
    const a = new Float32Array(
      randoms(checksum | 1n, size * size).map((value, at) => fround(value) + (at % (size + 1) === 0 ? size : 0)),
    );
    for (let k = 0; k < size; k++)
      for (let i = k + 1; i < size; i++) {
        const factor = fround(a[size * i + k]! / a[size * k + k]!);
        a[size * i + k] = factor;
        for (let j = k + 1; j < size; j++) a[size * i + j]! -= fround(factor * a[size * k + j]!);
      }
    return [...a].map(bitsOf).reduce(fold, checksum);
  });
}

export const FLOAT_TWINS: Readonly<Record<string, (passes: number) => bigint>> = {
  nbody,
  matmul,
  mandelbrot,
  spectral,
  lu,
};
