/** How a routine tells the interpreter, and `run` the host, what came in between: the exit record. */
import { EXIT_CAUSE, EXIT_OUT, EXIT_STOP, EXIT_TVAL, EXIT_VALUE } from "./layout.ts";
import { OUT_STOP, OUT_TRAP } from "./stop.ts";

/** Records a trap. Returns 0, which stands for "no host address". */
export function raise(cause: u32, tval: i64): u32 {
  store<u64>(EXIT_CAUSE, cause);
  store<i64>(EXIT_TVAL, tval);
  store<u32>(EXIT_OUT, OUT_TRAP);
  return 0;
}

/** Records a stop that lets the instruction be executed again. Returns 0. */
export function halt(stop: u32, value: u32): u32 {
  leaveWith(stop, value);
  store<u32>(EXIT_OUT, OUT_STOP);
  return 0;
}

/** Records a stop for after the instruction, which the caller ends with OUT_LEAVE. */
export function leaveWith(stop: u32, value: u64): void {
  store<u32>(EXIT_STOP, stop);
  store<u64>(EXIT_VALUE, value);
}
