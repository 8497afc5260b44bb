/** An ecall of the host: a7 is the extension, a6 the function. Penglai reference §6.1, §6.5; SBI 0.2. */
import { A6, A7 } from "../../core/registers.ts";
import { hex } from "../kernel/page-owner.ts";
import { NOT_SUPPORTED, standardSbi, unknownExtension } from "../kernel/sbi.ts";
import { attestEnclave } from "./calls/attest.ts";
import { createEnclave } from "./calls/create.ts";
import { destroyEnclave, stopEnclave } from "./calls/life-cycle.ts";
import { resumeEnclave, runEnclave } from "./calls/run.ts";
import { addRegion, allocEnclaveMemory, freeEnclaveMemory, memoryReclaim } from "./calls/secure-memory.ts";
import { deny } from "./guards.ts";
import { type HostCall, type Outcome, refuseHost } from "./outcome.ts";

/** `a7` of Penglai's host calls (§6.1). */
const PENGLAI_HOST = 0x100100n;

type Handler = readonly [name: string, run: (call: HostCall) => Outcome];

/** By function number (§6.5). DEBUG_PRINT (88) is in a header only. */
const HOST_CALLS: ReadonlyMap<bigint, Handler> = new Map([
  [100n, ["MM_INIT", addRegion]],
  [99n, ["CREATE_ENCLAVE", createEnclave]],
  [98n, ["ATTEST", attestEnclave]],
  [97n, ["RUN", runEnclave]],
  [96n, ["STOP", stopEnclave]],
  [95n, ["RESUME", resumeEnclave]],
  [94n, ["DESTROY", destroyEnclave]],
  [93n, ["ALLOC_ENCLAVE_MM", allocEnclaveMemory]],
  [92n, ["MEMORY_EXTEND", addRegion]],
  [91n, ["MEMORY_RECLAIM", memoryReclaim]],
  [90n, ["FREE_ENCLAVE_MEM", freeEnclaveMemory]],
]);

/** How an ecall of the host is called in logs. */
export const hostCallName = (x: BigUint64Array): string | undefined =>
  x[A7] === PENGLAI_HOST ? (HOST_CALLS.get(x[A6]!)?.[0] ?? `host function ${x[A6]}`) : undefined;

export function hostCall(call: HostCall): Outcome {
  const { state, hart } = call;
  const { x } = hart;
  if (x[A7] === PENGLAI_HOST) {
    const handler = HOST_CALLS.get(x[A6]!);
    if (handler !== undefined) return handler[1](call);
    return refuseHost(call, deny("UNKNOWN_FUNCTION", `host function ${x[A6]}`, { value: NOT_SUPPORTED }));
  }
  const found = `extension ${hex(x[A7]!)}, function ${x[A6]}`;
  return (
    standardSbi(state, hart, [PENGLAI_HOST]) ?? {
      ...unknownExtension(state),
      denial: deny("UNKNOWN_EXTENSION", found, { value: NOT_SUPPORTED }),
    }
  );
}
