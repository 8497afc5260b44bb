/**
 * The compiled core and its exports. One Wasm module a flavour, compiled once in a process; every machine is an instance
 * of it over a memory of its own, 1 GiB of address space of which the host pays only for what is touched.
 */
import { HOST_SIZE } from "../assembly/layout.ts";
import { UserError } from "./user-error.ts";

/** `functional`: time is retired instructions. `timed`: misses of the data caches take cycles, too. */
export type Flavour = "functional" | "timed";

/** What assembly/index.ts exports. Booleans are numbers on this side; 64-bit values are bigints. */
export interface CoreExports {
  reset(
    ramBase: bigint,
    ramSize: bigint,
    poolBytes: number,
    isFirmware: number,
    extensions: bigint,
    harts: number,
    quantum: bigint,
    defects: number,
  ): void;
  restored(): void;
  run(budget: bigint): number;
  step(): number;
  settle(budget: bigint): number;
  enter(hart: number): void;
  flushAll(): void;
  flushHart(): void;
  hostReadCsr(number: number): number;
  hostWriteCsr(number: number, value: bigint): void;
  hostCount(which: number): void;
  hostTranslate(va: bigint, size: number, kind: number, priv: number): number;
  hostFetch(pc: bigint): void;
  translatedAddress(): bigint;
  pageToRead(page: number): number;
  pageToWrite(page: number): number;
  zeroPage(page: number): void;
  copyPage(to: number, from: number): number;
  isBacked(page: number): number;
  watchPage(page: number, isOn: number): number;
  debugPointsChanged(): void;
  setHtif(tohost: bigint, fromhost: bigint): number;
  decode16(record: number, word: number): void;
  decode32(record: number, word: number): void;
  touchLine(pa: bigint, isWrite: number): bigint;
  isCached(level: number, pa: bigint): number;
  lockLines(pa: bigint, byteLen: bigint): number;
  unlockLines(pa: bigint, byteLen: bigint): void;
  mulh(x: bigint, y: bigint): bigint;
  mulhu(x: bigint, y: bigint): bigint;
  mulhsu(x: bigint, y: bigint): bigint;
  divs(x: bigint, y: bigint): bigint;
  divu(x: bigint, y: bigint): bigint;
  rems(x: bigint, y: bigint): bigint;
  remu(x: bigint, y: bigint): bigint;
  rev8(x: bigint): bigint;
  brev8(x: bigint): bigint;
  orcb(x: bigint): bigint;
  clmul(x: bigint, y: bigint): bigint;
  clmulh(x: bigint, y: bigint): bigint;
  clmulr(x: bigint, y: bigint): bigint;
  xperm4(x: bigint, y: bigint): bigint;
  xperm8(x: bigint, y: bigint): bigint;
  fadd(format: number, a: bigint, b: bigint, rm: number): bigint;
  fsub(format: number, a: bigint, b: bigint, rm: number): bigint;
  fmul(format: number, a: bigint, b: bigint, rm: number): bigint;
  fdiv(format: number, a: bigint, b: bigint, rm: number): bigint;
  fsqrt(format: number, a: bigint, rm: number): bigint;
  fmadd(format: number, a: bigint, b: bigint, c: bigint, rm: number): bigint;
  feq(format: number, a: bigint, b: bigint): bigint;
  flt(format: number, a: bigint, b: bigint): bigint;
  fle(format: number, a: bigint, b: bigint): bigint;
  fmin(format: number, a: bigint, b: bigint): bigint;
  fmax(format: number, a: bigint, b: bigint): bigint;
  fclass(format: number, a: bigint): bigint;
  fcvt(from: number, to: number, a: bigint, rm: number): bigint;
  fcvtToInt(format: number, a: bigint, rm: number, isSigned: number, is64: number): bigint;
  fcvtFromInt(format: number, value: bigint, isSigned: number, is64: number, rm: number): bigint;
  add64(a: bigint, b: bigint, rm: number): bigint;
  sub64(a: bigint, b: bigint, rm: number): bigint;
  mul64(a: bigint, b: bigint, rm: number): bigint;
  div64(a: bigint, b: bigint, rm: number): bigint;
  sqrt64(a: bigint, rm: number): bigint;
  fma64(a: bigint, b: bigint, c: bigint, rm: number): bigint;
  eq64(a: bigint, b: bigint): bigint;
  lt64(a: bigint, b: bigint): bigint;
  le64(a: bigint, b: bigint): bigint;
  add32(a: bigint, b: bigint, rm: number): bigint;
  sub32(a: bigint, b: bigint, rm: number): bigint;
  mul32(a: bigint, b: bigint, rm: number): bigint;
  div32(a: bigint, b: bigint, rm: number): bigint;
  sqrt32(a: bigint, rm: number): bigint;
  fma32(a: bigint, b: bigint, c: bigint, rm: number): bigint;
  eq32(a: bigint, b: bigint): bigint;
  lt32(a: bigint, b: bigint): bigint;
  le32(a: bigint, b: bigint): bigint;
  toInt(format: number, a: bigint, rm: number, isSigned: number, is64: number): bigint;
  fromInt(format: number, value: bigint, isSigned: number, is64: number, rm: number): bigint;
  singleOf(a: bigint, rm: number): bigint;
  doubleOf(a: bigint, rm: number): bigint;
}

export interface CoreInstance {
  readonly exports: CoreExports;
  readonly memory: WebAssembly.Memory;
}

const FILES: Readonly<Record<Flavour, string>> = { functional: "atoll.wasm", timed: "atoll-timed.wasm" };
const WASM_PAGE = 65536;
const modules = new Map<Flavour, Promise<WebAssembly.Module>>();

async function readModule(flavour: Flavour): Promise<WebAssembly.Module> {
  // this file is core/ in a checkout and dist/core/ in the package; build/ lies beside either
  const isCompiled = import.meta.url.endsWith(".js");
  const url = new URL(`${isCompiled ? "../.." : ".."}/build/${FILES[flavour]}`, import.meta.url);
  if (url.protocol !== "file:") return WebAssembly.compileStreaming(fetch(url));
  const { readFile } = await import("node:fs/promises");
  try {
    return await WebAssembly.compile(await readFile(url));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError(`the core build/${FILES[flavour]} is missing`, "build it: npm run build", 1);
  }
}

/** A fresh instance with zeroed memory. @throws UserError if the core was not built */
export async function instantiateCore(flavour: Flavour): Promise<CoreInstance> {
  const module = modules.get(flavour) ?? readModule(flavour);
  modules.set(flavour, module);
  const pages = HOST_SIZE / WASM_PAGE;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = await WebAssembly.instantiate(await module, { env: { memory } });
  return { exports: instance.exports as unknown as CoreExports, memory };
}
