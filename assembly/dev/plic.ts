/**
 * Platform-level interrupt controller: from the lines of devices to MEIP and SEIP of each hart. RISC-V Platform-Level
 * Interrupt Controller Specification 1.0.0; the map and the number of sources are those of QEMU's `virt`.
 *
 *     0x00_0000  priority of source n at 4 n, n = 1 to 95        context 2 h: M-mode of hart h
 *     0x00_1000  pending, a bit a source                         context 2 h + 1: S-mode of hart h
 *     0x00_2000  enable, a bit a source, 0x80 bytes a context
 *     0x20_0000  threshold, and claim/complete 4 bytes on; 0x1000 bytes a context
 *
 * Every source is level-triggered. Priorities and thresholds are 0 to 7. Registers are 32 bits and answer nothing else.
 */
import {
  MAX_HARTS,
  PLIC_ENABLE,
  PLIC_ENABLE_STRIDE,
  PLIC_IN_FLIGHT,
  PLIC_LEVEL,
  PLIC_OUTPUT,
  PLIC_PENDING,
  PLIC_PRIORITY,
  PLIC_THRESHOLD,
} from "../layout.ts";

export const PLIC_BASE: i64 = 0xc000000;
export const PLIC_SIZE: i64 = 0x600000;
/** Sources are 1 to PLIC_SOURCES - 1: "An interrupt ID of 0 is reserved to mean 'no interrupt'". */
const PLIC_SOURCES: u32 = 96;
const CONTEXTS: u32 = MAX_HARTS * 2;
const PRIORITY_MASK: u32 = 7;
const PENDING: u32 = 0x1000;
const ENABLE: u32 = 0x2000;
const ENABLE_SIZE: u32 = 0x80;
const CONTEXT: u32 = 0x200000;
const CONTEXT_SIZE: u32 = 0x1000;
const THRESHOLD: u32 = 0;
const CLAIM: u32 = 4;
/** Bytes of a bit map of all sources. */
const MAP_BYTES: u32 = PLIC_SOURCES / 8;
const MIP_MEIP: u32 = 0x800;
const MIP_SEIP: u32 = 0x200;

function has(map: u32, source: u32): bool {
  return ((load<u8>(map + (source >>> 3)) >>> (source & 7)) & 1) != 0;
}

function put(map: u32, source: u32, isOn: bool): void {
  const at = map + (source >>> 3);
  const bit: u32 = 1 << (source & 7);
  const old = <u32>load<u8>(at);
  store<u8>(at, <u8>(isOn ? old | bit : old & ~bit));
}

/**
 * The source that is pending and enabled for the context with the highest priority above `threshold`, or 0. "Interrupts
 * with the lowest ID have the highest effective priority" among equals; "A priority value of 0 is reserved to mean 'never
 * interrupt'".
 */
function best(context: u32, threshold: u32): u32 {
  const enabled = PLIC_ENABLE + context * PLIC_ENABLE_STRIDE;
  let highest = threshold;
  let source: u32 = 0;
  for (let at: u32 = 0; at < MAP_BYTES; at += 4) {
    let ready = load<u32>(PLIC_PENDING + at) & load<u32>(enabled + at);
    while (ready) {
      const candidate = at * 8 + ctz(ready);
      const priority = <u32>load<u8>(PLIC_PRIORITY + candidate);
      if (priority > highest) {
        highest = priority;
        source = candidate;
      }
      ready &= ready - 1;
    }
  }
  return source;
}

function isSignalled(context: u32): bool {
  return best(context, <u32>load<u8>(PLIC_THRESHOLD + context)) != 0;
}

/** After any change: "The PLIC will mask all PLIC interrupts of a priority less than or equal to threshold". */
function update(): void {
  for (let hart: u32 = 0; hart < MAX_HARTS; hart++) {
    const bits = (isSignalled(2 * hart) ? MIP_MEIP : 0) | (isSignalled(2 * hart + 1) ? MIP_SEIP : 0);
    store<u16>(PLIC_OUTPUT + 2 * hart, <u16>bits);
  }
}

/** The gateway of a source: a high line becomes a request, which is not forwarded until the previous one is completed. */
function forward(source: u32): void {
  if (!has(PLIC_LEVEL, source) || has(PLIC_IN_FLIGHT, source)) return;
  put(PLIC_IN_FLIGHT, source, true);
  put(PLIC_PENDING, source, true);
}

/** The line of a device. A request that is pending stays so when its line falls: only a claim takes it away. */
export function setSource(source: u32, isHigh: bool): void {
  if (has(PLIC_LEVEL, source) == isHigh) return;
  put(PLIC_LEVEL, source, isHigh);
  forward(source);
  update();
}

/** "The claim operation is not affected by the setting of the priority threshold register." */
function claim(context: u32): u32 {
  const source = best(context, 0);
  if (!source) return 0;
  put(PLIC_PENDING, source, false);
  update();
  return source;
}

/** "If the completion ID does not match an interrupt source that is currently enabled for the target [...]" */
function complete(context: u32, source: u32): void {
  if (source >= PLIC_SOURCES || !has(PLIC_ENABLE + context * PLIC_ENABLE_STRIDE, source)) return;
  // a request that nobody has claimed yet is not completed
  if (has(PLIC_PENDING, source)) return;
  put(PLIC_IN_FLIGHT, source, false);
  forward(source);
}

/** Where the word of a bit map lies, or 0 behind the last source. */
function word(map: u32, offset: u32): u32 {
  return offset < MAP_BYTES ? map + offset : 0;
}

function enableWord(offset: u32): u32 {
  const context = offset / ENABLE_SIZE;
  return context < CONTEXTS ? word(PLIC_ENABLE + context * PLIC_ENABLE_STRIDE, offset % ENABLE_SIZE) : 0;
}

/** An aligned load of 32 bits; what is reserved reads as zero. */
export function plicLoad(offset: u32): i64 {
  if (offset < PENDING) return offset < PLIC_SOURCES * 4 ? <i64>load<u8>(PLIC_PRIORITY + (offset >>> 2)) : 0;
  if (offset < CONTEXT) {
    const at = offset < ENABLE ? word(PLIC_PENDING, offset - PENDING) : enableWord(offset - ENABLE);
    return at ? <i64>load<i32>(at) : 0;
  }
  const context = (offset - CONTEXT) / CONTEXT_SIZE;
  if (context >= CONTEXTS) return 0;
  const register = offset % CONTEXT_SIZE;
  if (register == CLAIM) return claim(context);
  return register == THRESHOLD ? <i64>load<u8>(PLIC_THRESHOLD + context) : 0;
}

/** An aligned store of 32 bits; what is reserved or read-only ignores it. */
export function plicStore(offset: u32, value: u32): void {
  if (offset < PENDING) {
    // source 0 does not exist
    if (offset && offset < PLIC_SOURCES * 4) store<u8>(PLIC_PRIORITY + (offset >>> 2), <u8>(value & PRIORITY_MASK));
  } else if (offset < CONTEXT) {
    const at = offset < ENABLE ? 0 : enableWord(offset - ENABLE);
    if (at) store<u32>(at, (offset & (ENABLE_SIZE - 1)) == 0 ? value & ~1 : value);
  } else {
    const context = (offset - CONTEXT) / CONTEXT_SIZE;
    if (context >= CONTEXTS) return;
    const register = offset % CONTEXT_SIZE;
    if (register == THRESHOLD) store<u8>(PLIC_THRESHOLD + context, <u8>(value & PRIORITY_MASK));
    else if (register == CLAIM) complete(context, value);
  }
  update();
}
