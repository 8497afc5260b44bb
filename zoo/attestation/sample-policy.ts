/** The policy that accepts the sample evidence and little else. */
import type { Policy } from "../../attest/verify.ts";
import { attestKey, measurement, monitor, nonce } from "./sample-evidence.ts";

export const policy: Policy = {
  acceptSimulated: true,
  algorithms: ["hmac-sha256", "aes-cmac"],
  monitors: [monitor.measurement],
  minSecurityVersion: 5,
  acceptDebug: false,
  measurements: [measurement],
  data: nonce,
  attestKey,
};
