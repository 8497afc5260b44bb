/** Whether the machine makes one of the mistakes of defect.ts. */
import { DEFECTS } from "./layout.ts";

/** @param bit of defect.ts */
export function isDefective(bit: u32): bool {
  return ((load<u32>(DEFECTS) >>> bit) & 1) != 0;
}
