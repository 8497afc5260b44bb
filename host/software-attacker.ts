/**
 * Attacks by a hostile operating system on an enclave that holds a secret: each does what a real kernel could do, with
 * the same calls and S-mode accesses as the honest one, and reports what stopped it or what it got. They are the software
 * rows of Penglai reference §11. Out of scope: DMA, DRAM (dram-attacker.ts), caches, denial of service.
 */
import { findResidue, readRegistersAfterExit, runTwice } from "./attacks/life-cycle-attacks.ts";
import { answerAnotherOcall, grantForeignMemory, grantTooLittle } from "./attacks/ocall-attacks.ts";
import {
  forgeSatp,
  readThroughDirectMap,
  remapWithSetPte,
  writePageTableArea,
  writeThroughDirectMap,
} from "./attacks/page-table-attacks.ts";
import type { Attack } from "./attacks/report.ts";

export type { Attack, AttackReport, Stage } from "./attacks/report.ts";
export { setStage } from "./attacks/stage.ts";

/** By the name that a user gives on the command line. */
export const SOFTWARE_ATTACKS = {
  "read-direct-map": readThroughDirectMap,
  "write-direct-map": writeThroughDirectMap,
  "remap-set-pte": remapWithSetPte,
  "write-pt-area": writePageTableArea,
  "forge-satp": forgeSatp,
  "grant-foreign-memory": grantForeignMemory,
  "grant-too-little": grantTooLittle,
  "answer-another-ocall": answerAnotherOcall,
  "run-twice": runTwice,
  "read-registers": readRegistersAfterExit,
  "find-residue": findResidue,
} as const satisfies Record<string, Attack>;
