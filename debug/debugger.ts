/**
 * A debugger on a machine that somebody else runs: the command, or a kernel and its driver. It takes the place of `run`,
 * which then comes back as often as somebody has to look around, with the stops "breakpoint", "watchpoint" and "paused" (nothing is
 * wrong, run goes on); whoever runs the machine then calls `pause`, which returns when GDB lets the target run on.
 *
 *     run -> Stop "paused" -> … -> await pause() -> packets, as long as the target stands -> run
 *
 * What happens between two runs (the monitor, the kernel, an ocall) is TypeScript and has no instructions: a step over an
 * `ecall` ends at the next instruction that the machine executes, in the enclave after its call was answered.
 *
 * Under a monitor a fault is shown to GDB before the monitor sees it, with the hart as it was; when GDB goes on, the monitor
 * gets it, unless GDB has changed something: then the instruction is executed again. The same goes for an end that the
 * program did not choose (no interrupt can come, no memory left).
 *
 * The guest notices nothing: stops lie between two instructions, and counters stand still.
 */
import type { Stop } from "../core/stop.ts";
import type { ByteStream } from "./byte-stream.ts";
import { bytesOf } from "./hex.ts";
import { encodePacket, type PacketEvent, PacketReader } from "./packet.ts";
import type { Resumption } from "./resumption.ts";
import { type Answer, Session } from "./session.ts";
import { hexByte, SIGABRT, SIGINT, SIGTRAP, type StopEvent, signalOf } from "./stop-event.ts";
import { hartsOf, type Subject } from "./subject.ts";

/** Cycles between two looks at the clock. */
const SLICE = 4_000_000;
/** Single steps between two looks at the clock. */
const STEPS = 10_000;
/** Milliseconds that GDB's Ctrl-C may wait. */
const PATIENCE = 50;

/** One hart steps, through [from, to) if that is a range, while the others take their turns. */
interface Walk {
  readonly hart: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** GDB wants the target to end at once. */
export class KilledByDebugger extends Error {
  override readonly name = "KilledByDebugger";
}

export class Debugger {
  readonly #subject: Subject;
  readonly #stream: ByteStream;
  readonly #session: Session;
  readonly #reader = new PacketReader();
  readonly #plainRun: (budget: number) => Stop;
  #state: "standing" | "running" | "gone" = "standing";
  #resumption: Resumption = new Map();
  /** A stop that GDB has not been told of, and is waiting for. */
  #untold: StopEvent | undefined;
  /** What `run` returns when GDB goes on and has changed nothing. */
  #withheld: Stop | undefined;
  #hasChanged = false;
  /** A step has entered the monitor: it ends where the hart goes on. */
  #isArriving = false;
  #acks = true;
  #lastReply: Uint8Array = new Uint8Array();
  #looked = performance.now();

  /** Takes the place of the machine's `run`. GDB finds the target standing where the machine is. */
  constructor(subject: Subject, stream: ByteStream) {
    this.#subject = subject;
    this.#stream = stream;
    this.#session = new Session(subject);
    const { machine } = subject;
    this.#plainRun = machine.run.bind(machine);
    machine.run = (budget) => this.#run(budget);
  }

  // --- in the machine's stead ---

  #run(budget: number): Stop {
    if (this.#state === "gone") return this.#plainRun(budget);
    // also before it runs: a guest whose every turn ends with a trap never uses up a budget
    if (this.#state === "standing" || this.#isTimeToLook()) return { kind: "paused" };
    const withheld = this.#withheld;
    this.#withheld = undefined;
    if (withheld !== undefined && !this.#hasChanged) {
      this.#isArriving = withheld.kind === "trap";
      return withheld;
    }
    this.#session.points.apply(this.#subject.machine.debugPoints);
    const walk = this.#walk();
    if (walk === undefined) this.#isArriving = false;
    return walk === undefined ? this.#continue(budget) : this.#step(budget, walk);
  }

  #walk(): Walk | undefined {
    for (const [hart, action] of this.#resumption) if (action.kind === "step") return { hart, ...action };
    return undefined;
  }

  #continue(budget: number): Stop {
    const stop = this.#plainRun(Math.min(budget, SLICE));
    if (stop.kind !== "budget") return this.#met(stop);
    return budget > SLICE || this.#isTimeToLook() ? { kind: "paused" } : stop;
  }

  /** Steps until the hart has left the range, something is met, the budget or the patience is over. */
  #step(budget: number, walk: Walk): Stop {
    const { machine } = this.#subject;
    if (this.#isArriving) return this.#arrive(walk) ?? this.#step(budget, walk);
    const end = machine.clock + BigInt(budget) * BigInt(machine.harts.length);
    for (let steps = 0; machine.clock < end && steps < STEPS; steps++) {
      // makes the hart current whose turn it is
      const met = machine.settle(end - machine.clock);
      if (met) return met.kind === "budget" ? { kind: "paused" } : this.#met(met);
      const { index, pc } = machine.current;
      if (index !== walk.hart && this.#session.points.hasBreakpoint(pc)) return this.#met({ kind: "breakpoint" });
      const stop = machine.step();
      // a trap that a monitor answers takes the step to where it lets the hart go on
      if (stop.kind === "trap" && signalOf(stop.trap.cause) === undefined)
        this.#isArriving = stop.trap.cause >> 63n === 0n;
      if (stop.kind !== "budget") return this.#met(stop);
      if (index === walk.hart && this.#hasLeft(walk)) return this.#stand(SIGTRAP);
    }
    return machine.clock < end || this.#isTimeToLook() ? { kind: "paused" } : { kind: "budget" };
  }

  /** The machine goes on behind a call: the step is over, unless the range still holds. */
  #arrive(walk: Walk): Stop | undefined {
    this.#isArriving = false;
    return this.#hasLeft(walk) ? this.#stand(SIGTRAP) : undefined;
  }

  #hasLeft({ hart, from, to }: Walk): boolean {
    const { pc } = hartsOf(this.#subject)[hart]!;
    return pc < from || pc >= to || this.#session.points.hasBreakpoint(pc);
  }

  /** What a stop of the machine is to GDB. */
  #met(stop: Stop): Stop {
    switch (stop.kind) {
      case "breakpoint":
        this.#stand(SIGTRAP, { kind: "breakpoint" });
        return stop;
      case "watchpoint": {
        const { watchpoint, address } = stop;
        this.#stand(SIGTRAP, { kind: "watchpoint", access: watchpoint.access, address });
        return stop;
      }
      case "trap": {
        const signal = signalOf(stop.trap.cause);
        return signal === undefined ? stop : this.#withhold(stop, signal);
      }
      case "idle":
        // who listens to the UART is not at an end
        return this.#subject.machine.isListening ? stop : this.#withhold(stop, SIGABRT);
      case "out of memory":
      case "htif":
        return this.#withhold(stop, SIGABRT);
      default:
        return stop;
    }
  }

  #withhold(stop: Stop, signal: number): Stop {
    this.#withheld = stop;
    this.#hasChanged = false;
    return this.#stand(signal);
  }

  /** The hart that is current is the one that stopped. */
  #stand(signal: number, met?: StopEvent["met"]): Stop {
    this.#state = "standing";
    this.#untold = { signal, hart: this.#subject.machine.current.index, ...(met && { met }) };
    return { kind: "paused" };
  }

  #isTimeToLook(): boolean {
    return performance.now() - this.#looked >= PATIENCE;
  }

  // --- between two runs ---

  /**
   * Serves GDB as long as the target stands; looks for its Ctrl-C if it does not.
   * @throws KilledByDebugger
   */
  async pause(): Promise<void> {
    if (this.#state === "running") this.#look();
    while (this.#state === "standing") {
      if (this.#untold !== undefined) this.#tell();
      this.#take(await this.#stream.read());
    }
    this.#looked = performance.now();
  }

  /** The program has ended; GDB, if it is there, is told. */
  ended(exitCode: number): void {
    if (this.#state !== "gone") this.#reply(bytesOf(`W${hexByte(exitCode)}`));
    this.#leave();
  }

  /** The program was ended; GDB is told by which signal. */
  killed(signal: number): void {
    if (this.#state !== "gone") this.#reply(bytesOf(`X${hexByte(signal)}`));
    this.#leave();
  }

  #look(): void {
    for (let bytes = this.#stream.poll(); this.#state === "running"; bytes = this.#stream.poll()) {
      if (bytes?.length === 0) return;
      this.#take(bytes);
    }
  }

  #tell(): void {
    const event = this.#untold!;
    this.#untold = undefined;
    this.#reply(this.#session.stopped(event));
  }

  /** @param bytes undefined: GDB has gone, and the target runs to its end without it */
  #take(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) {
      this.#leave();
      return;
    }
    for (const event of this.#reader.take(bytes)) {
      if (this.#state === "gone") return;
      this.#handle(event);
    }
  }

  #handle(event: PacketEvent): void {
    // "the stub is expected to stop": and also before it answers a request that comes while the target runs
    if (this.#state === "running" && (event.kind === "interrupt" || event.kind === "packet")) {
      this.#stand(SIGINT);
      this.#tell();
    }
    switch (event.kind) {
      case "packet":
        if (this.#acks) this.#stream.write(bytesOf("+"));
        this.#carryOut(this.#session.answer(event.payload));
        break;
      case "damaged":
        if (this.#acks) this.#stream.write(bytesOf("-"));
        break;
      case "too long":
        if (this.#acks) this.#stream.write(bytesOf("+"));
        this.#reply(bytesOf("E16"));
        break;
      case "nak":
        if (this.#acks) this.#stream.write(this.#lastReply);
        break;
      default:
    }
  }

  #carryOut(answer: Answer): void {
    switch (answer.kind) {
      case "reply":
        for (const packet of answer.output ?? []) this.#reply(packet);
        this.#reply(answer.payload);
        if (answer.endsAcks) this.#acks = false;
        if (answer.changes) this.#hasChanged = true;
        break;
      case "resume":
        this.#resumption = answer.resumption;
        this.#isArriving = false;
        this.#state = "running";
        this.#looked = performance.now();
        break;
      case "detach":
        this.#reply(answer.payload);
        this.#leave();
        break;
      case "kill":
        if (answer.payload) this.#reply(answer.payload);
        this.#leave();
        throw new KilledByDebugger("the debugger ended the program");
    }
  }

  #reply(payload: Uint8Array): void {
    this.#lastReply = encodePacket(payload);
    this.#stream.write(this.#lastReply);
  }

  /** The machine runs as if nobody had ever looked. */
  #leave(): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    this.#session.points.clear();
    this.#session.points.apply(this.#subject.machine.debugPoints);
    this.#stream.close();
  }
}
