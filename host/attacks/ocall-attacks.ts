/**
 * Iago attacks: wrong answers to an enclave that asks the host for memory. Penglai reference §6.4: the published monitor's
 * "resume trusts the host's ocall id and (paddr, size)" (B14).
 */
import { PAGE_SIZE } from "../../core/units.ts";
import { resultsOf } from "../enclave.ts";
import type { PenglaiResult } from "../hart.ts";
import { Ocall, ResumeFrom, RunResult } from "../penglai-abi.ts";
import { type Attack, type AttackReport, caughtByMonitor, type Stage, succeeded } from "./report.ts";

/** Answer a request for memory with the victim's memory. */
export const grantForeignMemory: Attack = (stage) =>
  answerMemoryRequest(stage, "answer an ocall with another enclave's memory", (id, byteLen) => {
    const page = BigInt(stage.secret - (stage.secret % PAGE_SIZE));
    return [id, page, byteLen];
  });

/** Answer a request for memory with one page, however much was asked for. */
export const grantTooLittle: Attack = (stage) =>
  answerMemoryRequest(stage, "answer an ocall with less memory than asked for", (id) => {
    const { kernel } = stage.host.driver;
    const page = kernel.pages(1);
    kernel.prepareSecure(page, PAGE_SIZE);
    return [id, BigInt(page), BigInt(PAGE_SIZE)];
  });

/** Answer a request for memory as if it had been a SYS_WRITE. */
export const answerAnotherOcall: Attack = (stage) =>
  answerMemoryRequest(stage, "answer another ocall than the pending one", () => [Ocall.SYS_WRITE, 0n, 0n]);

type FalseAnswer = (id: bigint, byteLen: bigint) => readonly [id: bigint, address: bigint, byteLen: bigint];

/** Runs the asker until it asks for memory, and gives it that answer. */
function answerMemoryRequest(stage: Stage, attack: string, answer: FalseAnswer): AttackReport {
  const { driver } = stage.host;
  const { hart } = driver.kernel;
  const { record } = stage.asker;
  const results = resultsOf(record.mailbox);
  const resume = (...args: readonly bigint[]): PenglaiResult => hart.penglai("RESUME_ENCLAVE", record.eid, ...args);

  let exit = driver.enter(record);
  while (exit.ok && exit.value > 0n) {
    const id = driver.kernel.load64(results.ocallId);
    if (exit.value === RunResult.OCALL && (id === Ocall.MMAP || id === Ocall.SBRK)) {
      const result = resume(ResumeFrom.OCALL, ...answer(id, driver.kernel.load64(results.ocallArg1)));
      if (result.ok && result.value < 0n) return caughtByMonitor(attack, stage, "RESUME_ENCLAVE");
      return succeeded(attack, `RESUME_ENCLAVE took the answer and returned ${result.ok ? result.value : "never"}`);
    }
    exit = exit.value === RunResult.OCALL ? resume(ResumeFrom.OCALL, id, 0n, 0n) : resume(ResumeFrom.TIMER);
  }
  throw new Error(`the stage's asker ended without asking for memory`);
}
