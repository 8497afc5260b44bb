/** Chains of calls: the table of monitor/penglai-tvm/chain.ts, line by line. Penglai reference §6.9, §6.12. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { IntegrityError } from "../../core/platform.ts";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";
import {
  block,
  callServer,
  checkInvariants,
  createServer,
  KBUFFER_VA,
  putArgument,
  RELAY_BASE,
  readArgument,
  refusedCall,
  relayBlock,
  returnFrom,
  runs,
  statusOf,
} from "../../zoo/penglai-tvm/parties.ts";

const SIZE = BigInt(2 * PAGE_SIZE);
const [TIMER, STOP, OCALL] = [0, 1, 2];
const SYS_WRITE = 3;

let host: TestHost;
let eid: number;
let servers: number[];
beforeEach(() => {
  host = TestHost.booted();
  servers = ["a", "b", "c"].map((name) => createServer(host, name));
  eid = host.create().eid;
  host.run(eid);
});
afterEach(() => checkInvariants(host));

const ownerOf = (address: number): string => host.monitor.owner(pa(address));
/** Calls the servers in turn, each from the one before. */
const descend = (depth: number): void => {
  for (const server of servers.slice(0, depth)) {
    callServer(host, server);
    checkInvariants(host);
  }
};

describe("nested calls", () => {
  test("go three deep and come back the same way, each with its own arguments", () => {
    for (const [i, server] of servers.entries())
      expect(callServer(host, server, { reqArg: BigInt(i) })).toBe(BigInt(i));
    expect(runs(host)).toBe(servers[2]);
    for (const caller of [servers[1], servers[0], eid]) {
      returnFrom(host, { respVal: BigInt(caller!) });
      expect(runs(host)).toBe(caller);
      expect(readArgument(host).respVal).toBe(BigInt(caller!));
      checkInvariants(host);
    }
    expect(servers.map((server) => statusOf(host, server))).toEqual(["runnable", "runnable", "runnable"]);
  });

  test("a block goes down and comes up again", () => {
    const held = block(host, eid, Number(SIZE));
    for (const server of servers) callServer(host, server, { reqVaddr: held.va, reqSize: SIZE });
    expect(ownerOf(held.pa)).toBe(`enclave ${servers[2]}`);
    for (const _ of servers) returnFrom(host, { reqVaddr: held.va, reqSize: SIZE });
    expect(host.access(held.va, "write")).toBe(held.pa);
    expect(ownerOf(held.pa)).toBe(`enclave ${eid}`);
  });

  test("everybody sees the kbuffer of the top, and who called", () => {
    for (const [i, server] of servers.entries()) {
      callServer(host, server);
      expect(host.access(KBUFFER_VA, "write")).toBe(at.KBUFFER);
      expect(host.enclaveCall(ENCLAVE_FID.GET_CALLER_ID)).toBe(BigInt(i === 0 ? eid : servers[i - 1]!));
    }
  });

  test("a server in use is busy: -2, for its own chain and for others", () => {
    descend(2);
    for (const server of servers.slice(0, 2)) {
      expect(refusedCall(host, ENCLAVE_FID.CALL_ENCLAVE, server, putArgument(host, {}))).toBe("SERVER_BUSY");
      expect(host.platform.x[10]).toBe(2n ** 64n - 2n);
    }
    host.timer();
    const other = host.create().eid;
    host.run(other);
    expect(callServer(host, servers[1]!)).toBe(-2n);
    callServer(host, servers[2]!);
    expect(runs(host)).toBe(servers[2]);
    host.timer();
    host.must(FID.RESUME, eid, TIMER);
    expect(callServer(host, servers[2]!)).toBe(-2n);
  });
});

describe.each([1, 2, 3])("the host, of a chain with %i servers,", (depth) => {
  let active: number;
  beforeEach(() => {
    descend(depth);
    active = servers[depth - 1]!;
  });

  test("gets the hart by the timer and resumes the server by its top", () => {
    host.platform.x[9] = 0x99n;
    host.timer();
    expect(host.result()).toBe(1n);
    expect([statusOf(host, eid), statusOf(host, active)]).toEqual(["runnable", "runnable"]);
    checkInvariants(host);
    host.platform.x[9] = 0n;
    host.must(FID.RESUME, eid, TIMER);
    expect(runs(host)).toBe(active);
    expect(host.platform.x[9]).toBe(0x99n);
  });

  test("sees YIELD of the server as the top's", () => {
    expect(host.enclaveCall(ENCLAVE_FID.YIELD)).toBe(3n);
    host.must(FID.RESUME, eid, TIMER);
    expect(runs(host)).toBe(active);
  });

  test("gets ocalls in the top's words and answers them to the top", () => {
    expect(host.enclaveCall(ENCLAVE_FID.OCALL, SYS_WRITE)).toBe(2n);
    expect(host.platform.read64(at.OCALL_ID)).toBe(3n);
    expect(statusOf(host, active)).toBe("ocalling");
    expect(host.refusal(FID.RESUME, eid, TIMER)).toBe("WRONG_STATE");
    expect(host.refusal(FID.STOP, eid)).toBe("WRONG_STATE");
    expect(host.refusal(FID.RESUME, active, OCALL, SYS_WRITE)).toBe("IS_A_SERVER");
    host.must(FID.RESUME, eid, OCALL, SYS_WRITE);
    expect(runs(host)).toBe(active);
  });

  test("grants memory to the server that asked", () => {
    const granted = block(host, eid, Number(SIZE));
    expect(ownerOf(granted.pa)).toBe(`enclave ${active}`);
    expect(host.access(granted.va, "write")).toBe(granted.pa);
  });

  test("stops and wakes the chain by its top, and attests it meanwhile", () => {
    host.timer();
    expect(host.refusal(FID.ATTEST, eid, at.REPORT, 1)).toBe("WRONG_STATE");
    host.must(FID.STOP, eid);
    checkInvariants(host);
    expect(host.call(FID.RESUME, eid, TIMER)).toBe(1n);
    host.must(FID.ATTEST, eid, at.REPORT, 1);
    host.must(FID.RESUME, eid, STOP);
    host.must(FID.RESUME, eid, TIMER);
    expect(runs(host)).toBe(active);
  });

  test.each(["runnable", "stopped", "ocalling"])("destroys a %s chain with its top: all of it ends", (status) => {
    if (status === "ocalling") host.enclaveCall(ENCLAVE_FID.OCALL, SYS_WRITE);
    else host.timer();
    if (status === "stopped") host.must(FID.STOP, eid);
    host.must(FID.DESTROY, eid);
    for (const gone of [eid, ...servers.slice(0, depth)]) expect(statusOf(host, gone)).toBeUndefined();
    for (const idle of servers.slice(depth)) expect(statusOf(host, idle)).toBe("runnable");
    expect(host.refusal(FID.DESTROY_SERVER, active)).toBe("NO_SUCH_SERVER");
    expect(host.monitor.lastDenial?.explanation).toContain("CALLER_ENDED");
    // the name is free again
    createServer(host, "a");
  });

  test("does not destroy the servers of a chain", () => {
    host.timer();
    for (const server of servers.slice(0, depth))
      expect(host.refusal(FID.DESTROY_SERVER, server)).toBe("SERVER_IN_CALL");
  });

  test.each([
    ["integrity fault", 25n, "INTEGRITY"],
    ["out of the simulator's memory", 26n, "HOST_MEMORY"],
  ])("reads -1 when all of it ends: %s", (_, cause, guard) => {
    host.trap(cause, BigInt(at.POOL), 0);
    expect(host.result()).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe(guard);
    for (const gone of [eid, ...servers.slice(0, depth)]) expect(statusOf(host, gone)).toBeUndefined();
  });

  test("every page of an ended chain is public and wiped", () => {
    host.timer();
    host.must(FID.DESTROY, eid);
    for (let page: number = at.POOL; page < host.pool; page += PAGE_SIZE) {
      const owner = ownerOf(page);
      if (owner === "public")
        expect(host.platform.readBytes(pa(page), PAGE_SIZE).every((byte) => byte === 0)).toBe(true);
      else expect(servers.slice(depth).map((server) => `enclave ${server}`)).toContain(owner);
    }
  });
});

describe.each([
  ["a page fault", 13n],
  ["an illegal instruction", 2n],
  ["a GPT violation", 24n],
])("a server that ends by %s", (_, cause) => {
  test("gives the hart to its caller, which reads -1", () => {
    descend(2);
    host.trap(cause, 0x1234n, 0);
    expect(runs(host)).toBe(servers[0]);
    expect(BigInt.asIntN(64, host.platform.x[10]!)).toBe(-1n);
    expect(statusOf(host, servers[1]!)).toBeUndefined();
    expect([...host.platform.x].includes(0x1234n)).toBe(false);
    expect(callServer(host, servers[1]!)).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("UNKNOWN_SERVER");
    expect(returnFrom(host)).toBe(0n);
    expect(runs(host)).toBe(eid);
  });
});

describe("a server that ends", () => {
  const fault = () => host.trap(13n, 0n, 0);

  test("by an unknown function, too", () => {
    descend(1);
    host.enclaveCall(1);
    expect(runs(host)).toBe(eid);
    expect(host.monitor.lastDenial?.guard).toBe("UNKNOWN_ENCLAVE_FUNCTION");
  });

  test("leaves the block that was passed to its caller", () => {
    const held = block(host, eid, Number(SIZE));
    host.platform.write64(held.pa, 5n);
    callServer(host, servers[0]!, { reqVaddr: held.va, reqSize: SIZE });
    fault();
    expect(host.access(held.va, "write")).toBe(held.pa);
    expect(host.platform.read64(held.pa)).toBe(5n);
    expect(readArgument(host).reqVaddr).toBe(held.va);
  });

  test("leaves the relay pages to its caller", () => {
    host.timer();
    eid = host.create().eid;
    const relay = relayBlock(host, 2);
    host.must(FID.RUN, eid, host.runParam(relay, Number(SIZE)));
    callServer(host, servers[0]!, { reqVaddr: RELAY_BASE, reqSize: SIZE });
    fault();
    expect(host.access(RELAY_BASE, "read")).toBe(relay);
  });

  test("does not leave what it has given back to the host", () => {
    const held = block(host, eid, Number(SIZE));
    callServer(host, servers[0]!, { reqVaddr: held.va, reqSize: SIZE });
    host.enclaveCall(ENCLAVE_FID.OCALL, 2, held.va, SIZE);
    host.must(FID.RESUME, eid, OCALL, 2);
    fault();
    expect(host.access(held.va, "read")).toBe("page fault");
    expect(ownerOf(held.pa)).toBe("public");
  });

  test("takes with it what it was granted, wiped", () => {
    descend(1);
    const own = block(host, eid, Number(SIZE));
    host.platform.write64(own.pa, 5n);
    fault();
    expect(ownerOf(own.pa)).toBe("public");
    expect(host.platform.read64(own.pa)).toBe(0n);
  });

  test("ends its caller, too, if the caller's lines are not locked again", () => {
    host.enclaveCall(ENCLAVE_FID.OCALL, 2004, DATA.va, 64);
    descend(1);
    host.platform.lockCapacity = 0;
    fault();
    expect(host.result()).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("RELOCK_REFUSED");
    expect([statusOf(host, eid), statusOf(host, servers[0]!)]).toEqual([undefined, undefined]);
  });
});

test("a return ends the chain if the caller's lines are not locked again", () => {
  host.enclaveCall(ENCLAVE_FID.OCALL, 2004, DATA.va, 64);
  descend(1);
  host.platform.lockCapacity = 0;
  putArgument(host, {});
  returnFromLost();
  expect(host.result()).toBe(-1n);
  expect([statusOf(host, eid), statusOf(host, servers[0]!)]).toEqual([undefined, undefined]);
});

const returnFromLost = (): void => {
  host.enclaveCall(ENCLAVE_FID.ENCLAVE_RETURN, putArgument(host, {}));
};

test("lines are locked for who runs, and unlocked when the hart goes on", () => {
  host.enclaveCall(ENCLAVE_FID.OCALL, 2004, DATA.va, 64);
  const journal = (): string[] => host.platform.journal.splice(0).filter((line) => line.includes("lock"));
  journal();
  callServer(host, servers[0]!);
  expect(journal().map((line) => line.split(" ")[0])).toEqual(["unlock"]);
  returnFrom(host);
  expect(journal().map((line) => line.split(" ")[0])).toEqual(["lock"]);
});

test("a page of a waiting caller that does not verify ends the chain when a call of the host meets it", () => {
  descend(2);
  host.timer();
  const page = host.monitor.state.enclaves.get(servers[0]!)!.root;
  const { state } = host.monitor;
  const outcome = host.monitor.personality.integrityFailure!(
    state,
    { hartId: 0, cause: 9n, tval: 0n, hart: state.enclaves.get(eid)!.hart },
    host.platform,
    page as IntegrityError["page"],
  );
  for (const gone of [eid, servers[0]!, servers[1]!]) expect(outcome.state.enclaves.get(gone)).toBeUndefined();
  expect(outcome.state.enclaves.get(servers[2]!)).toBeDefined();
  expect(outcome.value).toBe(-1n);
});
