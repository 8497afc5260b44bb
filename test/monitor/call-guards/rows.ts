/** Every call of penglai-tvm with every guard that it can end at, and an input for each. */
import type { GuardName } from "../../../monitor/penglai-tvm/guards.ts";
import { CREATION } from "./creation.ts";
import { ENCLAVE_CALLS } from "./enclave-calls.ts";
import { HOST_CALLS } from "./host-calls.ts";
import type { Play } from "./row.ts";
import { SERVERS } from "./servers.ts";

const ROWS = [HOST_CALLS, CREATION, ENCLAVE_CALLS, SERVERS].flatMap((rows) => Object.entries(rows));

/** Call, guard, input. */
export const PAIRS = ROWS.flatMap(([call, guards]) =>
  (Object.entries(guards) as [GuardName, Play][]).map(([guard, play]) => [call, guard, play] as const),
);
