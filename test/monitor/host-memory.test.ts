/** The machine under the monitor has host memory for some pages only, and a call needs more. */
import { describe, expect, test } from "vitest";
import { PAGE_SIZE, pageNoOf } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const HOST_MEMORY_CAUSE = 26n;

/** From now on no page can be backed that is not. */
const exhaust = (host: TestHost): void => {
  host.platform.frames = host.platform.framesInUse;
};

/** Everything the host can see of its memory. */
const image = (host: TestHost): string =>
  host.platform
    .backedPages(pageNoOf(at.KERNEL), pageNoOf(at.RAM_END))
    .map(
      (page) =>
        `${page} ${Buffer.from(host.platform.readBytes((page * PAGE_SIZE) as never, PAGE_SIZE)).toString("base64")}`,
    )
    .join("\n");

describe("host memory that is used up", () => {
  test.each(["CREATE_ENCLAVE", "RUN_SHADOW"] as const)("refuses %s as a whole", (name) => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const created = host.buildImage([CODE, DATA]);
    const args =
      name === "CREATE_ENCLAVE"
        ? [host.createParam(created)]
        : [shadow.eid, host.forkParam(host.allocate(40), 40 * PAGE_SIZE)];
    exhaust(host);
    const [before, state] = [image(host), host.monitor.state];
    expect(host.refusal(FID[name], ...args)).toBe("HOST_MEMORY");
    expect(image(host)).toBe(before);
    expect(host.monitor.state).toBe(state);
    host.platform.frames = Number.POSITIVE_INFINITY;
    host.must(FID[name], ...args);
  });

  test("refuses a grant, and the enclave waits for another answer", () => {
    const host = TestHost.booted();
    const { eid } = host.create();
    host.run(eid);
    host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0, PAGE_SIZE);
    const block = host.allocate(2);
    exhaust(host);
    expect(host.refusal(FID.RESUME, eid, 2, 1, block, 2 * PAGE_SIZE)).toBe("HOST_MEMORY");
    expect(host.monitor.owner(block)).toBe("public");
    host.must(FID.RESUME, eid, 2, 1, 0, 0);
    expect(host.world).toEqual({ kind: "enclave", eid });
  });

  test("ends the enclave whose call or store needs it, and that gives memory back", () => {
    for (const fault of [
      (host: TestHost) => host.enclaveCall(ENCLAVE_FID.GET_REPORT, 0, DATA.va, 1),
      (host: TestHost) => host.trap(HOST_MEMORY_CAUSE, 0x8060_0000n, 0),
    ]) {
      const host = TestHost.booted();
      const { eid, region } = host.create([CODE, { ...DATA, fill: 0 }]);
      host.run(eid);
      host.platform.zero(host.access(DATA.va, "write") as never, PAGE_SIZE);
      exhaust(host);
      fault(host);
      expect(host.world.kind).toBe("host");
      expect(host.result()).toBe(-1n);
      expect(host.monitor.lastDenial?.guard).toBe("HOST_MEMORY");
      expect(host.monitor.owner(region)).toBe("public");
      expect(host.platform.framesInUse).toBeLessThan(host.platform.frames);
    }
  });
});
