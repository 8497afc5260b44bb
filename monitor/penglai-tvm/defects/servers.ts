/**
 * Defects of servers, calls and relay pages: those that were published (Penglai reference §10), and mistakes that the code
 * invites, under S numbers.
 */
import type { Defect, Property } from "../../kernel/defect.ts";

const published = (id: string, what: string, ...killedBy: readonly Property[]): Defect => ({
  what,
  source: `Penglai reference §10 ${id}`,
  killedBy,
});

export const SERVER_DEFECTS = {
  B24: published("B24", "DESTROY_SERVER erases the name of a server that it does not destroy", "INV", "REF"),
} as const satisfies Record<string, Defect>;
