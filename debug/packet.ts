/**
 * Packets of the GDB remote serial protocol. Source: GDB manual (13), "GDB Remote Serial Protocol", sections Overview and
 * Packet Acknowledgment.
 *
 *     $ payload # c c      c c: sum of the payload's bytes modulo 256, two hexadecimal digits
 *     }x                   an escaped byte: x ^ 0x20; needed for # $ } and, in replies, *
 *     b*n                  a run (in replies): b, and n - 29 more of it; worked example: "0* " is 0000, as ' ' is 32
 *     + -                  the last packet came well, or not         0x03   stop the target
 *
 * The reader takes any bytes: what belongs to no packet is skipped, a packet that is longer than MAX_PAYLOAD is dropped
 * and reported, and no more than that is ever kept.
 */

/** Bytes between $ and # that are taken and, as PacketSize, announced. */
export const MAX_PAYLOAD = 0x4000;

const DOLLAR = 0x24;
const HASH = 0x23;
const STAR = 0x2a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const ESCAPE = 0x7d;
const INTERRUPT = 0x03;
const FLIP = 0x20;
/** A run is repeat + 29 as a character; not all of them may stand there. */
const RUN_BASE = 29;
const LONGEST_RUN = 126 - RUN_BASE;

export type PacketEvent =
  | { readonly kind: "packet"; readonly payload: Uint8Array }
  /** The checksum is another: the sender is to send it again. */
  | { readonly kind: "damaged" }
  | { readonly kind: "too long" }
  | { readonly kind: "ack" }
  | { readonly kind: "nak" }
  | { readonly kind: "interrupt" };

/** Cuts a stream of bytes into packets; pieces may be split anywhere. */
export class PacketReader {
  #payload: number[] | undefined;
  #sum = 0;
  #isTooLong = false;
  /** Digits of the checksum that have come, while they are awaited. */
  #digits: string | undefined;

  /** @returns what the bytes complete, in order */
  take(bytes: Uint8Array): PacketEvent[] {
    const events: PacketEvent[] = [];
    for (const byte of bytes) {
      const event = this.#takeByte(byte);
      if (event) events.push(event);
    }
    return events;
  }

  #takeByte(byte: number): PacketEvent | undefined {
    if (this.#digits !== undefined) return this.#takeDigit(byte);
    if (byte === DOLLAR) {
      // also within a packet, where it cannot stand: the one before was never finished
      this.#payload = [];
      this.#sum = 0;
      this.#isTooLong = false;
      return undefined;
    }
    if (this.#payload === undefined) return between(byte);
    if (byte === HASH) {
      this.#digits = "";
      return undefined;
    }
    this.#sum = (this.#sum + byte) & 0xff;
    if (this.#payload.length < MAX_PAYLOAD) this.#payload.push(byte);
    else this.#isTooLong = true;
    return undefined;
  }

  #takeDigit(byte: number): PacketEvent | undefined {
    this.#digits += String.fromCharCode(byte);
    if (this.#digits!.length < 2) return undefined;
    const digits = this.#digits!;
    const payload = Uint8Array.from(this.#payload!);
    this.#digits = undefined;
    this.#payload = undefined;
    if (!/^[0-9a-f]{2}$/i.test(digits) || Number.parseInt(digits, 16) !== this.#sum) return { kind: "damaged" };
    return this.#isTooLong ? { kind: "too long" } : { kind: "packet", payload };
  }
}

function between(byte: number): PacketEvent | undefined {
  if (byte === PLUS) return { kind: "ack" };
  if (byte === MINUS) return { kind: "nak" };
  return byte === INTERRUPT ? { kind: "interrupt" } : undefined;
}

/** A reply with frame and checksum: escaped, runs shortened. */
export function encodePacket(payload: Uint8Array): Uint8Array {
  const body: number[] = [];
  for (let at = 0; at < payload.length; ) {
    const byte = payload[at]!;
    const isSpecial = byte === HASH || byte === DOLLAR || byte === ESCAPE || byte === STAR;
    if (isSpecial) body.push(ESCAPE, byte ^ FLIP);
    else body.push(byte);
    at++;
    if (isSpecial) continue;
    const more = shortened(runAt(payload, at, byte));
    if (more > 0) body.push(STAR, more + RUN_BASE);
    at += more;
  }
  const sum = body.reduce((total, byte) => (total + byte) & 0xff, 0);
  const digits = sum.toString(16).padStart(2, "0");
  return Uint8Array.of(DOLLAR, ...body, HASH, digits.charCodeAt(0), digits.charCodeAt(1));
}

function runAt(payload: Uint8Array, from: number, byte: number): number {
  let at = from;
  while (at < payload.length && at - from < LONGEST_RUN && payload[at] === byte) at++;
  return at - from;
}

/** Repeats that may be told at once: 3 at least, as fewer are not shorter, and none whose character is # or $. */
function shortened(run: number): number {
  if (run < 3) return 0;
  const character = run + RUN_BASE;
  return character === HASH || character === DOLLAR ? HASH - 1 - RUN_BASE : run;
}

/** Escapes of a request undone, as binary data has them: no runs, a * stands for itself. */
export function unescaped(data: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < data.length; at++) {
    const byte = data[at]!;
    bytes.push(byte === ESCAPE && at + 1 < data.length ? data[++at]! ^ FLIP : byte);
  }
  return Uint8Array.from(bytes);
}
