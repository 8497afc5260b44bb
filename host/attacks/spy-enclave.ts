/**
 * A hostile enclave (guest/src/spy.c) that reaches for everything: addresses that are not its own, its victim's physical
 * and kernel addresses, a machine-mode CSR, satp, the calls of others. Every attempt ends the enclave that makes it.
 * Penglai reference §1 ("other enclaves"), §6.3.
 */
import type { EnclaveEnd } from "../enclave.ts";
import { sampleGuest } from "../sample-guests.ts";
import { setStage } from "../software-attacker.ts";
import { System } from "../system.ts";
import type { AttackOptions, AttackOutcome } from "./outcome.ts";

const MEMORY = 64 * 2 ** 20;
/** Exit value of `spy sweep K` past its last address. */
const SWEPT = 3n;
/** Functions of the host's side of the ABI (§6.2) and one that nobody has. */
const FOREIGN_CALLS = [101, 100, 97, 87, 83, 5];

export async function spyOnEverything({ seed = 0n, without = [] }: AttackOptions): Promise<AttackOutcome> {
  const system = await System.create({ memory: MEMORY, seed, without });
  const spy = await sampleGuest("spy");
  const stage = setStage(system.host, await sampleGuest("secret"), await sampleGuest("mem"));
  const { kernel } = system.host.driver;
  const targets = [BigInt(stage.secret), kernel.vaOf(stage.secret)].map((address) => `0x${address.toString(16)}`);
  const attempts = [
    ["csr"],
    ["satp"],
    ...targets.flatMap((address) => ["load", "store", "jump"].map((way) => [way, address])),
    ...FOREIGN_CALLS.map((number) => ["ecall", `${number}`]),
  ];
  const guards = new Map<string, number>();
  const attempt = (args: readonly string[]): EnclaveEnd => {
    const created = system.host.createEnclave(spy, { args });
    if (!created.ok) throw new Error(`the monitor refused the spy: ${created.refusal.explanation}`);
    const { end } = created.value.run();
    if (end.kind === "stopped") throw new Error("the spy was stopped");
    if (end.kind === "killed") guards.set(end.refusal.guard!, (guards.get(end.refusal.guard!) ?? 0) + 1);
    return end;
  };
  const moment = () => ({ retired: kernel.hart.retired });

  for (const args of attempts) {
    if (attempt(args).kind !== "killed")
      return { succeeded: true, ...moment(), when: `spy ${args.join(" ")}`, evidence: "the spy got through" };
  }
  for (let k = 0; ; k++) {
    const end = attempt(["sweep", `${k}`]);
    if (end.kind === "exited" && end.value === SWEPT) break;
    if (end.kind !== "killed")
      return { succeeded: true, ...moment(), when: `spy sweep ${k}`, evidence: "the spy got through" };
  }
  const ends = [...guards].map(([guard, count]) => `${count} by ${guard}`).join(", ");
  return {
    succeeded: false,
    ...moment(),
    when: "each attempt",
    caughtBy: "page tables of the enclave and U-mode",
    detail: `the enclave was destroyed every time: ${ends}`,
  };
}
