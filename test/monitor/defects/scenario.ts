/** What a defect of the zoo does, as something to look for. */
import type { PenglaiTvmOptions } from "../../../monitor/penglai-tvm.ts";
import * as at from "../host.ts";
import { TestHost } from "../host.ts";

/** Plays the mistake against a monitor. @returns whether it was made */
export type Scenario = (options: PenglaiTvmOptions) => boolean;

/** A scenario on a host whose memory is separated. */
export const booted =
  (play: (host: TestHost) => boolean): Scenario =>
  (options) =>
    play(TestHost.booted(options));

/** A satp that is legal and no enclave's owner's: the second page of the PGD sub-area. */
export const OTHER_SATP = at.satp(at.SPARE_ROOT);
export const LEAF = at.V | at.R | at.W;
