/**
 * A monitor of the bare ABI, for tests of host/: it folds results as Penglai reference §6.1 says, performs the page-table
 * calls without any check, and answers all other calls as the test tells it to. It records every call.
 */
import type { Trap } from "../../../core/platform.ts";
import { pa } from "../../../core/units.ts";
import { HostCall, type HostCallName } from "../../../host/penglai-abi.ts";
import type { HostMonitor } from "../../../host/ports.ts";
import type { World } from "../../../monitor/monitor.ts";
import type { FakeMachine } from "./fake-machine.ts";

export interface Call {
  readonly name: HostCallName | "SET_TIMER";
  readonly args: readonly bigint[];
}
/** Returns the call's value, or the world that runs next. */
export type Answer = (args: readonly bigint[]) => bigint | World;

export class FakeMonitor implements HostMonitor {
  readonly machine: FakeMachine;
  readonly calls: Call[] = [];
  readonly traps: Trap[] = [];
  readonly answers: Partial<Record<HostCallName, Answer>> = {};
  lastDenial: HostMonitor["lastDenial"];
  /** What a trap that is no host call does. */
  onTrap: (trap: Trap) => World = () => ({ kind: "host" });

  constructor(machine: FakeMachine) {
    this.machine = machine;
  }

  boot(): void {}

  called(name: Call["name"]): Call[] {
    return this.calls.filter((call) => call.name === name);
  }

  handleTrap(trap: Trap): World {
    if (trap.cause !== 9n) {
      this.traps.push(trap);
      return this.onTrap(trap);
    }
    const { x } = this.machine;
    const args = [...x.slice(10, 16)];
    if (x[17] === 0x54494d45n) {
      this.calls.push({ name: "SET_TIMER", args });
      this.reply(0n);
      return { kind: "host" };
    }
    const name = (Object.keys(HostCall) as HostCallName[]).find((key) => BigInt(HostCall[key]) === x[16])!;
    this.calls.push({ name, args });
    const answer = (this.answers[name] ?? ((given) => this.pageTableCall(name, given)))(args);
    if (typeof answer !== "bigint") return answer;
    this.reply(answer);
    return { kind: "host" };
  }

  /** "val in 0…100 => a0 = 0, a1 = val; else a0 = val". */
  reply(value: bigint): void {
    const isSmall = value >= 0n && value <= 100n;
    this.machine.x[10] = isSmall ? 0n : BigInt.asUintN(64, value);
    this.machine.x[11] = isSmall ? value : 0n;
  }

  private pageTableCall(name: HostCallName, [a0, a1, a2, a3]: readonly bigint[]): bigint {
    const { machine } = this;
    if (name === "SET_PTE" && a0 === 1n) machine.write64(pa(Number(a1)), a2!);
    if (name === "SET_PTE" && a0 === 3n)
      machine.writeBytes(pa(Number(a1)), machine.readBytes(pa(Number(a2)), Number(a3)));
    if (name === "MAP_PTE") {
      const leaf = machine.read64(pa(Number(a0)));
      for (let i = 0n; i < 512n; i++) machine.write64(pa(Number(a1! + i * 8n)), leaf + (i << 10n));
      machine.write64(pa(Number(a0)), ((a1! >> 12n) << 10n) | 1n);
    }
    return 0n;
  }
}
