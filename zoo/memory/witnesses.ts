/** Each mistake of hw-model/mmt-defects.ts, played by somebody who has a probe on the bus. */
import type { MmtDefectId } from "../../hw-model/mmt-defects.ts";
import type { Witness } from "../witness.ts";
import { EngineBench, type Part } from "./bench.ts";

type Play = (bench: EngineBench, defects: readonly string[]) => boolean;

/** Two pages are secure, of the same SubTree; their lines hold zeros. */
const [PAGE, NEIGHBOUR] = [0, 1];

const witness =
  (id: MmtDefectId, play: Play): Witness =>
  (isOn) => {
    const defects = isOn ? [id] : [];
    const bench = new EngineBench(defects);
    for (const page of [PAGE, NEIGHBOUR]) if (!bench.protect(page)) throw new Error(`page ${page} is refused`);
    return play(bench, defects);
  };

const DATA_AND_MAC: readonly Part[] = ["data", "mac"];
const TRIPLE: readonly Part[] = [...DATA_AND_MAC, "ST-2"];

/** Writes 1, then 2, and puts the old parts back. */
function replay(bench: EngineBench, parts: readonly Part[]): void {
  const line = bench.at(PAGE);
  bench.write(line, 1);
  const old = bench.keep(line, ...parts);
  bench.write(line, 2);
  bench.put(old);
}

/** Has the same contents another ciphertext the second time? */
function repeats(bench: EngineBench, again: () => void): boolean {
  const line = bench.at(PAGE);
  const first = bench.ciphertext(line);
  again();
  return bench.ciphertext(line) === first;
}

export const MEMORY_WITNESSES: Readonly<Record<MmtDefectId, Witness>> = {
  X1: witness("X1", (bench) => {
    replay(bench, DATA_AND_MAC);
    return bench.reads(bench.at(PAGE), 1);
  }),
  X2: witness("X2", (bench) => repeats(bench, () => bench.write(bench.at(PAGE), 0))),
  X3: witness("X3", (bench) => bench.ciphertext(bench.at(PAGE, 0)) === bench.ciphertext(bench.at(PAGE, 1))),
  X4a: witness("X4a", (bench) => {
    replay(bench, DATA_AND_MAC);
    return bench.isDeceived(bench.at(PAGE), 2);
  }),
  X4b: witness("X4b", (bench) => {
    bench.splice(bench.at(PAGE, 1), bench.at(PAGE, 0), ...DATA_AND_MAC);
    return bench.isDeceived(bench.at(PAGE, 0), 0);
  }),
  X5: witness("X5", (bench) => {
    const line = bench.at(PAGE);
    bench.flip(line);
    for (let guess = 0; guess < 256; guess++) {
      bench.put([[bench.placeOf(line, "mac"), Uint8Array.of(guess, 0, 0, 0, 0, 0, 0, 0)]]);
      if (bench.isDeceived(line, 0)) return true;
    }
    return false;
  }),
  X6: witness("X6", (bench) => {
    const line = bench.at(PAGE);
    bench.write(line, 1);
    bench.engine.unmountAll();
    const everything = bench.engine.image.copy();
    bench.write(line, 2);
    bench.engine.unmountAll();
    bench.engine.image.restore(everything);
    return bench.reads(line, 1);
  }),
  // four counters of two bits: the fifth write has the first one's again
  X8: witness("X8", (bench) => {
    bench.write(bench.at(PAGE), 7);
    return repeats(bench, () => {
      for (const fill of [1, 2, 3, 7]) bench.write(bench.at(PAGE), fill);
    });
  }),
  X12: witness("X12", (bench, defects) => {
    const next = new EngineBench(defects, 1);
    next.protect(PAGE);
    return next.ciphertext(next.at(PAGE)) === bench.ciphertext(bench.at(PAGE));
  }),
  X13: witness("X13", (bench) => {
    bench.write(bench.at(PAGE), 0x5e);
    return bench.ciphertext(bench.at(PAGE)) === "5e".repeat(64);
  }),
  X14: witness("X14", (bench) => {
    bench.flip(bench.at(PAGE));
    return bench.isDeceived(bench.at(PAGE), 0);
  }),
  X15: witness("X15", (bench) => {
    replay(bench, TRIPLE);
    return bench.reads(bench.at(PAGE), 1);
  }),
  X16: witness("X16", (bench) => {
    bench.release(PAGE);
    return !/^0*$/.test(bench.ciphertext(bench.at(PAGE)));
  }),
  X17: witness("X17", (bench) =>
    repeats(bench, () => {
      for (const page of [PAGE, NEIGHBOUR]) bench.release(page);
      bench.protect(PAGE);
    }),
  ),
  X18: witness("X18", (bench) => {
    replay(bench, TRIPLE);
    return bench.reads(bench.at(PAGE), 1);
  }),
  // Each page is written once, so their nodes have the same counter above them. The neighbour's says that line 0 is
  // still in its first life, when its contents were 0.
  X19: witness("X19", (bench) => {
    const old = bench.keep(bench.at(PAGE), ...DATA_AND_MAC);
    bench.write(bench.at(PAGE), 2);
    bench.write(bench.at(NEIGHBOUR, 1), 2);
    bench.splice(bench.at(NEIGHBOUR), bench.at(PAGE), "ST-2");
    bench.put(old);
    return bench.reads(bench.at(PAGE), 0);
  }),
  // Nobody attacks: what was written cannot be read any more.
  X20: witness("X20", (bench) => {
    bench.engine.unmountAll();
    return bench.read(bench.at(PAGE)) === undefined;
  }),
  X21: witness("X21", (bench) => {
    bench.flip(bench.at(PAGE, 1));
    for (let write = 0; write < 4; write++) bench.write(bench.at(PAGE, 0), 0);
    return bench.isDeceived(bench.at(PAGE, 1), 0);
  }),
  X22: witness("X22", (bench) => {
    replay(bench, TRIPLE);
    for (let slot = 0; slot < 4; slot++) bench.write(bench.at(NEIGHBOUR, slot), 0);
    return bench.reads(bench.at(PAGE), 1);
  }),
  X23: witness("X23", (bench) =>
    repeats(bench, () => {
      bench.release(PAGE);
      bench.protect(PAGE);
    }),
  ),
  X24: witness("X24", (bench) => {
    replay(bench, TRIPLE);
    bench.write(bench.at(PAGE, 1), 0);
    return bench.reads(bench.at(PAGE), 1);
  }),
};
