/** The detector that knows where to look: each mistake's own witness. */
import type { Detector } from "../house.ts";

/** @param play one mistake against the system that makes the mistakes `on`. @returns whether harm was done */
export const witnesses = (play: (id: string, on: readonly string[]) => boolean | Promise<boolean>): Detector => ({
  name: "witness",
  unit: "plays",
  budget: 1,
  async hunt(ids) {
    for (const [index, id] of ids.entries())
      if (await play(id, ids)) return { after: index + 1, report: `the witness of ${id} saw the harm\n` };
    return undefined;
  },
});
