/**
 * Behaviour of a Guarded Page Table check, for the model and for the walker of the machine.
 * Source: Penglai reference §2.1 and the GPT row of §11.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkTablePage,
  divideHptArea,
  type GptMode,
  type GptSetting,
  type SubArea,
  type TableLevel,
} from "../../hw-model/gpt.ts";

export interface GptImplementation {
  /** May the walker read `tablePa` as a table page of `level`? */
  mayWalk(setting: GptSetting, level: TableLevel, tablePa: number): boolean;
}

const PAGE = 4096;
/** 16 MiB: 1 MiB PGD, 4 MiB PMD, 11 MiB PTE, as Linux divides it for 1 GiB (Penglai reference §2.2). */
export const AREA = divideHptArea(0x8100_0000, 16 << 20, 8, 10);
const LEVELS: readonly { level: TableLevel; bounds: SubArea }[] = [
  { level: 2, bounds: AREA.pgd },
  { level: 1, bounds: AREA.pmd },
  { level: 0, bounds: AREA.pte },
];
const setting = (mode: GptMode, enclaveMode = false): GptSetting => ({ mode, area: AREA, enclaveMode });

/** @param name what is tested; @param implementation the check; an expensive one may be made once */
export function gptSuite(name: string, implementation: GptImplementation): void {
  describe(`Guarded Page Table: ${name}`, () => {
    const may = (s: GptSetting, level: TableLevel, pa: number): boolean => implementation.mayWalk(s, level, pa);

    for (const { level, bounds } of LEVELS) {
      it(`paper: a level ${level} table lies in its own sub-area, to the page`, () => {
        const end = bounds.base + bounds.byteLen;
        expect(may(setting("paper"), level, bounds.base)).toBe(true);
        expect(may(setting("paper"), level, end - PAGE)).toBe(true);
        expect(may(setting("paper"), level, bounds.base - PAGE)).toBe(false);
        expect(may(setting("paper"), level, end)).toBe(false);
      });

      it(`paper: a level ${level} table is refused in the sub-areas of the other levels`, () => {
        for (const other of LEVELS.filter((candidate) => candidate.level !== level)) {
          expect(may(setting("paper"), level, other.bounds.base + PAGE)).toBe(false);
        }
      });

      it(`enclave mode, "published" and "off" let a level ${level} table lie anywhere`, () => {
        for (const free of [setting("paper", true), setting("published"), setting("off")]) {
          expect(may(free, level, 0x9000_0000)).toBe(true);
        }
      });
    }

    it("paper: the root of an Sv48 tree is nowhere in place, for lack of a sub-area; else it lies anywhere", () => {
      for (const { bounds } of LEVELS) expect(may(setting("paper"), 3, bounds.base)).toBe(false);
      expect(may(setting("paper"), 3, 0x9000_0000)).toBe(false);
      for (const free of [setting("paper", true), setting("published"), setting("off")])
        expect(may(free, 3, 0x9000_0000)).toBe(true);
    });

    it("agrees with the reference on random table pages", () => {
      const first = AREA.pgd.base / PAGE - 64;
      const pages = fc.oneof(
        fc.integer({ min: first, max: first + (16 << 20) / PAGE + 128 }),
        fc.constantFrom(...LEVELS.flatMap(({ bounds: b }) => [b.base / PAGE, (b.base + b.byteLen) / PAGE - 1])),
      );
      fc.assert(
        fc.property(
          fc.constantFrom<GptMode>("off", "published", "paper"),
          fc.boolean(),
          fc.constantFrom<TableLevel>(3, 2, 1, 0),
          pages,
          (mode, enclaveMode, level, page) => {
            const s = setting(mode, enclaveMode);
            expect(may(s, level, page * PAGE)).toBe(checkTablePage(s, level, page * PAGE).ok);
          },
        ),
        { numRuns: 500 },
      );
    });
  });
}
