/**
 * UART 16550, source 10 of the PLIC. National Semiconductor PC16550D, section 8 and table II.
 *
 *     0  RBR/THR, DLL with LCR.DLAB     3  LCR      6  MSR
 *     1  IER, DLM with LCR.DLAB         4  MCR      7  SCR
 *     2  IIR/FCR                        5  LSR
 *
 * A character takes no time: the transmitter is always empty. What the host types stays on the line until it is read, so
 * nothing typed is ever overrun, and a reset of the receiver loses only what loopback left there. A character timeout is
 * indicated at once when fewer characters wait than the trigger level asks for. Not modelled: baud rate, parity, break.
 */
import { UART_LOOP, UART_LOOP_COUNT, UART_REGS } from "../layout.ts";
import { OUT_LEAVE } from "../stop.ts";
import { takeTyped, transmit, typedCount } from "./console.ts";
import { setSource } from "./plic.ts";

export const UART_BASE: i64 = 0x10000000;
export const UART_SIZE: i64 = 0x100;
const UART_SOURCE: u32 = 10;

const DATA: u32 = 0;
const IER: u32 = 1;
/** IIR when read, FCR when written. */
const FCR: u32 = 2;
const LCR: u32 = 3;
const MCR: u32 = 4;
const LSR: u32 = 5;
const MSR: u32 = 6;
const SCR: u32 = 7;
/** Behind the registers: the divisor latch, and whether "transmitter empty" has still to be told. */
const DIVISOR: u32 = UART_REGS + 8;
const EMPTIED: u32 = UART_REGS + 10;

const IER_RECEIVED: u32 = 0x01;
const IER_TRANSMITTER: u32 = 0x02;
const IER_LINE: u32 = 0x04;
const IER_MODEM: u32 = 0x08;
const FCR_ENABLE: u32 = 0x01;
const FCR_RESET_RECEIVER: u32 = 0x02;
/** Bits of FCR that are not commands: enable, DMA mode, trigger level. */
const FCR_KEPT: u32 = 0xc9;
const LCR_DLAB: u32 = 0x80;
const MCR_LOOP: u32 = 0x10;
const LSR_DATA_READY: u32 = 0x01;
const LSR_OVERRUN: u32 = 0x02;
const LSR_TRANSMITTER_EMPTY: u32 = 0x60;
const MSR_RING: u32 = 0x40;
/** Carrier, data set ready, clear to send: somebody is always at the other end. */
const MSR_CONNECTED: u32 = 0xb0;

/** Interrupts by their IIR, in descending priority (table V). */
const IIR_LINE: u32 = 0x06;
const IIR_RECEIVED: u32 = 0x04;
const IIR_TIMEOUT: u32 = 0x0c;
const IIR_TRANSMITTER: u32 = 0x02;
const IIR_MODEM: u32 = 0x00;
const IIR_NONE: u32 = 0x01;
const IIR_FIFOS: u32 = 0xc0;
const LOOP_FIFO: u32 = 16;

function register(offset: u32): u32 {
  return <u32>load<u8>(UART_REGS + offset);
}

function setRegister(offset: u32, value: u32): void {
  store<u8>(UART_REGS + offset, <u8>value);
}

function isDivisor(offset: u32): bool {
  return offset <= IER && (register(LCR) & LCR_DLAB) != 0;
}

function isLooped(): bool {
  return (register(MCR) & MCR_LOOP) != 0;
}

/** Characters to read: in loopback "the receiver Serial Input (SIN) is disconnected", so what is typed waits. */
function receivedCount(): u32 {
  return load<u32>(UART_LOOP_COUNT) + (isLooped() ? 0 : typedCount());
}

function receive(): u32 {
  const looped = load<u32>(UART_LOOP_COUNT);
  if (!looped) return receivedCount() ? <u32>takeTyped() : 0;
  const byte = <u32>load<u8>(UART_LOOP);
  memory.copy(UART_LOOP, UART_LOOP + 1, LOOP_FIFO - 1);
  store<u32>(UART_LOOP_COUNT, looped - 1);
  return byte;
}

/** A character that the UART sends to itself. With FIFOs one too many is lost; without, it replaces the one before. */
function loop(byte: u32): void {
  const hasFifos = (register(FCR) & FCR_ENABLE) != 0;
  let count = load<u32>(UART_LOOP_COUNT);
  if (count >= (hasFifos ? LOOP_FIFO : 1)) {
    setRegister(LSR, LSR_OVERRUN);
    if (hasFifos) return;
    count = 0;
  }
  store<u8>(UART_LOOP + count, <u8>byte);
  store<u32>(UART_LOOP_COUNT, count + 1);
}

/** FCR bits 7:6 stand for 1, 4, 8 and 14 characters. */
function triggerLevel(): u32 {
  const level = register(FCR) >>> 6;
  return level == 0 ? 1 : level == 3 ? 14 : level << 2;
}

/** The upper half of MSR. In loopback CTS, DSR, RI and DCD are RTS, DTR, OUT1 and OUT2 of MCR. */
function modemLines(): u32 {
  if (!isLooped()) return MSR_CONNECTED;
  const mcr = register(MCR);
  return ((mcr & 2) << 3) | ((mcr & 1) << 5) | ((mcr & 0x0c) << 4);
}

/** Keeps which lines have changed in the lower half of MSR; of RI only the trailing edge counts. */
function writeMcr(value: u32): void {
  const before = modemLines();
  setRegister(MCR, value & 0x1f);
  const changed = (before ^ modemLines()) & (~MSR_RING | before);
  setRegister(MSR, register(MSR) | (changed >>> 4));
}

function writeFcr(value: u32): void {
  const isSwitched = ((value ^ register(FCR)) & FCR_ENABLE) != 0;
  // "This bit must be a 1 when other FCR bits are written to or they will not be programmed"; switching FIFOs on or off empties them
  setRegister(FCR, value & FCR_ENABLE ? value & FCR_KEPT : 0);
  if (isSwitched || value & FCR_RESET_RECEIVER) store<u32>(UART_LOOP_COUNT, 0);
}

function pendingInterrupt(): u32 {
  const enabled = register(IER);
  if (enabled & IER_LINE && register(LSR)) return IIR_LINE;
  const received = receivedCount();
  if (enabled & IER_RECEIVED && received)
    return register(FCR) & FCR_ENABLE && received < triggerLevel() ? IIR_TIMEOUT : IIR_RECEIVED;
  if (enabled & IER_TRANSMITTER && load<u8>(EMPTIED)) return IIR_TRANSMITTER;
  return enabled & IER_MODEM && register(MSR) ? IIR_MODEM : IIR_NONE;
}

/** Shows the PLIC the interrupt line: after every access, and when the host has typed. */
export function driveUartLine(): void {
  setSource(UART_SOURCE, pendingInterrupt() != IIR_NONE);
}

/** Reading IIR takes "transmitter empty" back if it is what is told. */
function readIir(): u32 {
  const which = pendingInterrupt();
  if (which == IIR_TRANSMITTER) store<u8>(EMPTIED, 0);
  return which | (register(FCR) & FCR_ENABLE ? IIR_FIFOS : 0);
}

function readLsr(): u32 {
  const errors = register(LSR);
  setRegister(LSR, 0);
  return errors | LSR_TRANSMITTER_EMPTY | (receivedCount() ? LSR_DATA_READY : 0);
}

function readMsr(): u32 {
  const changed = register(MSR);
  setRegister(MSR, 0);
  return changed | modemLines();
}

function read(offset: u32): u32 {
  if (isDivisor(offset)) return <u32>load<u8>(DIVISOR + offset);
  switch (offset) {
    case DATA:
      return receive();
    case FCR:
      return readIir();
    case LSR:
      return readLsr();
    case MSR:
      return readMsr();
    default:
      return offset <= SCR ? register(offset) : 0;
  }
}

export function uartLoad(offset: u32): i64 {
  const value = read(offset);
  driveUartLine();
  return value;
}

function write(offset: u32, value: u32): void {
  if (isDivisor(offset)) {
    store<u8>(DIVISOR + offset, <u8>value);
    return;
  }
  switch (offset) {
    case DATA:
      if (isLooped()) loop(value);
      else transmit(<u8>value);
      store<u8>(EMPTIED, 1);
      break;
    case IER:
      if (value & ~register(IER) & IER_TRANSMITTER) store<u8>(EMPTIED, 1);
      setRegister(IER, value & 0x0f);
      break;
    case FCR:
      writeFcr(value);
      break;
    case MCR:
      writeMcr(value);
      break;
    case LCR:
    case SCR:
      setRegister(offset, value);
      break;
    default:
    // LSR and MSR are for factory tests only when written, and nothing lies behind SCR
  }
}

/** Returns OUT_LEAVE: an interrupt may have come up, or the host has to empty the ring. */
export function uartStore(offset: u32, value: u8): u32 {
  write(offset, value);
  driveUartLine();
  return OUT_LEAVE;
}
