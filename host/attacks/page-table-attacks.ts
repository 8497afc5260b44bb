/**
 * Attacks on the mapping: reach secure memory through the direct map, through a second mapping, through the page-table
 * area itself, or through a table of the attacker's own. Penglai reference §2.1 (GPT invariants 1 to 3), §11 (GPT row).
 * Each leaves the page table as it found it.
 */
import { SATP } from "../../assembly/csr.gen.ts";
import { S_MODE } from "../../core/platform.ts";
import { canonical, GIGAPAGE, MEGAPAGE, PTE_A, PTE_D, PTE_R, PTE_V, PTE_W, pteOf, satpOf } from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa } from "../../core/units.ts";
import { SetPte } from "../penglai-abi.ts";
import {
  type Attack,
  type AttackReport,
  caught,
  caughtByMonitor,
  caughtByTrap,
  judgeLoad,
  SECRET_BYTE_LEN,
  type Stage,
  succeeded,
} from "./report.ts";

const KERNEL_LEAF = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;

/** Load the secret where the kernel's own direct map showed it before. */
export const readThroughDirectMap: Attack = ({ host, secret }) =>
  judgeLoad("read secure memory through the direct map", host.driver.kernel.load(secret, SECRET_BYTE_LEN));

/** Overwrite it there. */
export const writeThroughDirectMap: Attack = ({ host, secret }) => {
  const attack = "write secure memory through the direct map";
  const outcome = host.driver.kernel.store(secret, new Uint8Array(SECRET_BYTE_LEN));
  return outcome.ok ? succeeded(attack, "the store went through") : caughtByTrap(attack, outcome);
};

/** Ask the monitor, with SET_PTE, to map the secret a second time. */
export const remapWithSetPte: Attack = (stage) =>
  throughWindow(stage, "map secure memory again with SET_PTE", (attack, entry, leaf) => {
    const result = stage.host.driver.kernel.hart.penglai("SET_PTE", SetPte.ONE, entry, leaf);
    return result.ok && result.value === 0n ? undefined : caughtByMonitor(attack, stage, "SET_PTE");
  });

/** Write the same entry into the page-table area with a plain store. */
export const writePageTableArea: Attack = (stage) =>
  throughWindow(stage, "store to the page-table area", (attack, entry, leaf) => {
    const outcome = stage.host.driver.kernel.store(entry, new Uint8Array(BigUint64Array.of(leaf).buffer));
    return outcome.ok ? undefined : caughtByTrap(attack, outcome);
  });

/** Point satp at a page table in ordinary memory that maps the secret. */
export const forgeSatp: Attack = ({ host, secret }) => {
  const attack = "point satp at a forged page table";
  const { kernel } = host.driver;
  const { hart } = kernel;
  const root = kernel.pages(1);
  const gigabyte = Math.floor(secret / GIGAPAGE) * GIGAPAGE;
  kernel.put(root, new Uint8Array(BigUint64Array.of(pteOf(pa(gigabyte), KERNEL_LEAF)).buffer));

  hart.writeSatp(satpOf(root));
  if (hart.machine.readCsr(SATP) !== satpOf(root)) {
    const detail = hart.monitor.lastDenial?.explanation ?? "the write of satp trapped and was not carried out";
    return caught(attack, "monitor: mstatus.TVM", detail);
  }
  hart.fence();
  const outcome = hart.machine.loadAs(S_MODE, canonical(BigInt(secret - gigabyte)), SECRET_BYTE_LEN);
  hart.writeSatp(kernel.satp);
  hart.fence();
  return judgeLoad(attack, outcome);
};

/**
 * Points the level 1 entry of a 2 MiB block of the attacker's own at the block with the secret, by the given means, and
 * reads the secret there.
 * @param write puts the leaf into the entry; returns a report if that was prevented
 */
function throughWindow(
  { host, secret }: Stage,
  attack: string,
  write: (attack: string, entry: Pa, leaf: bigint) => AttackReport | undefined,
): AttackReport {
  const { kernel } = host.driver;
  const window = kernel.pages(MEGAPAGE / PAGE_SIZE);
  const entry = kernel.middleEntry(window);
  const offset = secret % MEGAPAGE;
  const prevented = write(attack, entry, pteOf(pa(secret - offset), KERNEL_LEAF));
  if (prevented) return prevented;
  kernel.hart.fence();
  const report = judgeLoad(attack, kernel.load(pa(window + offset), SECRET_BYTE_LEN));
  write(attack, entry, pteOf(window, KERNEL_LEAF));
  kernel.hart.fence();
  return report;
}
