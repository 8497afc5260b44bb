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

const ours = (source: string, what: string, ...killedBy: readonly Property[]): Defect => ({
  what,
  source: `Penglai reference ${source}`,
  killedBy,
});

export const SERVER_DEFECTS = {
  // That only five of ten slots are cleared is S2, that unmapping precedes the check S1.
  B15: published("B15", "relay pages go back to the host unwiped when their holder ends", "C-OS"),
  B24: published("B24", "DESTROY_SERVER erases the name of a server that it does not destroy", "INV", "REF"),
  S1: ours("§10 B15", "ASYN_CALL unmaps what the enclave names before it looks for an entry there", "INV", "REF"),
  S2: ours("§10 B15", "ASYN_CALL clears the first five slots only: a later entry stays with its sender, too", "INV"),
  S3: ours(
    "§6.12",
    "CALL_ENCLAVE maps as many relay pages as the caller says, not as many as it holds",
    "INV",
    "C-ENC",
  ),
  S4: ours("§6.12", "a server that is in a call is called again", "INV", "REF"),
  S5: ours("§6.12", "a block that is passed stays mapped for who passed it", "INV", "C-ENC"),
  S6: ours("§6.12", "the caller's kbuffer stays mapped for the server behind the call", "INV"),
  S7: ours("§6.12", "a block that is passed keeps its owner", "INV", "REF"),
  S8: ours("§6.8", "a server enters a call with the registers of its last one", "INV", "RREG", "C-ENC"),
  S9: ours("§6.12", "ASYN_CALL leaves the translations of what it handed on", "KINT", "C-ENC"),
  S10: ours("§6.3", "GET_CALLER_ID is 0 whoever called, as published", "REF"),
  S11: ours("§6.9", "EXIT of a server leaves its caller waiting for nobody", "INV", "LIVE"),
  S12: ours("§6.9", "DESTROY of a caller leaves the servers that it called, as published", "INV", "LIVE"),
  S13: ours("§6.2", "eight bytes of a name are compared, not sixteen", "REF"),
  S14: ours("§6.2", "two servers may have one name", "INV", "REF"),
  S15: ours("§6.12", "relay pages go to any enclave of a name, also to a second one", "REF", "C-ENC"),
  S16: ours("§6.12", "relay pages that were picked up go on waiting for the next of the name", "INV", "C-ENC"),
  S17: ours("§6.7", "an eleventh entry of relay pages is accepted", "INV", "REF"),
  S18: ours("§6.3", "a split may leave an empty entry, as published", "INV", "REF"),
  S19: ours("§6.9", "a server that faults gives the hart to the host, and its caller waits for nobody", "INV", "LIVE"),
  S20: ours("§6.4", "RETURN_RELAY_PAGE leaves the pages mapped for the enclave", "INV", "KINT"),
  S21: ours(
    "§6.12",
    "call_enclave_arg may go to the server with the block: the answer is written there",
    "REF",
    "KINT",
  ),
} as const satisfies Record<string, Defect>;
