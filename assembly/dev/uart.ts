/**
 * UART 16550, polled: what is transmitted waits in a ring for the host, what the host has typed waits in another.
 * National Semiconductor PC16550D, section 8. Not modelled: interrupts, FIFO triggers, baud rate, modem lines.
 */
import { leaveWith } from "../exit.ts";
import { UART_REGS, UART_RING, UART_RX, UART_TX } from "../layout.ts";
import { OUT_LEAVE, OUT_NEXT, STOP_CONSOLE } from "../stop.ts";

export const UART_BASE: i64 = 0x10000000;
export const UART_SIZE: i64 = 0x100;

/** Register offsets; with LCR.DLAB set, 0 and 1 are the divisor latch. */
const DATA: u32 = 0;
const IER: u32 = 1;
const IIR: u32 = 2;
const LCR: u32 = 3;
const LSR: u32 = 5;
const SCR: u32 = 7;
const LCR_DLAB: u8 = 0x80;
const LSR_DATA_READY: i64 = 0x01;
const LSR_TRANSMITTER_EMPTY: i64 = 0x60;
const IIR_NONE_PENDING: i64 = 0x01;
/** Registers are kept at UART_REGS by their offset, the divisor latch behind them. */
const DIVISOR: u32 = UART_REGS + 8;

function isDivisor(offset: u32): bool {
  return offset <= IER && (load<u8>(UART_REGS + LCR) & LCR_DLAB) != 0;
}

function isReceived(): bool {
  return load<u32>(UART_RX) != load<u32>(UART_RX + 4);
}

function receive(): i64 {
  if (!isReceived()) return 0;
  const tail = load<u32>(UART_RX + 4);
  store<u32>(UART_RX + 4, tail + 1);
  return load<u8>(UART_RX + 8 + (tail & (UART_RING - 1)));
}

/** Puts a character into the transmit ring. Returns OUT_LEAVE when the host has to empty it. */
export function transmit(byte: u8): u32 {
  const head = load<u32>(UART_TX);
  store<u8>(UART_TX + 8 + (head & (UART_RING - 1)), byte);
  store<u32>(UART_TX, head + 1);
  if (head + 1 - load<u32>(UART_TX + 4) < UART_RING) return OUT_NEXT;
  leaveWith(STOP_CONSOLE, 0);
  return OUT_LEAVE;
}

export function uartLoad(offset: u32): i64 {
  if (isDivisor(offset)) return load<u8>(DIVISOR + offset);
  if (offset == DATA) return receive();
  if (offset == IIR) return IIR_NONE_PENDING;
  if (offset == LSR) return LSR_TRANSMITTER_EMPTY | (isReceived() ? LSR_DATA_READY : 0);
  return offset <= SCR ? <i64>load<u8>(UART_REGS + offset) : 0;
}

/** Returns OUT_NEXT or OUT_LEAVE. */
export function uartStore(offset: u32, value: u8): u32 {
  if (isDivisor(offset)) store<u8>(DIVISOR + offset, value);
  else if (offset == DATA) return transmit(value);
  else if (offset <= SCR && offset != LSR) store<u8>(UART_REGS + offset, value);
  return OUT_NEXT;
}
