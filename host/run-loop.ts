/**
 * How the driver keeps an enclave running: enter it with the timer armed, and after each world exit do what the exit asks
 * for. Penglai reference §6.14: "after RUN loop while ret ∈ {timer, ocall}: timer -> yield() + RESUME(0); ocall ->
 * service per 6.4", and YIELD as the artifact branch handles it. "Negative => destroy."
 *
 * One *slice* is one stay of the enclave on a hart, from an entry to the next world exit. The scheduler (schedule.ts) gives
 * each enclave a slice in turn; it plays the processes of Linux that called run.
 */
import type { Driver } from "./driver.ts";
import { type Enclave, type EnclaveEnd, resultsOf } from "./enclave.ts";
import { eidIn, type NoResult, type PenglaiResult } from "./hart.ts";
import { serveOcall } from "./ocall-service.ts";
import { ResumeFrom, RunResult } from "./penglai-abi.ts";

/**
 * Ticks of the machine's timebase until the timer takes the hart back. "PMP header defines a time-credit constant 100,000
 * ticks" (§6.10); the slice is the OS's choice.
 */
export const DEFAULT_SLICE_TICKS = 100_000;

/** Why a slice pauses on its way: the enclave asks the host for something, the machine wants somebody to look, or has to run. */
export type SlicePause = "ocall" | "paused" | "running";

/** Why a slice ended. */
export type SliceEnd = "timer" | "yield" | "ocall" | "ended" | "not-runnable";

/**
 * Lets the enclave run until the next world exit and serves that exit; with it run all enclaves that have harts.
 * @throws Error if the machine pauses for a debugger: `sliceInSteps` lets the caller attend to it
 */
export function runSlice(driver: Driver, enclave: Enclave, ticks = DEFAULT_SLICE_TICKS): SliceEnd {
  const { kernel } = driver;
  const { hart } = kernel;
  const steps = sliceInSteps(driver, enclave, ticks);
  while (true) {
    const step = kernel.on(hart, () => steps.next());
    if (step.done) return step.value;
    const isPaused = step.value === "running" ? kernel.harts.run() === "paused" : step.value === "paused";
    if (isPaused) throw new Error("the machine paused in an enclave, and nobody looks around here");
  }
}

/**
 * The same with a pause after each ocall, for a caller that has to look around in between: an enclave that keeps asking
 * may stay for long; wherever the machine pauses (a breakpoint, a debugger); and, where there are several harts, while the
 * enclave runs beside others: `kernel.harts.run` lets them. The machine does not see the pauses. Each step is the kernel's, on
 * the hart of the first one.
 * @throws Error if a call that entered the enclave is not back
 */
export function* sliceInSteps(
  driver: Driver,
  enclave: Enclave,
  ticks = DEFAULT_SLICE_TICKS,
): Generator<SlicePause, SliceEnd> {
  const { state } = enclave;
  if (state === "running") throw new Error(`enclave ${enclave.eid} has a hart already`);
  if (state !== "fresh" && state !== "runnable") return "not-runnable";
  return yield* stay(driver, enclave, ticks, () =>
    state === "fresh"
      ? driver.enter(enclave)
      : driver.kernel.hart.penglai("RESUME_ENCLAVE", enclave.eid, ResumeFrom.TIMER),
  );
}

/** Runs one enclave to its end. @returns undefined if it was stopped on the way */
export function runToEnd(driver: Driver, enclave: Enclave, ticks = DEFAULT_SLICE_TICKS): EnclaveEnd | undefined {
  while (runSlice(driver, enclave, ticks) !== "not-runnable");
  return enclave.end;
}

/**
 * Ocalls are answered within the slice: as in the driver, RESUME after an ocall re-enters the enclave at once. They do not
 * lengthen it: an enclave that keeps asking is interrupted when its ticks are over, like any other.
 */
function* stay(
  driver: Driver,
  enclave: Enclave,
  ticks: number,
  enter: () => PenglaiResult,
): Generator<SlicePause, SliceEnd> {
  const { hart } = driver.kernel;
  const sliceEnd = hart.machine.time + BigInt(ticks);
  let enterAgain = enter;
  while (true) {
    hart.setTimer(Math.max(0, Number(sliceEnd - hart.machine.time)));
    const fuelBefore = hart.retired;
    let result = enterAgain();
    driver.relays.settle(enclave, result);
    if (isUnderWay(result)) enclave.state = "running";
    while (isUnderWay(result)) {
      yield "pausedIn" in result ? "paused" : "running";
      result = hart.goOn();
    }
    enclave.statistics.instructions += hart.retired - fuelBefore;
    // The kernel on another hart has stopped or destroyed it meanwhile (§6.9).
    if (hasEnded(enclave)) return "ended";
    if (isStopped(enclave)) return "not-runnable";
    if (!result.ok) return finish(enclave, { kind: "out-of-fuel", eid: eidIn(result) });
    switch (result.value) {
      case RunResult.EXITED:
        return exit(driver, enclave);
      case RunResult.TIMER:
        enclave.statistics.timer++;
        enclave.state = "runnable";
        return "timer";
      case RunResult.YIELD:
        enclave.statistics.yield++;
        enclave.state = "runnable";
        return "yield";
      case RunResult.OCALL: {
        enclave.statistics.ocall++;
        enclave.state = "runnable";
        const answer = serve(driver, enclave);
        if (!answer) return "ended";
        enterAgain = answer;
        yield "ocall";
        // Whoever looked around meanwhile may have destroyed it.
        if (hasEnded(enclave)) return "ended";
        break;
      }
      default:
        return kill(driver, enclave, result);
    }
  }
}

const isUnderWay = (result: PenglaiResult): result is Exclude<NoResult, { readonly outOfFuel: number }> =>
  !result.ok && !("outOfFuel" in result);

/** @returns how to re-enter the enclave, or undefined after it was destroyed because of an ocall nobody serves */
function serve(driver: Driver, enclave: Enclave): (() => PenglaiResult) | undefined {
  const { kernel } = driver;
  const results = resultsOf(enclave.mailbox);
  const id = kernel.load64(results.ocallId);
  const arg0 = kernel.load64(results.ocallArg0);
  const arg1 = kernel.load64(results.ocallArg1);
  // The monitor writes only the words that an ocall has; the next one must not find these.
  kernel.put(results.ocallArg0, new Uint8Array(16));
  const answer = serveOcall(driver, enclave, id, arg0, arg1);
  if (!answer) {
    const explanation = `the enclave asked for ocall ${id}, which this driver does not serve`;
    driver.destroy(enclave);
    finish(enclave, { kind: "killed", refusal: { call: "OCALL", value: id, explanation } });
    return undefined;
  }
  return () => kernel.hart.penglai("RESUME_ENCLAVE", enclave.eid, ResumeFrom.OCALL, id, ...answer);
}

function exit(driver: Driver, enclave: Enclave): SliceEnd {
  const value = driver.kernel.load64(resultsOf(enclave.mailbox).exitValue);
  driver.release(enclave);
  return finish(enclave, { kind: "exited", value });
}

function kill(driver: Driver, enclave: Enclave, result: PenglaiResult): SliceEnd {
  const refusal = driver.calls.refusal("RUN_ENCLAVE", result);
  // Usually the monitor has destroyed it already and refuses; then the memory is public and comes back all the same.
  if (!driver.destroy(enclave).ok) driver.release(enclave);
  return finish(enclave, { kind: "killed", refusal });
}

const hasEnded = ({ state }: Enclave): boolean => state === "ended";
const isStopped = ({ state }: Enclave): boolean => state === "stopped";

function finish(enclave: Enclave, end: EnclaveEnd): SliceEnd {
  enclave.state = "ended";
  enclave.end = end;
  return "ended";
}
