/** Query and GetPhysPages. Komodo reference §1.6: the two calls without an error. */
import { MAGIC, OS_CALL } from "../abi.ts";
import { type CallRow, type OsCall, replyToOs } from "../call.ts";
import { pageCount } from "../state.ts";

/** "R0 = magic (not an error code), R1 = 0". */
export const query: CallRow<OsCall> = {
  nr: OS_CALL.QUERY,
  name: "Query",
  args: [],
  checks: [],
  effect: (call) => replyToOs(call, BigInt(MAGIC)),
};

export const getPhysPages: CallRow<OsCall> = {
  nr: OS_CALL.GET_PHYS_PAGES,
  name: "GetPhysPages",
  args: [],
  checks: [],
  effect: (call) => replyToOs(call, 0n, BigInt(pageCount(call.state.config))),
};
