/**
 * Devices of the `virt` map, and HTIF. A device answers aligned accesses of 1 to 8 bytes, the PLIC those of 4; what is
 * nobody's is an access fault.
 *
 *     0x0010_0000  SiFive test finisher     0x0c00_0000  PLIC
 *     0x0200_0000  CLINT                    0x1000_0000  UART 16550, then 8 empty slots of virtio-mmio
 */
import { leaveWith } from "../exit.ts";
import { pageOf, readable, writable } from "../frames.ts";
import { HTIF_FROMHOST, HTIF_TOHOST, SCRATCH } from "../layout.ts";
import { OUT_LEAVE, OUT_NEXT, OUT_TRAP, STOP_EXIT, STOP_HTIF } from "../stop.ts";
import { CLINT_BASE, CLINT_SIZE, clintLoad, clintStore } from "./clint.ts";
import { transmit } from "./console.ts";
import { PLIC_BASE, PLIC_SIZE, plicLoad, plicStore } from "./plic.ts";
import { UART_BASE, UART_SIZE, uartLoad, uartStore } from "./uart.ts";
import { VIRTIO_BASE, VIRTIO_SIZE, virtioLoad } from "./virtio.ts";

const FINISHER: i64 = 0x100000;
const FINISHER_SIZE: i64 = 0x1000;
const FINISHER_FAIL: u32 = 0x3333;
const FINISHER_PASS: u32 = 0x5555;
const FINISHER_RESET: u32 = 0x7777;

function isWithin(pa: i64, base: i64, size: i64): bool {
  return <u64>(pa - base) < <u64>size;
}

/** Loads from a device into SCRATCH. Returns false if nothing answers. */
export function busLoad(pa: i64, size: u32): bool {
  let value: i64 = 0;
  if (isWithin(pa, CLINT_BASE, CLINT_SIZE)) value = clintLoad(<u32>(pa - CLINT_BASE), size);
  else if (isWithin(pa, UART_BASE, UART_SIZE)) value = uartLoad(<u32>(pa - UART_BASE));
  else if (isWithin(pa, PLIC_BASE, PLIC_SIZE)) {
    if (size != 4) return false;
    value = plicLoad(<u32>(pa - PLIC_BASE));
  } else if (isWithin(pa, VIRTIO_BASE, VIRTIO_SIZE)) value = virtioLoad(<u32>(pa - VIRTIO_BASE));
  else if (!isWithin(pa, FINISHER, FINISHER_SIZE)) return false;
  store<i64>(SCRATCH, value);
  return true;
}

/** Stores to a device. Returns OUT_NEXT, OUT_LEAVE if `run` has to look around, or OUT_TRAP if nothing answers. */
export function busStore(pa: i64, size: u32, value: i64): u32 {
  if (isWithin(pa, CLINT_BASE, CLINT_SIZE)) {
    clintStore(<u32>(pa - CLINT_BASE), size, value);
    return OUT_LEAVE;
  }
  if (isWithin(pa, UART_BASE, UART_SIZE)) return uartStore(<u32>(pa - UART_BASE), <u8>value);
  if (isWithin(pa, PLIC_BASE, PLIC_SIZE)) {
    if (size != 4) return OUT_TRAP;
    plicStore(<u32>(pa - PLIC_BASE), <u32>value);
    return OUT_LEAVE;
  }
  if (isWithin(pa, VIRTIO_BASE, VIRTIO_SIZE)) return OUT_NEXT;
  if (!isWithin(pa, FINISHER, FINISHER_SIZE)) return OUT_TRAP;
  return finish(<u32>value);
}

/** SiFive test finisher: 0x5555 passes, 0x3333 fails with a code in the upper half, 0x7777 resets (ends as a pass). */
function finish(value: u32): u32 {
  const status = value & 0xffff;
  if (status == FINISHER_FAIL) return exit(value >>> 16);
  if (status == FINISHER_PASS || status == FINISHER_RESET) return exit(0);
  return OUT_NEXT;
}

function exit(code: u64): u32 {
  leaveWith(STOP_EXIT, code);
  return OUT_LEAVE;
}

/**
 * Was tohost written, with something for the host? Bit 0 says exit with the code above it; device 1 command 1 writes a
 * character; everything else is left to the host.
 *
 *     63    56 55     48 47                  0
 *    | device | command |       payload       |
 */
export function tohostStored(pa: i64, size: u32): bool {
  const tohost = load<i64>(HTIF_TOHOST);
  if (pa + <i64>size <= tohost || pa >= tohost + 8) return false;
  const value = load<i64>(readable(pageOf(tohost)) + (<u32>tohost & 0xfff));
  if (!value) return false;
  if (value >>> 48 == 0x101) {
    answer(tohost, value);
    return transmit(<u8>value) == OUT_LEAVE;
  }
  if (value & 1 && value >>> 48 == 0) {
    exit(<u64>value >>> 1);
    return true;
  }
  leaveWith(STOP_HTIF, value);
  return true;
}

/** The request is taken: tohost is free again, fromhost acknowledges it. */
function answer(tohost: i64, value: i64): void {
  store<i64>(writable(pageOf(tohost)) + (<u32>tohost & 0xfff), 0);
  const fromhost = load<i64>(HTIF_FROMHOST);
  const frame = fromhost ? writable(pageOf(fromhost)) : 0;
  if (frame) store<i64>(frame + (<u32>fromhost & 0xfff), value & ~0xffffffffffff);
}
