/** The race that Penglai-PMP is published with: an EXIT that meets a STOP of another hart. Penglai reference §10 B29. */
import { describe, expect, test } from "vitest";
import type { DefectId } from "../../../monitor/penglai-pmp/defects.ts";
import { explore } from "../../../ni/schedules/explore.ts";
import { monitorScene, type Operation } from "../../../ni/schedules/monitor-scene.ts";
import { PureHarts } from "../../../ni/schedules/pure-harts.ts";
import { ENCLAVE_FID, FID, PmpHost } from "../../../zoo/penglai-pmp/host.ts";

/** A kernel that stops what the other one runs, and that is about to exit. */
function stopAndExit(defects: readonly DefectId[]) {
  const host = PmpHost.ready({ defects });
  const { eid } = host.create();
  const call = (name: "RUN" | "STOP"): Operation => ({
    name,
    by: "host",
    does: { 17: 0x100100n, 16: BigInt(FID[name]), 10: BigInt(eid) },
  });
  const exit: Operation = {
    name: "EXIT",
    by: "enclave",
    does: { 17: 0x100101n, 16: BigInt(ENCLAVE_FID.EXIT), 10: 0n },
  };
  const { personality, state } = host.monitor;
  const check = (now: typeof state, isEnd: boolean): string | undefined =>
    isEnd && personality.worldOf(now, 1).kind === "enclave" ? "EXIT returned to the enclave" : undefined;
  const scripts = [[call("STOP")], [call("RUN"), exit]];
  return monitorScene({ personality, state, machine: PureHarts.of(host.platform), scripts, check });
}

describe("STOP and EXIT on two harts", () => {
  test("B29: the state changes at once", () => {
    const { finding } = explore(stopAndExit(["B29"]));
    expect(finding).toMatchObject({ preemptions: 1 });
    expect(["10", "101"]).toContain(finding!.schedule);
  });

  test("hold in every order without it", () => {
    expect(explore(stopAndExit([]))).toMatchObject({ isComplete: true, finding: undefined });
  });
});
