/**
 * Calls of an enclave under penglai-tvm. Penglai reference §6.3, §6.4. What an ocall or EXIT carries is handed to the
 * driver, hence released; buffers and kinds are the program's choice and equal in both runs.
 */
import { PAGE_SIZE, pa } from "../../core/units.ts";
import type { Enclave, MonitorState } from "../../monitor/penglai-tvm/state.ts";
import type { ArgumentRule, CallRule } from "../spec/model.ts";
import { enclavesOf, type TvmScene } from "./host-calls.ts";
import { DATA_VA, NAMES, words } from "./scenery.ts";

type Rule = CallRule<MonitorState>;
type Argument = ArgumentRule<MonitorState>;

const EXTENSION = 0x100101n;
const OCALL = 98;
const [MMAP, UNMAP, SYS_WRITE, SBRK, GETRANDOM, BINDING, UNBINDING] = [1n, 2n, 3n, 4n, 8n, 2004n, 2005n];
/** Every grant of the scenery has room for it and for its first page. */
const REQUEST = BigInt(2 * PAGE_SIZE);
const KBUFFER = 0xffff_ffe0_0000_0000n;
const SHARED = 0x39_0000_0000n;

const registers =
  (fid: number, ...fixed: readonly bigint[]) =>
  (args: readonly (bigint | undefined)[]) => {
    const passed = [...fixed, ...args].flatMap((value, i) => (value === undefined ? [] : [[10 + i, value] as const]));
    return [[16, EXTENSION], [17, BigInt(fid)], ...passed] as const;
  };

const self = ({ state, world }: TvmScene): Enclave | undefined =>
  world.kind === "enclave" ? enclavesOf(state).find(({ eid }) => eid === world.eid) : undefined;

/** Addresses of the enclave's: image, blocks, heap, what it shares, and one that is not mapped. */
export function someAddress(scene: TvmScene): bigint {
  const { choices } = scene;
  const own = self(scene);
  const blocks = [...(own?.mmaps ?? []), ...(own?.heap ?? [])].map(({ va, byteLen }) => [va, byteLen] as const);
  const [base, byteLen] = choices.of<readonly [bigint, number]>([
    [DATA_VA, PAGE_SIZE],
    [DATA_VA, PAGE_SIZE],
    ...blocks,
    ...blocks,
    [SHARED, PAGE_SIZE],
    [KBUFFER, PAGE_SIZE],
    [0x1000n, PAGE_SIZE],
    [0x7000n, PAGE_SIZE],
  ]);
  return base + BigInt(choices.below(byteLen / 8) * 8);
}

const address: Argument = { name: "address", secrecy: "chosen", some: someAddress };
const size = (name: string, ...sizes: readonly bigint[]): Argument => ({
  name,
  secrecy: "chosen",
  some: ({ choices }) => choices.of([REQUEST, BigInt(PAGE_SIZE), 0n, 8n, ...sizes]),
});
const released = (name: string): Argument => ({
  name,
  secrecy: { release: "ocall" },
  some: ({ choices }) => choices.of([0n, 1n, REQUEST, DATA_VA]),
});
const chosen = (name: string, ...values: readonly bigint[]): Argument => ({
  name,
  secrecy: "chosen",
  some: ({ choices }) => choices.of(values),
});
/** Where an enclave keeps names and structures that it passes: in its data page. */
const STRUCTURE = DATA_VA + 0x800n;
const serversIn = (state: MonitorState): readonly Enclave[] =>
  enclavesOf(state).filter(({ server }) => server !== undefined);
/** Nobody reads it: it holds what it holds. */
const ignored: Argument = { name: "unused", secrecy: "private", some: () => 0n };

const ocall = (
  name: string,
  id: bigint,
  weight: number,
  args: readonly Argument[],
  enabled: Rule["enabled"],
): Rule => ({
  by: "enclave",
  name: `OCALL ${name}`,
  weight,
  args,
  enabled,
  registers: registers(OCALL, id),
});

/** Numbers of no call; 29 is ioctl, which musl calls. */
const UNKNOWN = [0n, 29n, 87n, 100n];

export const ENCLAVE_CALLS: readonly Rule[] = [
  {
    by: "enclave",
    name: "EXIT",
    weight: 2,
    args: [{ name: "value", secrecy: { release: "exit value" }, some: ({ choices }) => choices.of([0n, 1n, 0xffn]) }],
    enabled: ({ choices }) => [choices.of([0n, 1n, 0x1234n])],
    registers: registers(99),
  },
  { by: "enclave", name: "YIELD", weight: 4, args: [], enabled: () => [], registers: registers(89) },
  { by: "enclave", name: "GET_ENCLAVE_ID", weight: 1, args: [], enabled: () => [], registers: registers(90) },
  {
    by: "enclave",
    name: "GET_REPORT",
    weight: 2,
    args: [
      { name: "name", secrecy: "chosen", some: () => 0n },
      address,
      // The buffer may be one that the host reads.
      { name: "nonce", secrecy: "chosen", some: ({ choices }) => BigInt(choices.below(4)) },
    ],
    enabled: () => [0n, DATA_VA + 8n, 0n],
    registers: registers(94),
  },
  {
    by: "enclave",
    name: "GET_KEY",
    weight: 2,
    args: [{ name: "type", secrecy: "chosen", some: ({ choices }) => BigInt(choices.below(3)) }, address, size("size")],
    enabled: () => [0n, DATA_VA + 64n, 32n],
    registers: registers(88),
  },
  {
    by: "enclave",
    name: "ACQUIRE_SERVER",
    weight: 2,
    args: [chosen("name", ...NAMES.map(BigInt))],
    enabled: ({ state, choices }) => {
      const servers = serversIn(state);
      return servers.length > 0 ? [choices.of(NAMES.map(BigInt))] : undefined;
    },
    registers: () => registers(97)([STRUCTURE]),
    stage: ([name], own) => own.write(pa(Number(STRUCTURE)), words([name!, 0])),
  },
  {
    by: "enclave",
    name: "CALL_ENCLAVE",
    weight: 5,
    args: [chosen("server", 1n, 2n, 3n), chosen("argument", 0n, 7n), chosen("request", 0n), chosen("size", 0n)],
    enabled: ({ state, choices }) => {
      const idle = serversIn(state).filter(({ caller }) => caller === undefined);
      return idle.length > 0 ? [BigInt(choices.of(idle).eid), 7n, 0n, 0n] : undefined;
    },
    registers: ([server]) => registers(96)([server, STRUCTURE]),
    stage: ([, argument, request, size], own) =>
      own.write(pa(Number(STRUCTURE)), words([argument!, 0, request!, size!, 0, 0])),
  },
  {
    by: "enclave",
    name: "ENCLAVE_RETURN",
    weight: 5,
    args: [chosen("value", 0n, 9n)],
    enabled: (scene) => (self(scene)?.caller === undefined ? undefined : [9n]),
    registers: () => registers(95)([STRUCTURE]),
    stage: ([value], own) => own.write(pa(Number(STRUCTURE)), words([0, value!, 0, 0, 0, 0])),
  },
  {
    by: "enclave",
    name: "GET_CALLER_ID",
    weight: 1,
    args: [],
    enabled: (scene) => (self(scene)?.caller === undefined ? undefined : []),
    registers: registers(91),
  },
  ocall("SYS_WRITE", SYS_WRITE, 3, [released("text")], () => [0n]),
  // a1 address or 0, a2 size
  ocall("MMAP", MMAP, 4, [{ ...released("address"), some: () => 0n }, released("size")], () => [0n, REQUEST]),
  ocall("UNMAP", UNMAP, 3, [released("address"), released("size")], (scene) => {
    const held = self(scene)?.mmaps ?? [];
    if (held.length === 0) return undefined;
    const { va, byteLen } = scene.choices.of(held);
    return [va, BigInt(byteLen)];
  }),
  ocall("SBRK", SBRK, 4, [released("change")], (scene) => {
    const held = self(scene)?.heap ?? [];
    return [held.length > 0 && scene.choices.below(2) === 0 ? BigInt.asUintN(64, -REQUEST) : REQUEST];
  }),
  ocall("GETRANDOM", GETRANDOM, 2, [address, size("size")], () => [DATA_VA + 128n, 32n]),
  ocall("BINDING", BINDING, 2, [address, size("size")], () => [DATA_VA, 128n]),
  ocall("UNBINDING", UNBINDING, 2, [address, size("size", 128n)], (scene) => {
    const held = self(scene)?.locks ?? [];
    return held.length > 0 ? [held[0]!.va, BigInt(held[0]!.byteLen)] : undefined;
  }),
  {
    by: "enclave",
    name: "unknown function",
    weight: 1,
    args: [{ name: "which", secrecy: "chosen", some: ({ choices }) => BigInt(choices.below(UNKNOWN.length)) }, ignored],
    enabled: () => undefined,
    registers: ([which]) => registers(Number(UNKNOWN[Number((which ?? 0n) % BigInt(UNKNOWN.length))]))([]),
  },
];
