/** Pages that change hands, granted blocks and buffers: T14 to T20, T32 to T39, B14, B17, B25. */
import { SATP } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE, type Pa, pa } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import * as at from "../host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, type ImagePage, TestHost } from "../host.ts";
import { booted, inside, maps, mmap, type Scenario, secretPage } from "./scenario.ts";

const GETRANDOM = 8;
const KEY_BYTE_LEN = 32;

const drawn = (host: TestHost): bigint => {
  host.enclaveCall(ENCLAVE_FID.OCALL, GETRANDOM, DATA.va, 8);
  return host.platform.read64(host.access(DATA.va, "read") as Pa);
};

/** The key that an enclave of these pages gets. */
function keyOf(host: TestHost, type: number, pages: readonly ImagePage[] = [CODE, DATA]): string {
  const eid = inside(host, pages);
  host.enclaveCall(ENCLAVE_FID.GET_KEY, type, DATA.va, KEY_BYTE_LEN);
  const key = host.platform.readBytes(host.access(DATA.va, "read") as Pa, KEY_BYTE_LEN);
  host.enclaveCall(ENCLAVE_FID.YIELD);
  host.must(FID.DESTROY, eid);
  return key.toString();
}

export const MEMORY = {
  // The enclave believes in three pages and the host gave one.
  B14: booted((host) => {
    const eid = inside(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0, 3 * PAGE_SIZE);
    return host.call(FID.RESUME, eid, 2, 1, host.allocate(2), 2 * PAGE_SIZE) === 0n;
  }),
  B17: (options) => {
    const [one, other] = [TestHost.booted({ ...options, seed: 1n }), TestHost.booted({ ...options, seed: 2n })];
    const isKnown = keyOf(one, 0) === keyOf(other, 1);
    inside(one);
    // 9 · 12345 + 7 = 0x1b208 and 9 · 0x1b208 + 7 = 0xf424f, each from its high byte
    const isGuessed = drawn(one) === 0x4f42_0f00_08b2_0100n;
    if (isKnown !== isGuessed) throw new Error("keys and random numbers are one mistake");
    return isKnown;
  },
  // The page behind the buffer in physical memory is another one than in virtual memory.
  B25: booted((host) => {
    const behind = { ...DATA, va: DATA.va + 0x3000n };
    inside(host, [CODE, DATA, behind, { ...DATA, va: DATA.va + BigInt(PAGE_SIZE) }]);
    const before = host.platform.read64(host.access(behind.va, "read") as Pa);
    host.enclaveCall(ENCLAVE_FID.OCALL, GETRANDOM, DATA.va + BigInt(PAGE_SIZE) - 8n, 16);
    return host.platform.read64(host.access(behind.va, "read") as Pa) !== before;
  }),
  T14: booted((host) => {
    host.create();
    return host.call(FID.MEMORY_EXTEND, at.KBUFFER, PAGE_SIZE) === 0n;
  }),
  T15: booted((host) => {
    const flushes = host.platform.journal.length;
    host.must(FID.MEMORY_EXTEND, at.POOL, PAGE_SIZE);
    return host.platform.journal.length === flushes;
  }),
  T16: booted((host) => {
    host.must(FID.MEMORY_EXTEND, at.POOL, PAGE_SIZE);
    return maps(host, at.POOL);
  }),
  T17: booted((host) => {
    host.platform.writeCsr(SATP, 0n);
    return host.call(FID.MEMORY_EXTEND, at.POOL, PAGE_SIZE) === 0n;
  }),
  T18: booted((host) => {
    const image = host.buildImage([CODE]);
    const last = pa(image.region + image.size - 8);
    host.platform.write64(last, 1n);
    host.must(FID.CREATE_ENCLAVE, host.createParam(image));
    host.must(FID.DESTROY, host.eid());
    return host.platform.read64(last) === 1n;
  }),
  T19: booted((host) => {
    const { eid, region } = host.create();
    host.must(FID.DESTROY, eid);
    return !maps(host, region);
  }),
  T20: booted((host) => {
    const { page } = secretPage(host);
    const { eid, region } = host.create();
    host.must(FID.SET_PTE, 1, host.entryOf(region), at.pte(page, at.R | at.W | 0xc0n));
    host.must(FID.DESTROY, eid);
    return host.access(region, "read") === page;
  }),
  T32: booted((host) => {
    const eid = inside(host);
    const block = host.allocate(2);
    host.platform.write64(pa(block + PAGE_SIZE), 0x77n);
    const va = mmap(host, eid, PAGE_SIZE, block);
    return host.platform.read64(host.access(va, "read") as Pa) === 0x77n;
  }),
  T33: booted((host) => {
    const eid = inside(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0x2f_0000_0000n, PAGE_SIZE);
    host.must(FID.RESUME, eid, 2, 1, host.allocate(2), 2 * PAGE_SIZE);
    return maps(host, 0x2f_0000_1000n);
  }),
  T34: booted((host) => {
    const eid = inside(host);
    const va = mmap(host, eid, PAGE_SIZE, host.allocate(2));
    host.enclaveCall(ENCLAVE_FID.OCALL, 2, va, PAGE_SIZE);
    host.must(FID.RESUME, eid, 2, 2);
    return maps(host, va);
  }),
  // The word's page becomes the monitor's while the enclave lives.
  T35: booted((host) => {
    const word = host.allocate(1);
    host.must(FID.CREATE_ENCLAVE, host.createParam(host.buildImage([CODE]), { 128: word }));
    host.must(FID.MEMORY_EXTEND, word, PAGE_SIZE);
    host.run(host.eid());
    host.enclaveCall(ENCLAVE_FID.EXIT, 0x77);
    return host.platform.read64(word) === 0x77n;
  }),
  T36: booted((host) => {
    inside(host);
    const first = drawn(host);
    return drawn(host) === first;
  }),
  T37: booted((host) => {
    inside(host);
    return host.enclaveCall(ENCLAVE_FID.OCALL, GETRANDOM, CODE.va, 8) === 8n;
  }),
  T38: booted((host) => keyOf(host, 0) === keyOf(host, 0, [{ ...CODE, fill: 1 }, DATA])),
  T39: booted((host) => {
    const key = keyOf(host, 0);
    const { eid } = host.create();
    const { config, enclaves } = host.monitor.state;
    const { measurement } = enclaves.get(eid)!;
    return key === config.attestation.key(measurement, 1, KEY_BYTE_LEN).toString();
  }),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
