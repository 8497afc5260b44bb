/**
 * Random sequences of calls between enclaves, directed by the state so that most of them do something: servers that call
 * servers, blocks and relay pages that change hands, ends in the middle of it. After every step the invariants of
 * monitor/penglai-tvm/invariants.ts hold.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import type { CallRecord } from "../../monitor/kernel/personal-monitor.ts";
import type { TvmDefect } from "../../monitor/penglai-tvm/defects.ts";
import type { Enclave } from "../../monitor/penglai-tvm/state.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";
import { checkInvariants, nameWords, putArgument, putName, UNDER_ITS_NAME } from "../../zoo/penglai-tvm/parties.ts";

const REGION_PAGES = 40;
const NAMES = ["a", "b", "c", "d"];
const [MMAP, UNMAP, RETURN_RELAY_PAGE] = [1, 2, 7];

/** A step takes what it needs from a list of numbers and from what the monitor knows. */
type Step = (host: TestHost, pick: Pick) => void;
type Pick = <T>(from: readonly T[]) => T | undefined;

const enclaves = (host: TestHost, is: (enclave: Enclave) => boolean): Enclave[] =>
  [...host.monitor.state.enclaves.runs()].flatMap(({ value }) => (value !== undefined && is(value) ? value : []));
const running = (host: TestHost): Enclave =>
  host.monitor.state.enclaves.get(host.world.kind === "enclave" ? host.world.eid : 0)!;
const isTop = ({ server }: Enclave): boolean => server === undefined;

/** Public pages that nobody was given, lowest first: the pool is used again and again. */
function fresh(host: TestHost, pageCount: number): number | undefined {
  for (let start: number = at.POOL; start + pageCount * PAGE_SIZE <= at.HUGE_POOL; start += REGION_PAGES * PAGE_SIZE) {
    const pages = Array.from({ length: pageCount }, (_, i) => pa(start + i * PAGE_SIZE));
    if (pages.every((page) => host.monitor.owner(page) === "public")) return start;
  }
  return undefined;
}

function image(host: TestHost) {
  const region = fresh(host, REGION_PAGES);
  if (region === undefined) return undefined;
  host.pool = region;
  host.platform.zero(pa(region), REGION_PAGES * PAGE_SIZE);
  return host.buildImage([CODE, DATA], REGION_PAGES);
}

const HOST_STEPS: readonly Step[] = [
  (host, pick) => {
    const built = image(host);
    if (built) host.call(FID.CREATE_SERVER, host.createParam(built, nameWords(pick(NAMES)!)));
  },
  (host, pick) => {
    const built = image(host);
    if (built) host.call(FID.CREATE_ENCLAVE, host.createParam(built, nameWords(pick(NAMES)!)));
  },
  (host, pick) => {
    const relay = fresh(host, 4);
    const words = pick([
      [0, 0],
      [relay ?? 0, 4 * PAGE_SIZE],
      [UNDER_ITS_NAME, 0],
    ] as const)!;
    const one = pick(enclaves(host, (enclave) => isTop(enclave) && enclave.status === "fresh"));
    if (one) host.call(FID.RUN, one.eid, host.runParam(...words));
  },
  (host, pick) => {
    const one = pick(enclaves(host, (enclave) => isTop(enclave) && enclave.status === "runnable"));
    if (one) host.call(FID.RESUME, one.eid, 0);
  },
  (host, pick) => {
    const one = pick(enclaves(host, isTop));
    if (one) host.call(pick([FID.STOP, FID.DESTROY, FID.DESTROY_SERVER, FID.ATTEST])!, one.eid, at.REPORT);
  },
  (host, pick) => {
    const one = pick(enclaves(host, isTop));
    if (one) host.call(FID.RESUME, one.eid, 1);
  },
  (host, pick) => {
    const one = pick(enclaves(host, ({ server }) => server !== undefined));
    if (one && pick([true, false])) host.call(FID.DESTROY_SERVER, one.eid);
  },
];

/** The answer to the ocall that is pending somewhere; the host always has one to give. */
const answer: Step = (host, pick) => {
  const waiting = pick(enclaves(host, ({ pending }) => pending !== undefined));
  if (!waiting) return;
  let top = waiting;
  while (top.caller !== undefined) top = host.monitor.state.enclaves.get(top.caller)!;
  const pages = waiting.pending!.id === RETURN_RELAY_PAGE ? 4 : 3;
  const block = fresh(host, pages) ?? 0;
  const words = pick([
    [block, pages * PAGE_SIZE],
    [block, pages * PAGE_SIZE],
    [0, 0],
    [UNDER_ITS_NAME, 0],
  ] as const)!;
  host.call(FID.RESUME, top.eid, 2, waiting.pending!.id, ...words);
};

/** A block or an entry of the enclave that runs, or something that it does not have. */
function something(host: TestHost, pick: Pick): { va: bigint; size: bigint } {
  const { mmaps, relays } = running(host);
  const held = [
    ...mmaps.map(({ va, byteLen }) => ({ va, size: BigInt(byteLen) })),
    ...relays.map(({ va, block }) => ({ va, size: BigInt((block.to - block.from) * PAGE_SIZE) })),
  ];
  return pick([...held, ...held, { va: 0n, size: 0n }, { va: DATA.va, size: 4096n }])!;
}

/** An entry of relay pages, if it holds one. */
function entry(host: TestHost, pick: Pick): { va: bigint; size: bigint } {
  const held = pick(running(host).relays);
  if (held === undefined) return something(host, pick);
  return { va: held.va, size: BigInt((held.block.to - held.block.from) * PAGE_SIZE) };
}

const ENCLAVE_STEPS: readonly Step[] = [
  (host, pick) => {
    const { va, size } = something(host, pick);
    const server = pick(enclaves(host, (enclave) => enclave.server !== undefined));
    const argument = putArgument(host, { reqVaddr: va, reqSize: size });
    if (server) host.enclaveCall(ENCLAVE_FID.CALL_ENCLAVE, server.eid, argument);
  },
  (host, pick) => {
    const [request, response] = [something(host, pick), something(host, pick)];
    const words = { reqVaddr: request.va, reqSize: request.size, respVaddr: response.va, respSize: response.size };
    host.enclaveCall(ENCLAVE_FID.ENCLAVE_RETURN, putArgument(host, words));
  },
  (host, pick) => {
    const { va, size } = entry(host, pick);
    const argument = putArgument(host, { reqVaddr: va, reqSize: size });
    host.enclaveCall(ENCLAVE_FID.ASYN_CALL, putName(host, pick(NAMES)!), argument);
  },
  (host, pick) => {
    const { va, size } = entry(host, pick);
    host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, va, size, va + pick([4096n, 8192n, 0n])!);
  },
  (host, pick) => host.enclaveCall(ENCLAVE_FID.OCALL, MMAP, 0, pick([1, 2])! * PAGE_SIZE),
  (host, pick) => {
    const { va, size } = something(host, pick);
    host.enclaveCall(ENCLAVE_FID.OCALL, UNMAP, va, size);
  },
  (host) => host.enclaveCall(ENCLAVE_FID.OCALL, RETURN_RELAY_PAGE),
  (host) => host.timer(),
  (host) => host.enclaveCall(ENCLAVE_FID.YIELD),
];
const ENDS: readonly Step[] = [
  (host) => host.enclaveCall(ENCLAVE_FID.EXIT, 0),
  (host) => host.trap(13n, 0n, 0),
  (host) => host.enclaveCall(1),
];

/** The step that a number stands for, in the world in which the host is. Ends are rare. */
function stepFor(host: TestHost, pick: Pick): Step {
  if (host.world.kind === "host") return pick([...HOST_STEPS, answer, answer, HOST_STEPS[3]!])!;
  const [call, giveBack] = ENCLAVE_STEPS as [Step, Step];
  return pick([...ENCLAVE_STEPS, call, call, call, giveBack, giveBack, ...ENCLAVE_STEPS.slice(0, 6), pick(ENDS)!])!;
}

/** Plays a sequence. @returns how often each call succeeded */
function play(numbers: readonly number[], defects: readonly TvmDefect[] = []): Map<string, number> {
  const succeeded = new Map<string, number>();
  const calls: string[] = [];
  const observe = ({ name, args, value, denial, caller }: CallRecord): void => {
    calls.push(`${caller.kind} ${name} ${args.map((arg) => `0x${arg.toString(16)}`).join(" ")} = ${value}`);
    if (name !== undefined && denial === undefined) succeeded.set(name, (succeeded.get(name) ?? 0) + 1);
  };
  const host = TestHost.booted({ observe, defects });
  for (const name of NAMES.slice(0, 3)) host.must(FID.CREATE_SERVER, host.createParam(image(host)!, nameWords(name)));
  for (const name of NAMES) host.must(FID.CREATE_ENCLAVE, host.createParam(image(host)!, nameWords(name)));
  let next = 0;
  const pick: Pick = (from) => from[(numbers[next++ % numbers.length]! + next) % Math.max(1, from.length)];
  try {
    for (let i = 0; i < numbers.length; i++) {
      stepFor(host, pick)(host, pick);
      checkInvariants(host);
    }
  } catch (error) {
    throw new Error(`${error} after\n${calls.slice(2).join("\n")}`);
  }
  return succeeded;
}

const sequences = fc.array(fc.nat(1000), { minLength: 150, maxLength: 150, size: "max" });

test("invariants hold whatever enclaves call, hand on and leave behind", () => {
  const total = new Map<string, number>();
  fc.assert(
    fc.property(sequences, (numbers) => {
      for (const [name, count] of play(numbers)) total.set(name, (total.get(name) ?? 0) + count);
    }),
    { numRuns: 20, seed: 20, endOnFailure: true, includeErrorInReport: true },
  );
  // The sequences really do what they are for.
  for (const name of ["CREATE_SERVER", "CALL_ENCLAVE", "ENCLAVE_RETURN", "ASYN_CALL", "SPLIT_MEM_REGION"])
    expect(total.get(name) ?? 0, name).toBeGreaterThan(2);
});

test.each<TvmDefect>(["S4", "S5", "S7", "S19"])("they find defect %s by themselves", (id) => {
  const property = fc.property(sequences, (numbers) => {
    play(numbers, [id]);
  });
  expect(fc.check(property, { numRuns: 40, seed: 20, endOnFailure: true }).failed).toBe(true);
});
