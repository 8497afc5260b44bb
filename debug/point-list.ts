/**
 * Break- and watchpoints as packets Z and z name them, until the target runs on. Source: GDB manual (13), "Packets", Z0 to
 * Z4. Software and hardware breakpoints are one thing here: neither changes memory. "Inserting a breakpoint that is there
 * already" must change nothing, so both are sets. GDB takes all of them out at each stop and puts them back; the machine
 * is told of a change only when it goes on and they are others than before.
 */
import { MAX_BREAKS, MAX_WATCHES } from "../assembly/layout.ts";
import type { DebugPoints, Watchpoint } from "../core/debug-points.ts";
import { type Va, va } from "../core/units.ts";

const ACCESSES: Readonly<Record<string, Watchpoint["access"]>> = { 2: "write", 3: "read", 4: "both" };

export class PointList {
  readonly #breakpoints = new Map<string, Va>();
  readonly #watchpoints = new Map<string, Watchpoint>();
  #applied = "";

  /**
   * @param type the digit behind Z or z. @param kind for watchpoints the number of bytes
   * @returns whether it is done; undefined for a type that there is not
   */
  change(isInsert: boolean, type: string, address: bigint, kind: number): boolean | undefined {
    const access = ACCESSES[type];
    if (access === undefined && type !== "0" && type !== "1") return undefined;
    const key = `${type} ${address} ${access === undefined ? "" : kind}`;
    if (access === undefined) return changed(this.#breakpoints, isInsert, key, va(address), MAX_BREAKS);
    if (kind === 0 || address + BigInt(kind) > 1n << 64n) return false;
    const watchpoint = { address: va(address), byteLen: kind, access };
    return changed(this.#watchpoints, isInsert, key, watchpoint, MAX_WATCHES);
  }

  hasBreakpoint(address: bigint): boolean {
    return this.#breakpoints.has(`0 ${address} `) || this.#breakpoints.has(`1 ${address} `);
  }

  clear(): void {
    this.#breakpoints.clear();
    this.#watchpoints.clear();
  }

  /** Tells the machine, if something has changed since it was told last. */
  apply(points: DebugPoints): void {
    const wanted = [...this.#breakpoints.keys(), ...this.#watchpoints.keys()].sort().join();
    if (wanted === this.#applied) return;
    points.set([...new Set(this.#breakpoints.values())], [...this.#watchpoints.values()]);
    this.#applied = wanted;
  }
}

function changed<T>(set: Map<string, T>, isInsert: boolean, key: string, value: T, most: number): boolean {
  if (!isInsert) set.delete(key);
  else if (!set.has(key)) {
    if (set.size >= most) return false;
    set.set(key, value);
  }
  return true;
}
