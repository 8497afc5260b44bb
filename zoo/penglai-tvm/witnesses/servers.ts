/** Servers, calls between enclaves, relay pages: B15, B24, S1 to S21. */
import { PAGE_SIZE, type Pa, pa } from "../../../core/units.ts";
import { CODE, DATA, ENCLAVE_FID, FID, type TestHost } from "../host.ts";
import {
  block,
  callServer,
  createNamed,
  createServer,
  KBUFFER_VA,
  nameWords,
  putArgument,
  putName,
  RELAY_BASE,
  relayBlock,
  returnFrom,
  UNDER_ITS_NAME,
} from "../parties.ts";
import { booted, inside, maps, type Scenario, SECRET } from "./scenario.ts";

const PAGE = BigInt(PAGE_SIZE);
const RELAY_PAGES = 16;
const RELAY_SIZE = BigInt(RELAY_PAGES) * PAGE;

/** An enclave that called a server, which has the hart. */
function inCall(host: TestHost): { readonly eid: number; readonly server: number } {
  const server = createServer(host, "files");
  const eid = inside(host);
  callServer(host, server);
  return { eid, server };
}

/** An enclave with relay pages, on the hart. */
function holder(host: TestHost, name = "first"): { readonly eid: number; readonly relay: Pa } {
  const relay = relayBlock(host, RELAY_PAGES);
  const eid = createNamed(host, name);
  host.must(FID.RUN, eid, host.runParam(relay, Number(RELAY_SIZE)));
  return { eid, relay };
}

const handOn = (host: TestHost, name: string, va: bigint, size: bigint): bigint =>
  host.enclaveCall(ENCLAVE_FID.ASYN_CALL, putName(host, name), putArgument(host, { reqVaddr: va, reqSize: size }));

/** Cuts pages off the front of the enclave's entry, one by one. */
function cut(host: TestHost, count: bigint): void {
  for (let i = 0n; i < count; i++)
    host.enclaveCall(
      ENCLAVE_FID.SPLIT_MEM_REGION,
      RELAY_BASE + i * PAGE,
      RELAY_SIZE - i * PAGE,
      RELAY_BASE + (i + 1n) * PAGE,
    );
}

/** The name of the first invariant that is broken. */
const broken = (host: TestHost): string | undefined => host.monitor.violation()?.split(":")[0];

/** An enclave passes a block of a page to a server, which has the hart. */
function passed(host: TestHost): { readonly eid: number; readonly server: number } {
  const server = createServer(host, "files");
  const eid = inside(host);
  const { va } = block(host, eid, PAGE_SIZE);
  callServer(host, server, { reqVaddr: va, reqSize: PAGE });
  return { eid, server };
}

export const SERVERS = {
  B15: booted((host) => {
    const { relay } = holder(host);
    host.platform.write64(relay, SECRET);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    return host.platform.read64(relay) === SECRET;
  }),
  B24: booted((host) => {
    const { server } = inCall(host);
    host.timer();
    host.call(FID.DESTROY_SERVER, server);
    return broken(host) === "names";
  }),
  S1: booted((host) => {
    inside(host, [CODE, DATA, { ...DATA, va: 0x3000n }]);
    handOn(host, "second", 0x3000n, PAGE);
    return !maps(host, 0x3000n);
  }),
  S2: booted((host) => {
    holder(host);
    cut(host, 6n);
    handOn(host, "second", RELAY_BASE + 5n * PAGE, PAGE);
    return broken(host) === "one-holder";
  }),
  S3: booted((host) => {
    const server = createServer(host, "files");
    holder(host);
    callServer(host, server, { reqVaddr: RELAY_BASE, reqSize: RELAY_SIZE + PAGE });
    return broken(host) === "enclave-tables";
  }),
  S4: booted((host) => {
    const { server } = inCall(host);
    host.timer();
    inside(host);
    callServer(host, server);
    return broken(host) === "calls";
  }),
  S5: booted((host) => {
    const { eid } = passed(host);
    return host.monitor.violation()?.startsWith(`enclave-tables: enclave ${eid} `) ?? false;
  }),
  S6: booted((host) => {
    const { server } = inCall(host);
    returnFrom(host);
    const found = host.monitor.violation() ?? "";
    return found.startsWith(`enclave-tables: enclave ${server} `) && found.includes(`0x${KBUFFER_VA.toString(16)}`);
  }),
  S7: booted((host) => {
    passed(host);
    return broken(host) === "owners-agree";
  }),
  S8: booted((host) => {
    const { server } = inCall(host);
    host.platform.x[20] = SECRET;
    returnFrom(host);
    callServer(host, server);
    return host.platform.x[20] === SECRET;
  }),
  S9: booted((host) => {
    holder(host);
    putName(host, "second");
    const argument = putArgument(host, { reqVaddr: RELAY_BASE, reqSize: RELAY_SIZE });
    const before = host.platform.journal.length;
    host.enclaveCall(ENCLAVE_FID.ASYN_CALL, DATA.va, argument);
    return !host.platform.journal.slice(before).includes("flush");
  }),
  S10: booted((host) => {
    const { eid } = inCall(host);
    return host.enclaveCall(ENCLAVE_FID.GET_CALLER_ID) !== BigInt(eid);
  }),
  S11: booted((host) => {
    inCall(host);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    return broken(host) === "calls";
  }),
  S12: booted((host) => {
    const { eid } = inCall(host);
    host.timer();
    host.must(FID.DESTROY, eid);
    return broken(host) === "calls";
  }),
  S13: booted((host) => {
    createServer(host, "a-server-of-mine");
    inside(host);
    return BigInt.asIntN(64, host.enclaveCall(ENCLAVE_FID.ACQUIRE_SERVER, putName(host, "a-server"))) > 0n;
  }),
  S14: booted((host) => {
    createServer(host, "files");
    host.call(FID.CREATE_SERVER, host.createParam(host.buildImage([CODE, DATA]), nameWords("files")));
    return broken(host) === "names";
  }),
  S15: booted((host) => {
    holder(host);
    handOn(host, "second", RELAY_BASE, RELAY_SIZE);
    host.timer();
    createNamed(host, "second");
    return host.call(FID.RUN, createNamed(host, "second"), host.runParam(UNDER_ITS_NAME)) === 0n;
  }),
  S16: booted((host) => {
    holder(host);
    handOn(host, "second", RELAY_BASE, RELAY_SIZE);
    host.timer();
    host.must(FID.RUN, createNamed(host, "second"), host.runParam(UNDER_ITS_NAME));
    return broken(host) === "one-holder";
  }),
  S17: booted((host) => {
    holder(host);
    cut(host, 10n);
    return broken(host) === "relay-entries";
  }),
  S18: booted((host) => {
    holder(host);
    host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, RELAY_BASE, RELAY_SIZE, RELAY_BASE + RELAY_SIZE);
    return broken(host) === "relay-entries";
  }),
  S19: booted((host) => {
    inCall(host);
    host.trap(13n, 0n, 0);
    return broken(host) === "calls";
  }),
  S20: booted((host) => {
    const { eid } = holder(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, 7);
    host.must(FID.RESUME, eid, 2, 7);
    return maps(host, RELAY_BASE);
  }),
  S21: booted((host) => {
    const server = createServer(host, "files");
    const eid = inside(host);
    const { va, pa: at } = block(host, eid, PAGE_SIZE);
    const arg = putArgument(host, { reqVaddr: va, reqSize: PAGE }, va);
    host.enclaveCall(ENCLAVE_FID.CALL_ENCLAVE, server, arg);
    returnFrom(host, { respVal: SECRET });
    return host.platform.read64(pa(at + 8)) === SECRET;
  }),
} as const satisfies Record<string, Scenario>;
