/**
 * One attack for each defence: refused with everything on, successful when that defence alone is off. A defence without
 * such a pair is not known to do anything.
 */
import { describe, expect, test } from "vitest";
import { FCSR, MSTATUS, SATP } from "../../assembly/csr.gen.ts";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import { ALL_DEFENCES, type Defences } from "../../monitor/penglai-tvm/defences.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const SECRET = 0x5ec7e7n;
type Attack = (options: ConstructorParameters<typeof TestHost>[0]) => boolean;

/** An enclave with a secret in its data page, and the page. */
function victim(host: TestHost): { eid: number; page: number } {
  const { eid } = host.create([DATA, CODE]);
  host.run(eid);
  const page = host.access(DATA.va, "write") as number;
  host.platform.write64(pa(page), SECRET);
  host.enclaveCall(ENCLAVE_FID.YIELD);
  return { eid, page };
}

/** Whether S-mode can read the secret at an address now. */
const reads = (host: TestHost, va: number): boolean => {
  const found = host.access(va, "read");
  return typeof found === "number" && host.platform.read64(found) === SECRET;
};

const ATTACKS: Readonly<Record<keyof Defences, Attack>> = {
  pmpOnPageTableArea: (options) => {
    const host = TestHost.booted(options);
    const { page } = victim(host);
    host.store(host.entryOf(at.KBUFFER), at.pte(page, at.V | at.R | at.W));
    return reads(host, at.KBUFFER);
  },
  ownershipCheck: (options) => {
    const host = TestHost.booted(options);
    const { page } = victim(host);
    host.call(FID.SET_PTE, 1, host.entryOf(at.KBUFFER), at.pte(page, at.V | at.R | at.W));
    return reads(host, at.KBUFFER);
  },
  // A table of one 1 GiB leaf, forged in memory of the host's: only the walker stands against them in mode paper.
  walkerCheck: (options) => {
    const host = TestHost.booted({ ...options, gpt: "paper" });
    const { page } = victim(host);
    const forged = host.allocate(1);
    host.platform.write64(pa(forged), at.pte(at.MONITOR, at.V | at.R | at.W));
    host.writeSatp(at.satp(forged));
    return reads(host, page - at.MONITOR);
  },
  // Without the trap a write of satp goes to the hart.
  satpTrap: (options) => {
    const host = TestHost.booted(options);
    const { page } = victim(host);
    const traps = (host.platform.readCsr(MSTATUS) & (1n << 20n)) !== 0n;
    if (traps) host.writeSatp(0n);
    else host.platform.writeCsr(SATP, 0n);
    return reads(host, page);
  },
  clearRegistersOnSwitch: (options) => {
    const host = TestHost.booted(options);
    const { eid } = host.create();
    host.run(eid);
    host.platform.x[28] = SECRET;
    host.platform.f[9] = SECRET;
    host.platform.writeCsr(FCSR, 0x15n);
    host.timer();
    const seen = [
      host.platform.x.includes(SECRET),
      host.platform.f.includes(SECRET),
      host.platform.readCsr(FCSR) === 0x15n,
    ];
    // each kind of register is a leak of its own
    expect(new Set(seen).size).toBe(1);
    return seen[0]!;
  },
  // The same bytes with other permissions pass for the same enclave.
  measurePermissions: (options) => {
    const reports = [at.R | at.X, at.R | at.W | at.X].map((permissions) => {
      const host = TestHost.booted(options);
      const { eid } = host.create([{ ...CODE, permissions }]);
      return host.monitor.state.enclaves.get(eid)!.measurement.toString();
    });
    return reports[0] === reports[1];
  },
  wipeOnFree: (options) => {
    const host = TestHost.booted(options);
    const { eid, page } = victim(host);
    host.must(FID.DESTROY, eid);
    return reads(host, page);
  },
  // The enclave believes in three pages and the host gave one.
  ocallCheck: (options) => {
    const host = TestHost.booted(options);
    const { eid } = host.create();
    host.run(eid);
    host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0, 3 * PAGE_SIZE);
    return host.call(FID.RESUME, eid, 2, 1, host.allocate(2), 2 * PAGE_SIZE) === 0n;
  },
  // The host finds the enclave's lines still in the cache.
  flushLockedLines: (options) => {
    const host = TestHost.booted(options);
    host.run(host.create().eid);
    host.enclaveCall(ENCLAVE_FID.OCALL, 2004, DATA.va, 64);
    host.timer();
    return host.platform.journal.findLast((entry) => entry.includes("lock"))!.startsWith("lock");
  },
};

describe.each(Object.keys(ALL_DEFENCES) as (keyof Defences)[])("%s", (defence) => {
  test("stops an attack", () => {
    expect(ATTACKS[defence]({})).toBe(false);
  });

  test("off, the attack succeeds", () => {
    expect(ATTACKS[defence]({ defences: { [defence]: false } })).toBe(true);
  });
});

test("a monitor with a defence off is another monitor: other identity, other keys", () => {
  const [on, off] = [new TestHost(), new TestHost({ defences: { wipeOnFree: false } })];
  expect(on.monitor.device!.identity).not.toEqual(off.monitor.device!.identity);
  expect(on.monitor.device!.keys.seal).not.toEqual(off.monitor.device!.keys.seal);
});
