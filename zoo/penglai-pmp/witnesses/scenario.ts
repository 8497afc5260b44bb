/** What a defect of the zoo does, as something to look for. */
import { PAGE_SIZE } from "../../../core/units.ts";
import * as at from "../host.ts";
import { FID, type Options, PmpHost } from "../host.ts";

/** Plays the mistake against a monitor. @returns whether it was made */
export type Scenario = (options: Options) => boolean;

/** A scenario on a host with one region. */
export const ready =
  (play: (host: PmpHost) => boolean): Scenario =>
  (options) =>
    play(PmpHost.ready(options));

/** Whether an invariant of the personality is broken now. */
export const isBroken = (host: PmpHost): boolean => host.monitor.violation() !== undefined;

export const OTHER_PROCESS = (8n << 60n) | BigInt(at.KERNEL / PAGE_SIZE);

/** Whether CREATE takes an image that somebody made wrong. */
export const accepts = (spoil: (host: PmpHost, block: at.Block) => void): Scenario =>
  ready((host) => {
    const block = host.alloc(64 * 1024);
    host.build(block);
    const param = host.param(block);
    spoil(host, block);
    return host.call(FID.CREATE, param, 0) === 0n && isBroken(host);
  });

/** A running enclave whose secret is in a temporary register and a floating-point register. */
export const SECRET = 0x5ec7e75ec7e7n;
export function startWithSecret(host: PmpHost): number {
  const { eid } = host.start();
  host.platform.x[6] = SECRET;
  return eid;
}
