/** Defects of regions, blocks, pointers and page tables. */
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import type { DefectId } from "../../../monitor/penglai-pmp/defects.ts";
import * as at from "../host.ts";
import { FID, PmpHost } from "../host.ts";
import { accepts, isBroken, ready, type Scenario } from "./scenario.ts";

export const MEMORY = {
  // The kbuffer's leaf names a page of another enclave.
  B8: ready((host) => {
    const victim = host.create();
    const block = host.alloc(64 * 1024);
    host.build(block);
    host.platform.write64(host.leafAt(block, at.KBUFFER_VA), at.pte(victim.paddr + 3 * PAGE_SIZE, at.RWXU));
    return host.call(FID.CREATE, host.param(block), 0) === 0n && isBroken(host);
  }),
  // Another enclave's memory is wiped as if it were the granted block.
  B26: (options) => {
    const host = new PmpHost(options);
    host.must(FID.MM_INIT, at.REGION, at.MIB);
    host.alloc(at.MIB);
    host.platform.write64(at.MORE, 7n);
    host.call(FID.CREATE, host.param({ paddr: at.MORE, size: PAGE_SIZE }), 1);
    return host.platform.read64(at.MORE) !== 7n;
  },
  // The kernel keeps a table of the enclave's in its own memory.
  P1: accepts((host, { paddr }) => {
    const root = pa(paddr + 384 * 8);
    host.platform.writeBytes(
      at.MORE,
      host.platform.readBytes(pa(Number(host.platform.read64(root) >> 10n) * 4096), 4096),
    );
    host.platform.write64(root, at.pte(at.MORE, at.V));
  }),
  // PMP guards the naturally aligned range around: the kernel's memory below is gone.
  P2: (options) => {
    const host = new PmpHost(options);
    return host.call(FID.MM_INIT, at.REGION + at.MIB, 2 * at.MIB) === 0n && isBroken(host);
  },
  P3: ready((host) => host.call(FID.EXTEND, at.REGION + at.MIB, at.MIB) === 0n && isBroken(host)),
  P4: (options) => {
    const host = new PmpHost(options);
    return host.call(FID.MM_INIT, at.MONITOR, at.MIB) === 0n && isBroken(host);
  },
  // A report that ends in a region.
  P5: ready((host) => {
    const { eid } = host.create();
    const before = host.platform.readBytes(at.REGION, 320).toString();
    host.call(FID.ATTEST, eid, at.REGION - 8, 1);
    return host.platform.readBytes(at.REGION, 320).toString() !== before;
  }),
  P7: ready((host) => {
    host.platform.write64(at.ARG, (1n << 32n) + 4096n);
    return host.call(FID.ALLOC, at.ARG) === 0n;
  }),
  P8: ready((host) => {
    host.create();
    return host.call(FID.EXTEND, at.UNTRUSTED, PAGE_SIZE) === 0n && isBroken(host);
  }),
  // Given back by EXIT, the region still holds what the enclave had.
  P9: ready((host) => {
    const { paddr, size } = host.start();
    host.enclaveCall(at.ENCLAVE_FID.EXIT, 0);
    return host.reads(paddr) && host.platform.readBytes(paddr, size).includes(0xda);
  }),
  P10: ready((host) => host.reads(host.create().paddr) && isBroken(host)),
  P11: ready((host) => {
    const { paddr } = host.start();
    host.timer();
    return host.reads(paddr);
  }),
  P12: ready((host) => {
    host.start();
    return host.access(at.CODE.va, "execute") === "access fault";
  }),
  P26: ready((host) => {
    host.call(FID.CREATE, host.param(host.alloc(64 * 1024), { 0: 1 }), 0);
    return isBroken(host);
  }),
  P27: ready((host) => {
    host.must(FID.DESTROY, host.create().eid);
    return isBroken(host);
  }),
  P28: ready((host) => {
    const { paddr } = host.create();
    host.call(FID.FREE, at.SIZE, 2);
    return host.reads(paddr) && isBroken(host);
  }),
  P29: ready((host) => {
    host.call(FID.FREE, at.SIZE, 3);
    return !host.reads(at.KERNEL);
  }),
  // An enclave that can write its own last-level table.
  P30: ready((host) => {
    const block = host.alloc(64 * 1024);
    host.build(block);
    const leaf = host.leafAt(block, at.DATA.va);
    host.platform.write64(leaf, at.pte(leaf - (leaf % PAGE_SIZE), at.RWXU));
    return host.call(FID.CREATE, host.param(block), 0) === 0n && isBroken(host);
  }),
  // The last region has PMP15 for its own; the first one's entry is the grant's.
  P34: ready((host) => {
    const { paddr } = host.create();
    host.alloc(PAGE_SIZE);
    return host.reads(paddr);
  }),
  P35: ready((host) => {
    for (let i = 0; i < 12; i++) host.must(FID.EXTEND, at.MORE + i * at.MIB, at.MIB);
    host.call(FID.EXTEND, at.MORE + 12 * at.MIB, at.MIB);
    return isBroken(host) && !host.reads(at.KERNEL);
  }),
} satisfies Partial<Record<DefectId, Scenario>>;
