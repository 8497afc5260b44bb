/**
 * How the Penglai-PMP driver keeps an enclave running, and what the SDK's host library makes of it. Penglai reference §6.14:
 * "timer -> RESUME 2000; SYS_WRITE -> print kbuffer; USER_DEFINED -> copy untrusted buffer out to user, return 1 to
 * user-space, resume later". Here user-space is the application's `onOcall`.
 *
 * One *slice* is one stay of the enclave on the hart, from an entry to the next timer; ocalls are answered within.
 */
import type { EnclaveEnd, EnclaveStatistics, Result } from "../enclave.ts";
import { eidIn, type SbiResult } from "../hart.ts";
import type { RunOutcome } from "../hosted.ts";
import type { HostedProgram } from "../hosting.ts";
import { DEFAULT_SLICE_TICKS, type SliceEnd, type SlicePause } from "../run-loop.ts";
import { Ocall, ResumeFrom, RunResult } from "./pmp-abi.ts";
import type { PmpDriver, PmpEnclave } from "./pmp-driver.ts";

/** Text of SYS_WRITE lies in the kbuffer; the driver terminates it at this byte. */
const KBUFFER_LAST_BYTE = 511;

/** The application's side of an enclave. */
export interface PmpApplication {
  /** What the enclave finds in untrusted memory when it begins. */
  readonly untrusted?: Uint8Array;
  /** Receives the bytes of each SYS_WRITE as they come. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** Answers USER_DEFINED. @param untrusted its contents. @param size as the enclave says. @returns what it is to find there */
  readonly onOcall?: (untrusted: Uint8Array, size: bigint) => Uint8Array | undefined;
  /** What the person at the simulator knows of an exit; "the value is only logged" (§6.6). */
  readonly exitValueOf?: (eid: number) => bigint | undefined;
}

export class PmpProgram implements HostedProgram {
  readonly #driver: PmpDriver;
  readonly #enclave: PmpEnclave;
  readonly #application: PmpApplication;
  readonly #statistics: EnclaveStatistics = { timer: 0, yield: 0, ocall: 0, instructions: 0 };
  readonly #decoder = new TextDecoder();
  #output = "";
  #end: EnclaveEnd | undefined;
  #wasEntered = false;
  #isStopped = false;
  /** A call that entered it is not back: other harts, or a debugger, come between. */
  #isRunning = false;
  #isDying = false;

  constructor(driver: PmpDriver, enclave: PmpEnclave, application: PmpApplication) {
    this.#driver = driver;
    this.#enclave = enclave;
    this.#application = application;
  }

  get eid(): number {
    return this.#enclave.eid;
  }

  get outcome(): RunOutcome {
    const end = this.#end ?? { kind: "stopped" as const };
    const exitCode = end.kind === "exited" ? Number(BigInt.asUintN(8, end.value)) : undefined;
    return { end, exitCode, output: this.#output, statistics: { ...this.#statistics } };
  }

  /** Runs it to its end, or until somebody stopped it. @throws Error if the machine pauses for a debugger */
  run(): RunOutcome {
    const { kernel } = this.#driver;
    const { hart } = kernel;
    for (let end: SliceEnd = "timer"; end === "timer"; ) {
      const steps = this.sliceInSteps();
      let step = kernel.on(hart, () => steps.next());
      for (; !step.done; step = kernel.on(hart, () => steps.next())) {
        const isPaused = step.value === "running" ? kernel.harts.run() === "paused" : step.value === "paused";
        if (isPaused) throw new Error("the machine paused in an enclave, and nobody looks around here");
      }
      end = step.value;
    }
    return this.outcome;
  }

  *sliceInSteps(): Generator<SlicePause, SliceEnd> {
    const { kernel } = this.#driver;
    const { hart } = kernel;
    const { eid } = this.#enclave;
    if (this.#isRunning) throw new Error(`enclave ${eid} has a hart already`);
    if (this.#end || this.#isStopped) return "not-runnable";
    if (!this.#wasEntered) this.untrusted = this.#application.untrusted ?? new Uint8Array();
    let enter = (): SbiResult =>
      this.#wasEntered ? kernel.call("RESUME_ENCLAVE", eid, ResumeFrom.TIMER) : kernel.call("RUN_ENCLAVE", eid);
    const sliceEnd = hart.machine.time + BigInt(DEFAULT_SLICE_TICKS);
    while (true) {
      hart.setTimer(Math.max(0, Number(sliceEnd - hart.machine.time)));
      const before = hart.retired;
      let result = enter();
      this.#wasEntered = true;
      while (!result.ok && !("outOfFuel" in result)) {
        this.#isRunning = true;
        yield "pausedIn" in result ? "paused" : "running";
        result = hart.goOnSbi();
      }
      this.#isRunning = false;
      this.#statistics.instructions += hart.retired - before;
      if (!result.ok) return this.#finish({ kind: "out-of-fuel", eid: eidIn(result) });
      switch (result.value) {
        case RunResult.EXITED:
          return this.#exit();
        case RunResult.TIMER:
          this.#statistics.timer++;
          return "timer";
        case RunResult.OCALL: {
          this.#statistics.ocall++;
          const id = kernel.load64(this.#enclave.mailbox.ocallId);
          if (!this.#serve(id)) return this.#kill(`it asked for ocall ${id}`);
          enter = () => kernel.call("RESUME_ENCLAVE", eid, ResumeFrom.OCALL, id);
          yield "ocall";
          // Whoever looked around meanwhile may have destroyed or stopped it.
          if (this.outcome.end.kind === "destroyed") return "ended";
          if (this.#isStopped) return "not-runnable";
          break;
        }
        default: {
          const refusal = kernel.refusal("RUN_ENCLAVE", result);
          this.#driver.release(this.#enclave);
          return this.#finish({ kind: "killed", refusal });
        }
      }
    }
  }

  /** What host and enclave share now. */
  get untrusted(): Uint8Array {
    const { untrusted, untrustedByteLen } = this.#enclave;
    return this.#driver.kernel.load(untrusted, untrustedByteLen);
  }

  /** @param bytes from its beginning; the rest stays. @throws RangeError if it holds less */
  set untrusted(bytes: Uint8Array) {
    const { untrusted, untrustedByteLen } = this.#enclave;
    if (bytes.length > untrustedByteLen)
      throw new RangeError(`untrusted memory has ${untrustedByteLen} bytes, not ${bytes.length}`);
    this.#driver.kernel.store(untrusted, bytes);
  }

  /** The 328-byte report (§6.7). */
  attest(nonce: bigint): Result<Uint8Array> {
    return this.#driver.attest(this.#enclave, nonce);
  }

  /** Takes it off the hart until `resume`. */
  stop(): Result<undefined> {
    const stopped = this.#driver.kernel.command("STOP_ENCLAVE", this.eid);
    if (stopped.ok) this.#isStopped = true;
    return stopped;
  }

  resume(): Result<undefined> {
    const resumed = this.#driver.kernel.command("RESUME_ENCLAVE", this.eid, ResumeFrom.STOP);
    if (resumed.ok) this.#isStopped = false;
    return resumed;
  }

  /** One that another hart runs ends at its next trap. */
  destroy(): Result<undefined> {
    if (this.#isRunning) {
      const asked = this.#driver.kernel.command("DESTROY_ENCLAVE", this.eid);
      if (asked.ok) this.#isDying = true;
      return asked;
    }
    const destroyed = this.#driver.destroy(this.#enclave, this.#wasEntered);
    if (destroyed.ok) this.#finish({ kind: "destroyed" });
    return destroyed;
  }

  /** @returns false for an ocall that this driver does not serve */
  #serve(id: bigint): boolean {
    const { kernel } = this.#driver;
    const { kbuffer, mailbox } = this.#enclave;
    if (id === Ocall.SYS_WRITE) {
      const page = kernel.load(kbuffer, KBUFFER_LAST_BYTE);
      const end = page.indexOf(0);
      const text = end < 0 ? page : page.subarray(0, end);
      this.#output += this.#decoder.decode(text, { stream: true });
      this.#application.onOutput?.(text);
      return true;
    }
    if (id !== Ocall.USER_DEFINED) return false;
    const answer = this.#application.onOcall?.(this.untrusted, kernel.load64(mailbox.ocallArg));
    if (answer !== undefined) this.untrusted = answer;
    return true;
  }

  #exit(): SliceEnd {
    const value = this.#application.exitValueOf?.(this.eid) ?? 0n;
    this.#driver.release(this.#enclave);
    if (this.#isDying) return this.#finish({ kind: "destroyed" });
    return this.#finish({ kind: "exited", value });
  }

  #kill(why: string): SliceEnd {
    this.#driver.destroy(this.#enclave, true);
    const explanation = `${why}, which this driver does not serve`;
    return this.#finish({ kind: "killed", refusal: { call: "OCALL", value: -1n, explanation } });
  }

  #finish(end: EnclaveEnd): SliceEnd {
    this.#end = end;
    return "ended";
  }
}
