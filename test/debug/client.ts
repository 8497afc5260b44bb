/** A debugger in memory: it sends packets to a target that runs in the same process, and reads the replies. */
import { setImmediate } from "node:timers/promises";
import type { Machine } from "../../core/machine.ts";
import { isPause, type Stop } from "../../core/stop.ts";
import type { ByteStream } from "../../debug/byte-stream.ts";
import { Debugger } from "../../debug/debugger.ts";
import { bytesOf, fromHex, textOf } from "../../debug/hex.ts";
import { PacketReader } from "../../debug/packet.ts";
import type { Subject } from "../../debug/subject.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import type { System } from "../../host/system.ts";

/** The payload that a reply stands for: escapes and runs undone. */
export function decodePayload(payload: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < payload.length; at++) {
    const byte = payload[at]!;
    if (byte === 0x7d) bytes.push(payload[++at]! ^ 0x20);
    else if (byte === 0x2a) for (let more = payload[++at]! - 29; more > 0; more--) bytes.push(bytes.at(-1)!);
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** A request as GDB frames it: escapes, but no runs. */
export function frame(payload: Uint8Array): Uint8Array {
  const body = [...payload].flatMap((byte) => ([0x23, 0x24, 0x7d].includes(byte) ? [0x7d, byte ^ 0x20] : [byte]));
  const sum = body.reduce((total, byte) => (total + byte) & 0xff, 0);
  return Uint8Array.of(0x24, ...body, 0x23, ...bytesOf(sum.toString(16).padStart(2, "0")));
}

/** Both ends of a connection. */
export class Wire implements ByteStream {
  /** Replies that nobody has read yet, payloads as text. */
  readonly replies: string[] = [];
  isClosed = false;
  #coming: Uint8Array[] = [];
  #isGone = false;
  #reader: (() => void) | undefined;
  #listener: (() => void) | undefined;
  readonly #packets = new PacketReader();

  // --- the target's end ---

  async read(): Promise<Uint8Array | undefined> {
    while (this.#coming.length === 0 && !this.#isGone)
      await new Promise<void>((resolve) => {
        this.#reader = resolve;
      });
    return this.poll();
  }

  poll(): Uint8Array | undefined {
    if (this.#coming.length === 0 && this.#isGone) return undefined;
    return Buffer.concat(this.#coming.splice(0));
  }

  write(bytes: Uint8Array): void {
    for (const event of this.#packets.take(bytes))
      if (event.kind === "packet") this.replies.push(textOf(decodePayload(event.payload)));
    this.#listener?.();
  }

  close(): void {
    this.isClosed = true;
    this.#listener?.();
  }

  // --- the debugger's end ---

  send(bytes: Uint8Array): void {
    this.#coming.push(bytes);
    this.#reader?.();
  }

  hangUp(): void {
    this.#isGone = true;
    this.#reader?.();
  }

  /** The next reply. @throws Error if the target has closed the connection */
  async reply(): Promise<string> {
    while (this.replies.length === 0) {
      if (this.isClosed) throw new Error("the target has closed the connection");
      await new Promise<void>((resolve) => {
        this.#listener = resolve;
      });
    }
    return this.replies.shift()!;
  }

  /** A request that is not answered, or not at once. */
  tell(request: string): void {
    this.send(frame(bytesOf(request)));
  }

  async ask(request: string): Promise<string> {
    this.tell(request);
    return await this.reply();
  }

  /** Output of `monitor LINE`, lines. */
  async monitor(line: string): Promise<string[]> {
    this.tell(`qRcmd,${Buffer.from(line).toString("hex")}`);
    let text = "";
    for (let reply = await this.reply(); reply !== "OK"; reply = await this.reply())
      text += Buffer.from(fromHex(reply.slice(1))!).toString();
    return text.split("\n").slice(0, -1);
  }
}

export interface Debugged {
  readonly wire: Wire;
  readonly debug: Debugger;
  /** How the machine's run ended. */
  readonly end: Promise<Stop>;
}

/** Runs a machine under a debugger, as the command does. */
export function debugged(subject: Subject, budget = Number.POSITIVE_INFINITY): Debugged {
  const wire = new Wire();
  const debug = new Debugger(subject, wire);
  return { wire, debug, end: runToEnd(subject.machine, debug, budget) };
}

/** Runs an enclave of a system under a debugger; the end is that of the last slice. */
export function debuggedEnclave(system: System, enclave: HostedEnclave): Debugged {
  const wire = new Wire();
  const debug = new Debugger({ machine: system.machine, monitor: system.monitor, system }, wire);
  return { wire, debug, end: runEnclave(enclave, debug) };
}

async function runEnclave(enclave: HostedEnclave, debug: Debugger): Promise<Stop> {
  while (true) {
    const steps = enclave.sliceInSteps();
    for (let step = steps.next(); ; step = steps.next()) {
      await setImmediate();
      if (step.done) {
        if (step.value === "ended") return { kind: "exit", code: enclave.outcome.exitCode ?? 1 };
        break;
      }
      if (step.value === "paused") await debug.pause();
    }
  }
}

async function runToEnd(machine: Machine, debug: Debugger, budget: number): Promise<Stop> {
  const end = budget === Number.POSITIVE_INFINITY ? 1n << 60n : machine.cycles + BigInt(budget);
  while (true) {
    const left = end - machine.cycles;
    const stop =
      left <= 0n ? ({ kind: "budget" } as const) : machine.run(Number(left > 4_000_000n ? 4_000_000n : left));
    if (isPause(stop)) await debug.pause();
    else if (stop.kind !== "budget" || machine.cycles >= end) return stop;
    await setImmediate();
  }
}
