/**
 * A hostile enclave (guest/src/spy.c) that reaches for everything: addresses that are not its own, its victim's physical
 * and kernel addresses, a machine-mode CSR, satp, the calls of others. Every attempt ends the enclave that makes it.
 * Penglai reference §1 ("other enclaves"), §6.3.
 */
import { HostCall } from "../penglai-abi.ts";
import { sampleGuest } from "../sample-guests.ts";
import { setStage } from "../software-attacker.ts";
import { System } from "../system.ts";
import type { AttackOptions, AttackOutcome } from "./outcome.ts";

const MEMORY = 64 * 2 ** 20;
/** Exit value of `spy sweep K` past its last address. */
const SWEPT = 3n;
/** Functions of the host's side of the ABI (§6.2) whose numbers are no function of an enclave's, and one that nobody has. */
const FOREIGN_CALLS = [
  HostCall.SET_PTE,
  HostCall.SM_INIT,
  HostCall.RUN_SHADOW,
  HostCall.CREATE_SHADOW,
  HostCall.MAP_PTE,
  5,
];

export async function spyOnEverything({ seed = 0n, without = [] }: AttackOptions): Promise<AttackOutcome> {
  const { host } = await System.create({ memory: MEMORY, seed, without });
  const { secret } = setStage(host, await sampleGuest("secret"), await sampleGuest("mem"));
  const { kernel } = host.driver;
  const spy = await sampleGuest("spy");
  const moment = (when: string) => ({ when, retired: kernel.hart.retired });
  const guards = new Map<string, number>();

  for (const args of attempts([BigInt(secret), kernel.vaOf(secret)])) {
    const created = host.createEnclave(spy, { args });
    if (!created.ok) throw new Error(`the monitor refused the spy: ${created.refusal.explanation}`);
    const { end } = created.value.run();
    if (end.kind === "exited" && end.value === SWEPT) break;
    if (end.kind !== "killed")
      return { succeeded: true, ...moment(`spy ${args.join(" ")}`), evidence: created.value.outcome.output.trimEnd() };
    const { guard = "no guard" } = end.refusal;
    guards.set(guard, (guards.get(guard) ?? 0) + 1);
  }
  const ends = [...guards].map(([guard, count]) => `${count} by ${guard}`).join(", ");
  return {
    succeeded: false,
    ...moment("each attempt"),
    caughtBy: "page tables of the enclave and U-mode",
    detail: `the enclave was destroyed every time: ${ends}`,
  };
}

/** Arguments of the spy, one attempt each; the sweep goes on until the spy says that it is over. */
function* attempts(targets: readonly bigint[]): Generator<readonly string[]> {
  yield ["csr"];
  yield ["satp"];
  for (const target of targets) for (const way of ["load", "store", "jump"]) yield [way, `0x${target.toString(16)}`];
  for (const number of FOREIGN_CALLS) yield ["ecall", `${number}`];
  for (let k = 0; ; k++) yield ["sweep", `${k}`];
}
