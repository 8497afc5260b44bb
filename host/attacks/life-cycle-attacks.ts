/**
 * Attacks on the life cycle: enter twice, read what a world switch or a destruction leaves behind.
 * Penglai reference §6.9, §6.10, §6.11.
 */
import { PAGE_SIZE, pa } from "../../core/units.ts";
import { type Attack, caught, caughtByMonitor, caughtByTrap, hexOf, succeeded } from "./report.ts";

/** Enter the victim from its first instruction a second time. */
export const runTwice: Attack = (stage) => {
  const attack = "run an enclave that runs already";
  const { kernel } = stage.host.driver;
  const runParam = kernel.pages(1);
  const result = kernel.hart.penglai("RUN_ENCLAVE", stage.victim.record.eid, runParam);
  if (result.ok && result.value < 0n) return caughtByMonitor(attack, stage, "RUN_ENCLAVE");
  return succeeded(attack, `RUN_ENCLAVE returned ${result.ok ? result.value : "never"}`);
};

/** Destroy the victim and look for what it left in its memory. */
export const findResidue: Attack = ({ host, victim }) => {
  const attack = "destroy an enclave and search its memory";
  const { region } = victim.record;
  const destroyed = victim.destroy();
  if (!destroyed.ok) return caught(attack, "monitor: DESTROY", destroyed.refusal.explanation);
  for (let i = 0; i < region.pageCount; i++) {
    const at = pa(region.at + i * PAGE_SIZE);
    const page = host.driver.kernel.load(at, PAGE_SIZE);
    if (!page.ok) return caughtByTrap(attack, page);
    const left = page.bytes.findIndex((byte) => byte !== 0);
    if (left !== -1)
      return succeeded(attack, `0x${(at + left).toString(16)} holds ${hexOf(page.bytes.subarray(left, left + 16))}`);
  }
  return caught(attack, "monitor: wiped memory", `all ${region.pageCount} pages of the region read as zeros`);
};

/** Let the victim run and look at the registers when it comes back. */
export const readRegistersAfterExit: Attack = ({ host, victim }) => {
  const attack = "read registers after a world exit";
  const { x } = host.driver.kernel.hart.machine;
  const mark = 0x5e117e1_5e117e1n;
  // a0 to a7 carry the call itself; every other register is the kernel's to keep.
  const kept = Array.from({ length: 31 }, (_, i) => i + 1).filter((r) => r < 10 || r > 17);
  for (const r of kept) x[r] = mark;
  victim.runSlice();
  const leaked = kept.filter((r) => x[r] !== mark && x[r] !== 0n);
  if (leaked.length > 0) return succeeded(attack, leaked.map((r) => `x${r} = 0x${x[r]!.toString(16)}`).join(", "));
  return caught(attack, "monitor: world switch", "every register holds what the kernel left in it, or zero");
};
