/**
 * Sequences of calls that a hostile host and hostile enclaves may make, good ones and bad ones mixed, and what holds after
 * every one of them: the invariants of monitor/penglai-tvm/invariants.ts.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import type { CallRecord } from "../../monitor/kernel/personal-monitor.ts";
import type { PenglaiTvmOptions } from "../../monitor/penglai-tvm.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const SLOTS = 6;
const SLOT_PAGES = 40;
const slotAt = (slot: number): number => at.POOL + slot * SLOT_PAGES * PAGE_SIZE;

type Command = (host: TestHost) => void;

/** Builds an image in a slot, unless the slot is not the host's. */
function build(host: TestHost, slot: number): { region: number; size: number; freeMem: number } {
  host.pool = slotAt(slot);
  const size = SLOT_PAGES * PAGE_SIZE;
  if (host.monitor.owner(pa(slotAt(slot))) !== "public" || host.world.kind !== "host")
    return { region: slotAt(slot), size, freeMem: slotAt(slot) + 10 * PAGE_SIZE };
  host.platform.zero(pa(slotAt(slot)), size);
  return host.buildImage([CODE, DATA], SLOT_PAGES);
}

const slot = fc.nat(SLOTS - 1);
const eid = fc.nat(8);
const anyAddress = fc.oneof(
  slot.map(slotAt),
  fc.nat(SLOTS * SLOT_PAGES).map((page) => at.POOL + page * PAGE_SIZE),
  fc.constantFrom(
    0,
    at.MONITOR,
    at.PT_AREA,
    at.PMD_BASE,
    at.PTE_BASE,
    at.MBITMAP,
    at.HUGE_POOL,
    at.RAM_END,
    at.KBUFFER,
  ),
);
const anyEntry = fc.tuple(
  anyAddress,
  fc.constantFrom(0n, at.V, at.V | at.R | at.W, at.R | at.W, 0xfn, 0x8000_0000_0000_0007n),
);
const hostOnly =
  (run: (host: TestHost) => void): Command =>
  (host) =>
    host.world.kind === "host" && run(host);
const enclaveOnly =
  (run: (host: TestHost) => void): Command =>
  (host) =>
    host.world.kind === "enclave" && run(host);

const command: fc.Arbitrary<Command> = fc.oneof(
  slot.map((s) => hostOnly((host) => host.call(FID.CREATE_ENCLAVE, host.createParam(build(host, s))))),
  slot.map((s) => hostOnly((host) => host.call(FID.CREATE_SHADOW, host.createParam(build(host, s))))),
  fc
    .tuple(eid, slot)
    .map(([e, s]) =>
      hostOnly((host) => host.call(FID.RUN_SHADOW, e, host.forkParam(slotAt(s), SLOT_PAGES * PAGE_SIZE))),
    ),
  eid.map((e) => hostOnly((host) => host.call(FID.RUN, e, host.runParam()))),
  fc
    .tuple(eid, fc.nat(2), fc.nat(4), anyAddress, fc.nat(6))
    .map(([e, from, id, address, pages]) =>
      hostOnly((host) => host.call(FID.RESUME, e, from, id, address, pages * PAGE_SIZE)),
    ),
  fc
    .tuple(fc.constantFrom(FID.STOP, FID.DESTROY, FID.DESTROY_SHADOW, FID.ATTEST), eid, anyAddress)
    .map(([fid, e, address]) => hostOnly((host) => host.call(fid, e, address))),
  fc
    .tuple(anyAddress, fc.nat(3))
    .map(([address, pages]) => hostOnly((host) => host.call(FID.MEMORY_EXTEND, address, pages * PAGE_SIZE))),
  fc
    .tuple(fc.nat(255 * 512), anyEntry)
    .map(([index, [address, flags]]) =>
      hostOnly((host) => host.call(FID.SET_PTE, 1, at.PT_AREA + index * 8, at.pte(address, flags))),
    ),
  fc
    .tuple(slot, anyEntry)
    .map(([s, [address, flags]]) =>
      hostOnly((host) => host.call(FID.SET_PTE, 1, host.entryOf(slotAt(s)), at.pte(address, flags))),
    ),
  fc
    .tuple(anyAddress, fc.nat(255))
    .map(([address, page]) =>
      hostOnly((host) =>
        host.call(FID.MAP_PTE, at.PMD_BASE + ((address >> 21) & 511) * 8, at.PT_AREA + page * PAGE_SIZE),
      ),
    ),
  fc
    .constantFrom(ENCLAVE_FID.YIELD, ENCLAVE_FID.EXIT, 97)
    .map((fid) => enclaveOnly((host) => host.enclaveCall(fid, 7))),
  fc.constant(enclaveOnly((host) => host.timer())),
  fc
    .tuple(
      fc.constantFrom(1, 2, 3, 4, 8, 2004, 2005),
      fc.constantFrom(0n, DATA.va, 4096n, -4096n, 0x2f_ffff_f000n),
      fc.nat(3),
    )
    .map(([id, a, pages]) => enclaveOnly((host) => host.enclaveCall(ENCLAVE_FID.OCALL, id, a, pages * PAGE_SIZE))),
);

/** A refused call may have changed memory all the same: the last check of a sequence is for that. */
function checkInvariants(host: TestHost): void {
  const violation = host.monitor.violation();
  if (violation !== undefined) throw new Error(`invariant broken: ${violation}`);
}

/** Plays sequences against a monitor. @returns how many calls it accepted */
function play(options: PenglaiTvmOptions, seed?: number): number {
  let accepted = 0;
  const property = fc.property(fc.array(command, { minLength: 20, maxLength: 60 }), (commands) => {
    const calls: string[] = [];
    const observe = ({ name, args, value, denial, caller }: CallRecord): void => {
      calls.push(`${caller.kind} ${name} ${args.map((arg) => `0x${arg.toString(16)}`).join(" ")} = ${value}`);
      if (value !== undefined && denial === undefined) accepted++;
    };
    const host = TestHost.booted({ ...options, observe });
    accepted -= calls.splice(0).length;
    try {
      for (const run of commands) {
        const before = host.monitor.state;
        run(host);
        if (host.monitor.state !== before) checkInvariants(host);
      }
      checkInvariants(host);
    } catch (error) {
      throw new Error(`${error} after\n${calls.join("\n")}`);
    }
  });
  fc.assert(property, { numRuns: 60, includeErrorInReport: true, ...(seed === undefined ? {} : { seed }) });
  return accepted;
}

test("invariants hold after every call", () => {
  // The generator reaches past the guards: calls that do something, not just refusals.
  expect(play({})).toBeGreaterThan(200);
});

test("the invariants notice a monitor that does not check ownership", () => {
  expect(() => play({ defences: { ownershipCheck: false } }, 1)).toThrow("a host entry maps");
});

test("no registers, cause or address make the monitor throw", () => {
  const word = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 0x100100n, 0x100101n),
    anyAddress.map(BigInt),
    fc.bigInt({ min: 79n, max: 101n }),
  );
  const cause = fc.oneof(fc.constantFrom(2n, 8n, 9n, 13n, 24n, 25n, (1n << 63n) | 7n), word);
  const trap = fc.record({
    cause,
    tval: word,
    epc: word,
    isUser: fc.boolean(),
    x: fc.array(word, { minLength: 8, maxLength: 8 }),
  });
  const property = fc.property(fc.boolean(), fc.array(trap, { maxLength: 30 }), (inEnclave, traps) => {
    const host = TestHost.booted();
    const { eid } = host.create();
    if (inEnclave) host.run(eid);
    for (const { cause, tval, epc, isUser, x } of traps) {
      host.platform.x.set(x, 10);
      host.trap(cause, tval, isUser ? 0 : 1, epc);
    }
    checkInvariants(host);
  });
  fc.assert(property, { numRuns: 100 });
});
