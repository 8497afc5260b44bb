/**
 * MEMORY_EXTEND (92): a0 address, a1 bytes of memory for the monitor's records. Penglai reference §6.2, §6.11.
 *
 * The records themselves are TypeScript values; the memory they would need is taken all the same and bounds how many
 * there may be: one per 752 bytes, the size of Penglai's enclave record (published: slabs of 100, a whole region each).
 * It is not given back: MEMORY_RECLAIM (91) is a reserved number.
 */

import { PAGE_SIZE } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { allegedSpan } from "../alleged.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { METADATA } from "../owner.ts";
import { secure } from "../secure-memory.ts";

const RECORD_BYTE_LEN = 752;

export function memoryExtend(call: HostCall): Outcome {
  const span = allegedSpan(call.state, "the memory for records", call.args[0]!, call.args[1]!, PAGE_SIZE);
  if (isDenial(span)) return refuseHost(call, span);
  const draft = new Draft(call.memory);
  const secured = secure(call.state, call.memory, draft, call.hart, span, METADATA);
  if (isDenial(secured)) return refuseHost(call, secured);
  const freeRecords = call.state.freeRecords + Math.floor(span.byteLen / RECORD_BYTE_LEN);
  return replyToHost(call, 0n, changed({ ...secured.state, freeRecords }, draft));
}
