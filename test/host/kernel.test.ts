import { describe, expect, it } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { Harts } from "../../host/harts.ts";
import { Kernel } from "../../host/kernel.ts";
import { layOut, ptAreaOrders } from "../../host/kernel-layout.ts";
import { FakeMachine } from "./fakes/fake-machine.ts";
import { FakeMonitor } from "./fakes/fake-monitor.ts";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

function boot(ramSize: number) {
  const machine = new FakeMachine(ramSize);
  const monitor = new FakeMonitor(machine);
  return { machine, monitor, kernel: new Kernel(new Harts(machine, monitor)) };
}

describe("kernel layout", () => {
  it("follows the 1 GB example of the reference", () => {
    // "1 GB => order 12 = 16 MB pt_area: 1 MB PGD + 4 MB PMD + 11 MB PTE = 2,816 PTE pages"
    const { ptArea, mbitmapByteLen } = layOut(new FakeMachine(GiB));
    expect(ptArea.byteLen).toBe(16 * MiB);
    expect(ptArea.pmdBase - ptArea.base).toBe(MiB);
    expect(ptArea.pteBase - ptArea.pmdBase).toBe(4 * MiB);
    expect((ptArea.end - ptArea.pteBase) / PAGE_SIZE).toBe(2816);
    expect(mbitmapByteLen).toBe(2 * MiB);
  });

  it.each([16 * MiB, 64 * MiB, 100 * MiB, GiB, 3 * GiB, 512 * GiB])(
    "is NAPOT and free of overlap for %d bytes",
    (ram) => {
      const { ptArea, mbitmap, mbitmapByteLen, ramBase, ramEnd } = layOut(new FakeMachine(ram));
      const areas = [
        { from: ramBase, to: ramBase + 2 * MiB },
        { from: ptArea.base, to: ptArea.end },
        { from: mbitmap, to: mbitmap + mbitmapByteLen },
      ].sort((a, b) => a.from - b.from);
      for (const { from, to } of areas) {
        expect(Number.isInteger(Math.log2(to - from))).toBe(true);
        expect(from % (to - from)).toBe(0);
        expect(to).toBeLessThanOrEqual(ramEnd);
      }
      expect(areas[0]!.to <= areas[1]!.from && areas[1]!.to <= areas[2]!.from).toBe(true);
      // Every 2 MiB block can be split.
      expect((ptArea.end - ptArea.pteBase) / PAGE_SIZE).toBeGreaterThanOrEqual(ram / (2 * MiB));
      expect(mbitmapByteLen).toBeGreaterThanOrEqual((ram / PAGE_SIZE) * 4);
    },
  );

  it("keeps the proportions on small machines", () => {
    expect(ptAreaOrders(4096)).toEqual({ total: 6, pgd: 2, pmd: 4 });
  });

  it.each([8 * MiB, 1024 * GiB])("refuses %d bytes of RAM", (ram) => {
    expect(() => layOut(new FakeMachine(ram))).toThrow(UserError);
  });
});

describe("kernel", () => {
  it("boots in the order of the reference", () => {
    const { monitor, kernel } = boot(GiB);
    expect(monitor.calls.map((call) => call.name)).toEqual(["SM_INIT", "PT_AREA_SEPARATION"]);
    const { ptArea, mbitmap, mbitmapByteLen } = kernel.layout;
    expect(monitor.calls[0]!.args.slice(0, 4)).toEqual(
      [ptArea.base, ptArea.byteLen, mbitmap, mbitmapByteLen].map(BigInt),
    );
    expect(monitor.calls[1]!.args.slice(0, 2)).toEqual([8n, 10n]);
  });

  it("turns a refused boot call into the user's error, with the monitor's reason", () => {
    const machine = new FakeMachine(GiB);
    const monitor = new FakeMonitor(machine);
    monitor.answers.SM_INIT = () => -1n;
    monitor.lastDenial = { guard: "NOT_NAPOT", explanation: "not a power of two" };
    expect(() => new Kernel(new Harts(machine, monitor))).toThrow(/SM_INIT.*not a power of two/);
  });

  it.each([16 * MiB, GiB, 3 * GiB])("maps RAM linearly, without monitor and mbitmap (%d bytes)", (ram) => {
    const { machine, kernel } = boot(ram);
    const { ramBase, ramEnd, mbitmap } = kernel.layout;
    for (const at of [ramBase + 2 * MiB, ramEnd - PAGE_SIZE, ramBase + 5 * MiB + 4096]) {
      if (at >= mbitmap && at < mbitmap + 2 * MiB) continue;
      expect(kernel.load(pa(at), 8).ok).toBe(true);
      expect(machine.translate(kernel.vaOf(pa(at)))).toBe(at);
    }
    expect(kernel.load(ramBase, 8)).toMatchObject({ ok: false, cause: 13n });
    expect(kernel.store(mbitmap, Uint8Array.of(1))).toMatchObject({ ok: false, cause: 15n });
  });

  it("reaches both ends of 512 GiB with a handful of tables", () => {
    const { machine, monitor, kernel } = boot(512 * GiB);
    const { ramBase, ramEnd } = kernel.layout;
    const far = [pa(ramBase + 300 * GiB), pa(ramEnd - 8)];
    for (const at of far) {
      expect(kernel.store(at, Uint8Array.of(1, 2, 3)).ok).toBe(true);
      expect(machine.readBytes(at, 3)).toEqual(Uint8Array.of(1, 2, 3));
    }
    // Two gigabytes were added, each by one whole table and one entry.
    expect(monitor.called("SET_PTE")).toHaveLength(4);
    expect(machine.memory.size).toBeLessThan(10);
  });

  it("crosses pages, and reports the trap of the first that faults", () => {
    const { machine, kernel } = boot(64 * MiB);
    const at = kernel.pages(2);
    const bytes = Uint8Array.from({ length: 6000 }, (_, i) => i);
    expect(kernel.store(pa(at + 100), bytes)).toEqual({ ok: true });
    expect(kernel.load(pa(at + 100), 6000)).toEqual({ ok: true, bytes });
    machine.readOnly = { from: at + PAGE_SIZE, to: at + 2 * PAGE_SIZE };
    expect(kernel.store(pa(at + PAGE_SIZE - 2), Uint8Array.of(7, 7, 7))).toEqual({
      ok: false,
      cause: 7n,
      tval: kernel.vaOf(pa(at + PAGE_SIZE)),
    });
  });

  it("splits only the leaves that a secure range covers in part", () => {
    const { machine, monitor, kernel } = boot(GiB);
    const whole = kernel.pages(512);
    kernel.prepareSecure(whole, 2 * MiB);
    expect(monitor.called("MAP_PTE")).toEqual([]);
    const part = kernel.pages(16);
    kernel.prepareSecure(part, 16 * PAGE_SIZE);
    kernel.prepareSecure(part, 16 * PAGE_SIZE);
    expect(monitor.called("MAP_PTE")).toHaveLength(1);
    const inBlock = pa(part - (part % (2 * MiB)) + 17 * PAGE_SIZE);
    expect(machine.translate(kernel.vaOf(inBlock))).toBe(inBlock);
  });

  it("hands out zeroed pages after somebody wrote to them", () => {
    const { machine, kernel } = boot(64 * MiB);
    const at = kernel.pages(1);
    machine.writeBytes(at, Uint8Array.of(1)); // an enclave wrote to a shared page
    kernel.freePages(at, 1);
    let again = kernel.pages(1);
    while (again !== at) again = kernel.pages(1);
    expect(machine.readBytes(at, 1)).toEqual(Uint8Array.of(0));
  });

  it("says what to do when memory runs out", () => {
    const { kernel } = boot(16 * MiB);
    expect(() => kernel.pages(2 ** 14)).toThrow(UserError);
  });
});
