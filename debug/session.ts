/**
 * Requests of GDB to a target that stands still, and the replies. Source: GDB manual (13), "GDB Remote Serial Protocol":
 * Packets, General Query Packets. All-stop mode; harts are threads of one process; what is not known gets the empty reply,
 * as the manual asks.
 *
 * Every request is an allegation: numbers, lengths and addresses are checked, and the worst that a wrong one gets is an
 * error reply.
 */
import { va } from "../core/units.ts";
import { type DebugHart, GENERAL_REGISTERS, readRegister, registerByteLen, writeRegister } from "./debug-hart.ts";
import { readGuest, writeGuest } from "./guest-memory.ts";
import { bytesOf, fromHex, parseLength, parseWord, textOf, toHex, wordBytes, wordOf } from "./hex.ts";
import { runMonitorCommand } from "./monitor-command.ts";
import { MAX_PAYLOAD, unescaped } from "./packet.ts";
import { PointList } from "./point-list.ts";
import { parseResumption, type Resumption, threadsOf } from "./resumption.ts";
import { SIGTRAP, type StopEvent, stopReply, threadId } from "./stop-event.ts";
import { hartsOf, type Subject } from "./subject.ts";
import { targetDescription } from "./target-description.ts";
import { sliceReply } from "./transfer.ts";

/** What a request comes to. */
export type Answer =
  | {
      readonly kind: "reply";
      readonly payload: Uint8Array;
      /** Packets that go before it: what a command prints. */
      readonly output?: readonly Uint8Array[];
      readonly endsAcks?: boolean;
      /** Registers or memory are others now. */
      readonly changes?: boolean;
    }
  | { readonly kind: "resume"; readonly resumption: Resumption }
  | { readonly kind: "detach"; readonly payload: Uint8Array }
  /** k has no reply, vKill has. */
  | { readonly kind: "kill"; readonly payload?: Uint8Array };

const text = (payload: string): Answer => ({ kind: "reply", payload: bytesOf(payload) });
const OK = text("OK");
const CHANGED: Answer = { kind: "reply", payload: bytesOf("OK"), changes: true };
const UNKNOWN = text("");
/** EINVAL: the request makes no sense. */
const MALFORMED = text("E16");
/** EFAULT: there is no memory, or no register, of that kind. */
const NOT_THERE = text("E14");
/** Bytes that a reply in hexadecimal may tell. */
const LONGEST_READ = (MAX_PAYLOAD - 16) / 2;

export class Session {
  readonly points = new PointList();
  /** Why the target stands. */
  lastStop: StopEvent = { signal: SIGTRAP, hart: 0 };
  readonly #subject: Subject;
  #current = 0;
  #swbreak = false;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** The target has stopped: its hart is the one that registers are read of. */
  stopped(event: StopEvent): Uint8Array {
    this.lastStop = event;
    this.#current = event.hart;
    return bytesOf(stopReply(event, { swbreak: this.#swbreak }));
  }

  answer(payload: Uint8Array): Answer {
    const request = textOf(payload);
    switch (request[0]) {
      case "?":
        return { kind: "reply", payload: this.stopped(this.lastStop) };
      case "g":
        return request === "g" ? this.#readAll() : MALFORMED;
      case "G":
        return this.#writeAll(request.slice(1));
      case "p":
        return this.#readOne(request.slice(1));
      case "P":
        return this.#writeOne(request.slice(1));
      case "m":
        return this.#readMemory(request.slice(1));
      case "M":
      case "X":
        return this.#writeMemory(payload, request);
      case "Z":
      case "z":
        return this.#changePoint(request);
      case "H":
        return this.#select(request.slice(1));
      case "T":
        return threadsOf(request.slice(1), this.#harts.length) === undefined ? NOT_THERE : OK;
      case "c":
      case "s":
      case "C":
      case "S":
        return this.#resumeOld(request);
      case "v":
        return this.#verbose(request);
      case "q":
      case "Q":
        return this.#query(request);
      case "D":
        return { kind: "detach", payload: bytesOf("OK") };
      case "k":
        return { kind: "kill" };
      default:
        return UNKNOWN;
    }
  }

  get #harts(): readonly DebugHart[] {
    return hartsOf(this.#subject);
  }

  get #hart(): DebugHart {
    return this.#harts[this.#current]!;
  }

  // --- registers ---

  #readAll(): Answer {
    const values = Array.from({ length: GENERAL_REGISTERS }, (_, number) => readRegister(this.#hart, number)!);
    return text(values.map((value) => toHex(wordBytes(value))).join(""));
  }

  #writeAll(hex: string): Answer {
    const bytes = fromHex(hex);
    if (bytes === undefined || bytes.length !== 8 * GENERAL_REGISTERS) return MALFORMED;
    for (let number = 0; number < GENERAL_REGISTERS; number++)
      this.#write(number, wordOf(bytes.subarray(8 * number, 8 * number + 8)));
    return CHANGED;
  }

  #readOne(hex: string): Answer {
    const number = parseLength(hex);
    if (number === undefined) return MALFORMED;
    const value = readRegister(this.#hart, number);
    return value === undefined ? NOT_THERE : text(toHex(wordBytes(value, registerByteLen(number))));
  }

  #writeOne(assignment: string): Answer {
    const [name = "", hex = ""] = assignment.split("=");
    const number = parseLength(name);
    const bytes = fromHex(hex);
    if (number === undefined || bytes === undefined || bytes.length !== registerByteLen(number)) return MALFORMED;
    return this.#write(number, wordOf(bytes)) ? CHANGED : NOT_THERE;
  }

  #write(number: number, value: bigint): boolean {
    return writeRegister(this.#hart, number, value, this.#subject.machine.mode);
  }

  // --- memory ---

  #readMemory(range: string): Answer {
    const { address, byteLen } = rangeOf(range);
    if (address === undefined || byteLen === undefined) return MALFORMED;
    const { memory } = this.#subject.machine;
    const bytes = readGuest(memory, this.#hart, va(address), Math.min(byteLen, LONGEST_READ));
    return bytes.length === 0 && byteLen > 0 ? NOT_THERE : text(toHex(bytes));
  }

  /** M has its bytes in hexadecimal, X as they are, with escapes. */
  #writeMemory(payload: Uint8Array, request: string): Answer {
    const colon = request.indexOf(":");
    const { address, byteLen } = rangeOf(request.slice(1, colon));
    if (colon < 0 || address === undefined || byteLen === undefined) return MALFORMED;
    const bytes = request[0] === "X" ? unescaped(payload.subarray(colon + 1)) : fromHex(request.slice(colon + 1));
    if (bytes === undefined || bytes.length !== byteLen) return MALFORMED;
    return writeGuest(this.#subject.machine.memory, this.#hart, va(address), bytes) ? CHANGED : NOT_THERE;
  }

  #changePoint(request: string): Answer {
    const [, verb, type = "", at = "", kind = ""] = /^([zZ])([0-9]),([0-9a-f]+),([0-9a-f]+)/i.exec(request) ?? [];
    const [address, length] = [parseWord(at), parseLength(kind)];
    if (address === undefined || length === undefined) return MALFORMED;
    const isDone = this.points.change(verb === "Z", type, address, length);
    return isDone === undefined ? UNKNOWN : isDone ? OK : NOT_THERE;
  }

  // --- threads and resuming ---

  /** Hg selects for registers and memory, Hc for c and s. */
  #select(request: string): Answer {
    const threads = threadsOf(request.slice(1), this.#harts.length);
    if (threads === undefined || !/^[gc]/.test(request)) return NOT_THERE;
    // -1 and 0 are any: the one that is selected already
    if (request[0] === "g" && !/^(0+|-1)$/.test(request.slice(1))) this.#current = threads[0]!;
    return OK;
  }

  #resumeOld(request: string): Answer {
    const verb = request[0]!;
    const hasSignal = verb === "C" || verb === "S";
    const at = hasSignal ? request.split(";")[1] : request.slice(1) || undefined;
    if (at !== undefined) {
      const pc = parseWord(at);
      if (pc === undefined) return MALFORMED;
      this.#hart.pc = pc;
    }
    const isStep = verb === "s" || verb === "S";
    const action = isStep ? `;s:${threadId(this.#current)};c` : ";c";
    return { kind: "resume", resumption: parseResumption(action, this.#harts.length)! };
  }

  #verbose(request: string): Answer {
    if (request === "vCont?") return text("vCont;c;C;s;S;t;r");
    if (request.startsWith("vCont")) {
      const resumption = parseResumption(request.slice("vCont".length), this.#harts.length);
      return resumption === undefined ? MALFORMED : { kind: "resume", resumption };
    }
    if (/^vKill(;|$)/.test(request)) return { kind: "kill", payload: bytesOf("OK") };
    return UNKNOWN;
  }

  // --- queries ---

  #query(request: string): Answer {
    const [name = "", ...rest] = request.split(/[:,;]/);
    const behind = request.slice(name.length + 1);
    switch (name) {
      case "qSupported":
        this.#swbreak = rest.includes("swbreak+");
        return text(
          `PacketSize=${MAX_PAYLOAD.toString(16)};QStartNoAckMode+;qXfer:features:read+;qXfer:threads:read+;` +
            "vContSupported+;swbreak+;hwbreak+",
        );
      case "QStartNoAckMode":
        return { kind: "reply", payload: bytesOf("OK"), endsAcks: true };
      case "qC":
        return text(`QC${threadId(this.#current)}`);
      case "qAttached":
        // GDB then detaches when it ends, and does not kill
        return text("1");
      case "qSymbol":
        return OK;
      case "qfThreadInfo":
        return text(`m${this.#harts.map((_, hart) => threadId(hart)).join()}`);
      case "qsThreadInfo":
        return text("l");
      case "qThreadExtraInfo":
        return this.#threadName(behind);
      case "qXfer":
        return this.#transfer(rest);
      case "qRcmd":
        return this.#monitorCommand(behind);
      default:
        return UNKNOWN;
    }
  }

  #threadName(thread: string): Answer {
    const harts = threadsOf(thread, this.#harts.length);
    return harts === undefined ? NOT_THERE : text(toHex(bytesOf(`hart ${harts[0]}`)));
  }

  /** qXfer:object:read:annex:offset,length. */
  #transfer([object, verb, annex, offset = "", length = ""]: readonly string[]): Answer {
    if (verb !== "read") return UNKNOWN;
    const [from, most] = [parseLength(offset), parseLength(length)];
    if (from === undefined || most === undefined) return MALFORMED;
    if (object === "features")
      return annex === "target.xml" ? text(sliceReply(this.#description(), from, most)) : text("E00");
    return object === "threads" && annex === "" ? text(sliceReply(this.#threadList(), from, most)) : UNKNOWN;
  }

  #description(): string {
    return targetDescription(this.#hart);
  }

  #threadList(): string {
    const threads = this.#harts.map((_, hart) => `<thread id="${threadId(hart)}" name="hart ${hart}"/>`);
    return `<?xml version="1.0"?>\n<threads>\n${threads.join("\n")}\n</threads>\n`;
  }

  #monitorCommand(hex: string): Answer {
    const bytes = fromHex(hex);
    if (bytes === undefined) return MALFORMED;
    const output = runMonitorCommand({ ...this.#subject, hart: this.#hart, hartIndex: this.#current }, textOf(bytes));
    return { kind: "reply", payload: bytesOf("OK"), output: outputPackets(new TextEncoder().encode(output)) };
  }
}

/** "O XX…": text for GDB's console, in as many packets as it takes. */
function outputPackets(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / LONGEST_READ);
  return Array.from({ length: count }, (_, index) =>
    bytesOf(`O${toHex(bytes.subarray(index * LONGEST_READ, (index + 1) * LONGEST_READ))}`),
  );
}

/** ADDRESS,LENGTH. */
function rangeOf(request: string): { address: bigint | undefined; byteLen: number | undefined } {
  const [at = "", length = ""] = request.split(",");
  return { address: parseWord(at), byteLen: parseLength(length) };
}
