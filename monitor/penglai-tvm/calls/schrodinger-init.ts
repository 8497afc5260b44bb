/**
 * SCHRODINGER_INIT (85): a0 address, a1 bytes. Penglai reference §6.2, §2.2: "range must be public and not partially covered
 * by a 2-MB leaf". The driver asks before it lends a range that will change hands often.
 *
 * Nothing is recorded: the fast path, a page that remembers its only entry, "is gone in main".
 */
import { PAGE_SIZE } from "../../../core/units.ts";
import { isDenial } from "../../kernel/guard.ts";
import { pagesOf } from "../../kernel/span.ts";
import { hostSpan } from "../alleged.ts";
import { type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { checkSeparated, hostLeavesInside } from "../secure-memory.ts";

export function schrodingerInit(call: HostCall): Outcome {
  const { state, memory, args } = call;
  const denial = checkSeparated(state);
  if (denial) return refuseHost(call, denial);
  const span = hostSpan(state, "the range", args[0]!, args[1]!, PAGE_SIZE);
  if (isDenial(span)) return refuseHost(call, span);
  const leaves = hostLeavesInside(state, memory, pagesOf(span));
  return isDenial(leaves) ? refuseHost(call, leaves) : replyToHost(call, 0n, { state: leaves.state, effects: [] });
}
