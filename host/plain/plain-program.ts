/** A program under a user's monitor: entered again and again with the timer armed, until it exits or is destroyed. */
import type { ElfImage } from "../../core/elf.ts";
import { PAGE_SIZE, type Pa } from "../../core/units.ts";
import type { EnclaveEnd, Result } from "../enclave.ts";
import type { RunOutcome } from "../hosted.ts";
import type { HostedProgram } from "../hosting.ts";
import type { LaunchOptions } from "../launch.ts";
import { DEFAULT_SLICE_TICKS, type SliceEnd, type SlicePause } from "../run-loop.ts";
import { RunStatus, SYS_WRITE } from "./plain-abi.ts";
import { fuelEnd, type PlainHost } from "./plain-host.ts";

export class PlainProgram implements HostedProgram {
  readonly #host: PlainHost;
  readonly #id: bigint;
  readonly #kbuffer: Pa;
  readonly #onOutput: (bytes: Uint8Array) => void;
  readonly #statistics = { timer: 0, yield: 0, ocall: 0, instructions: 0 };
  readonly #decoder = new TextDecoder();
  #output = "";
  #end: EnclaveEnd | undefined;

  private constructor(host: PlainHost, id: bigint, kbuffer: Pa, onOutput: (bytes: Uint8Array) => void) {
    this.#host = host;
    this.#id = id;
    this.#kbuffer = kbuffer;
    this.#onOutput = onOutput;
  }

  /** @throws UserError for a program that cannot be an enclave, or no memory */
  static create(host: PlainHost, elf: ElfImage, { onOutput = () => {} }: LaunchOptions): Result<PlainProgram> {
    const kbuffer = host.page();
    const created = host.create(elf, kbuffer);
    return created.ok ? { ok: true, value: new PlainProgram(host, created.value, kbuffer, onOutput) } : created;
  }

  get outcome(): RunOutcome {
    const end = this.#end ?? { kind: "stopped" as const };
    const exitCode = end.kind === "exited" ? Number(BigInt.asUintN(8, end.value)) : undefined;
    return { end, exitCode, output: this.#output, statistics: { ...this.#statistics } };
  }

  *sliceInSteps(): Generator<SlicePause, SliceEnd> {
    const { hart } = this.#host;
    if (this.#end) return "not-runnable";
    const sliceEnd = hart.machine.time + BigInt(DEFAULT_SLICE_TICKS);
    while (true) {
      hart.setTimer(Math.max(0, Number(sliceEnd - hart.machine.time)));
      const before = hart.retired;
      let result = this.#host.call("RUN", this.#id);
      while (!result.ok && "pausedIn" in result) {
        yield "paused";
        result = hart.goOnSbi();
      }
      this.#statistics.instructions += hart.retired - before;
      if (!result.ok) return this.#finish(fuelEnd(result));
      switch (result.error) {
        case RunStatus.EXITED:
          return this.#finish({ kind: "exited", value: result.value });
        case RunStatus.TIMER:
          this.#statistics.timer++;
          return "timer";
        case RunStatus.YIELD:
          this.#statistics.yield++;
          return "yield";
        case RunStatus.OCALL:
          this.#statistics.ocall++;
          if (result.value !== SYS_WRITE) return this.#destroy(`it asked for ocall ${result.value}`);
          this.#write();
          yield "ocall";
          break;
        default:
          return this.#finish({ kind: "killed", refusal: this.#host.refusal("RUN", result) });
      }
    }
  }

  #write(): void {
    const page = this.#host.load(this.#kbuffer, PAGE_SIZE);
    const end = page.indexOf(0);
    const text = end < 0 ? page : page.subarray(0, end);
    this.#output += this.#decoder.decode(text, { stream: true });
    this.#onOutput(text);
  }

  #destroy(why: string): SliceEnd {
    this.#host.call("DESTROY", this.#id);
    const explanation = `${why}, which the plain host does not serve`;
    return this.#finish({ kind: "killed", refusal: { call: "OCALL", value: -1n, explanation } });
  }

  #finish(end: EnclaveEnd): SliceEnd {
    this.#end = end;
    return "ended";
  }
}
