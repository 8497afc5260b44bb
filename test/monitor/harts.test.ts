/** Several harts under one monitor: Penglai reference §2.2 ("broadcast by IPI with a sync"), §6.9, §6.10. */
import { describe, expect, test } from "vitest";
import { MCOUNTEREN, MEDELEG, MSTATUS, PMPADDR0, PMPCFG0 } from "../../assembly/csr.gen.ts";
import { PAGE_SIZE, pa, pageNoOf } from "../../core/units.ts";
import { integrityFailure } from "../../monitor/penglai-tvm/integrity.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";
import { callServer, checkInvariants, createServer, returnFrom } from "../../zoo/penglai-tvm/parties.ts";

const MSTATUS_TVM = 1n << 20n;
const [TIMER, STOP] = [0, 1];

/** Two harts; an enclave runs on hart 1. */
function hostWithRunner(): { host: TestHost; eid: number; region: number } {
  const host = TestHost.booted({}, 2);
  const { eid, region } = host.create();
  host.on(1, () => host.run(eid));
  return { host, eid, region };
}

const statusOf = (host: TestHost, eid: number): string | undefined => host.monitor.state.enclaves.get(eid)?.status;

describe("what the monitor sets holds on every hart", () => {
  test("PMP, delegation, counters and TVM", () => {
    const host = TestHost.booted({}, 8);
    const settings = host.platform.harts.map((hart) =>
      hart.select(() =>
        [PMPCFG0, PMPADDR0, PMPADDR0 + 1, PMPADDR0 + 2, PMPADDR0 + 7, MEDELEG, MCOUNTEREN].map((csr) =>
          host.platform.readCsr(csr),
        ),
      ),
    );
    for (const own of settings) expect(own).toEqual(settings[0]);
    expect(settings[0]![0]! & 0xff00n).not.toBe(0n);
    for (const hart of host.platform.harts)
      expect(hart.select(() => host.platform.readCsr(MSTATUS)) & MSTATUS_TVM).toBe(MSTATUS_TVM);
  });

  test("the registers of the Guarded Page Table", () => {
    const host = TestHost.booted({ gpt: "paper" }, 2);
    expect(host.on(1, () => host.platform.gpt)).toMatchObject({ mode: "paper", hptBase: at.PT_AREA });
  });

  test("a world switch concerns one hart", () => {
    const { host, eid } = hostWithRunner();
    expect(host.monitor.worldOf(0)).toEqual({ kind: "host" });
    expect(host.monitor.worldOf(1)).toEqual({ kind: "enclave", eid });
    expect(host.platform.privilege).toBe(1);
    expect(host.on(1, () => host.platform.privilege)).toBe(0);
  });
});

describe("an enclave that runs on another hart", () => {
  test("is not entered a second time", () => {
    const { host, eid } = hostWithRunner();
    expect(host.refusal(FID.RUN, eid, host.runParam())).toBe("WRONG_STATE");
    expect(host.refusal(FID.RESUME, eid, TIMER)).toBe("WRONG_STATE");
    expect(host.refusal(FID.ATTEST, eid, at.REPORT, 1)).toBe("WRONG_STATE");
  });

  test("stop: 0 for the caller, 1 for the runner's host, and it goes on where it was", () => {
    const { host, eid } = hostWithRunner();
    host.on(1, () => {
      host.platform.pc = 0x1234n;
      host.platform.x[5] = 55n;
    });
    expect(host.call(FID.STOP, eid)).toBe(0n);
    expect(statusOf(host, eid)).toBe("stopped");
    host.on(1, () => {
      expect(host.world).toEqual({ kind: "host" });
      expect(host.platform.privilege).toBe(1);
      expect(host.result()).toBe(1n);
      expect(host.platform.x[5]).not.toBe(55n);
    });
    expect(host.call(FID.RESUME, eid, TIMER)).toBe(1n);
    host.must(FID.RESUME, eid, STOP);
    host.must(FID.RESUME, eid, TIMER);
    expect(host.platform.pc).toBe(0x1234n);
    expect(host.platform.x[5]).toBe(55n);
  });

  test("destroy: 0 for both, and its memory is public before the call returns", () => {
    const { host, eid, region } = hostWithRunner();
    host.on(1, () => host.platform.write64(pa(region + 5 * PAGE_SIZE), 0x5ec4e7n));
    expect(host.call(FID.DESTROY, eid)).toBe(0n);
    expect(statusOf(host, eid)).toBeUndefined();
    expect(host.monitor.owner(pa(region))).toBe("public");
    expect(host.platform.readBytes(pa(region), 32 * PAGE_SIZE).every((byte) => byte === 0)).toBe(true);
    host.on(1, () => {
      expect(host.world).toEqual({ kind: "host" });
      expect(host.result()).toBe(0n);
    });
    expect(host.refusal(FID.DESTROY, eid)).toBe("NO_SUCH_ENCLAVE");
  });

  test("both traps are told, each with its hart", () => {
    const records: [number, string | undefined][] = [];
    const host = TestHost.booted({ observe: ({ hartId, name }) => records.push([hartId, name]) }, 2);
    const { eid } = host.create();
    host.on(1, () => host.run(eid));
    records.length = 0;
    host.must(FID.STOP, eid);
    expect(records).toEqual([
      [0, "STOP"],
      [1, undefined],
    ]);
  });

  test("of another process is neither stopped nor destroyed", () => {
    const { host, eid } = hostWithRunner();
    host.must(FID.SET_PTE, 1, at.SPARE_ROOT + 16, at.pte(at.PMD_BASE, at.V));
    host.writeSatp(at.satp(at.SPARE_ROOT));
    expect(host.refusal(FID.STOP, eid)).toBe("NOT_OWNER");
    expect(host.refusal(FID.DESTROY, eid)).toBe("NOT_OWNER");
    expect(host.monitor.worldOf(1)).toEqual({ kind: "enclave", eid });
  });

  test("migrates: what it had on one hart it has on the next", () => {
    const { host, eid } = hostWithRunner();
    host.on(1, () => {
      host.platform.x[9] = 99n;
      host.enclaveCall(ENCLAVE_FID.YIELD);
      expect(host.platform.x[9]).toBe(0n);
    });
    host.must(FID.RESUME, eid, TIMER);
    expect(host.platform.x[9]).toBe(99n);
    expect(host.monitor.worldOf(0)).toEqual({ kind: "enclave", eid });
    expect(host.monitor.worldOf(1)).toEqual({ kind: "host" });
  });
});

describe("a chain of calls on another hart", () => {
  /** Two harts; a server that an enclave called runs on hart 1. */
  function hostWithCall(): { host: TestHost; eid: number; server: number } {
    const host = TestHost.booted({}, 2);
    const server = createServer(host, "files");
    const { eid } = host.create();
    host.on(1, () => {
      host.run(eid);
      callServer(host, server);
    });
    return { host, eid, server };
  }

  test("is stopped by its top, and goes on in the server", () => {
    const { host, eid, server } = hostWithCall();
    host.on(1, () => {
      host.platform.x[9] = 99n;
    });
    expect(host.call(FID.STOP, eid)).toBe(0n);
    expect([statusOf(host, eid), statusOf(host, server)]).toEqual(["runnable", "stopped"]);
    expect(host.on(1, () => host.result())).toBe(1n);
    host.must(FID.RESUME, eid, STOP);
    host.must(FID.RESUME, eid, TIMER);
    expect(host.monitor.worldOf(0)).toEqual({ kind: "enclave", eid: server });
    expect(host.platform.x[9]).toBe(99n);
    checkInvariants(host);
  });

  test("is destroyed by its top: all of it ends", () => {
    const { host, eid, server } = hostWithCall();
    expect(host.call(FID.DESTROY, eid)).toBe(0n);
    expect([statusOf(host, eid), statusOf(host, server)]).toEqual([undefined, undefined]);
    expect(host.on(1, () => host.result())).toBe(0n);
    checkInvariants(host);
  });

  test("keeps its server busy for enclaves of this one", () => {
    const { host, server } = hostWithCall();
    host.run(host.create().eid);
    expect(callServer(host, server)).toBe(-2n);
    host.on(1, () => returnFrom(host));
    expect(callServer(host, server)).toBe(0n);
    expect(host.monitor.worldOf(0)).toEqual({ kind: "enclave", eid: server });
    checkInvariants(host);
  });

  test("a server in it is not destroyed", () => {
    const { host, server } = hostWithCall();
    expect(host.refusal(FID.DESTROY_SERVER, server)).toBe("SERVER_IN_CALL");
  });
});

describe("memory that becomes secure", () => {
  test("is shot down on every hart", () => {
    const host = TestHost.booted({}, 2);
    const image = host.buildImage([at.CODE]);
    host.platform.journal.length = 0;
    host.must(FID.CREATE_ENCLAVE, host.createParam(image));
    expect(host.platform.journal).toContain("shootdown");
  });
});

test("whoever owns memory that a call on another hart finds changed is ordered to end, and the call gives -1", () => {
  const { host, eid, region } = hostWithRunner();
  const { state } = host.monitor;
  const hart = { ...state.running[1]!.host, pc: 0x8020_0000n };
  const entry = { hartId: 0, cause: 9n, tval: 0n, hart };
  const outcome = integrityFailure(state, entry, host.platform, pageNoOf(pa(region + PAGE_SIZE)));
  expect([outcome.value, outcome.denial?.guard]).toEqual([-1n, "INTEGRITY"]);
  expect(outcome.effects).toEqual([{ kind: "interrupt", hartId: 1 }]);
  // the record stays until the runner's hart has obeyed
  expect(outcome.state.running[1]).toMatchObject({ eid, order: "destroy" });
  expect(outcome.state.enclaves.get(eid)?.status).toBe("running");
});
