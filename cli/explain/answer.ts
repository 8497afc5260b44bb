/**
 * What an access meets. For the host the verdict is the machine's own: the access is made. For the enclave, which does not
 * have the hart at that moment, it is read off its page table and the PMP.
 */

import { causeName } from "../../core/cause-names.ts";
import type { Machine } from "../../core/machine.ts";
import { S_MODE, U_MODE } from "../../core/platform.ts";
import { PTE_R, PTE_U, PTE_W, PTE_X, rootLevelOf, rootOf } from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, pageNoOf, paOfPage, type Va, va } from "../../core/units.ts";
import { describeEntry, findMapping, walk } from "../../debug/page-walk.ts";
import { type Access, matchingEntry } from "../../debug/pmp-entries.ts";
import { DirectMap } from "../../host/direct-map.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import type { System } from "../../host/system.ts";
import { enclaveById } from "../../monitor/penglai-tvm/state.ts";

export interface Question {
  readonly target: Pa;
  /** The kernel, a process of its, or the enclave. */
  readonly subject: "host" | "u" | "enclave";
  readonly access: Access;
}

export interface Answer {
  readonly succeeds: boolean;
  /** "succeeds", "load page fault (cause 13)", … */
  readonly verdict: string;
  /** The virtual address that was used; undefined where nothing maps the page. */
  readonly address: Va | undefined;
  /** The page-table entries that the translation met, or why there are none. */
  readonly tables: readonly string[];
}

const PERMISSION = { read: PTE_R, write: PTE_W, execute: PTE_X } as const;

const unreachable = (why: string): Answer => ({
  succeeds: false,
  verdict: "there is no way to ask for it",
  address: undefined,
  tables: [why],
});

export function askHost({ machine, host }: System, { target, subject, access }: Question): Answer {
  const { kernel } = host.driver;
  const { ramBase, ramEnd } = kernel.layout;
  if (target < ramBase || target >= ramEnd) return unreachable("the kernel maps its RAM and nothing else");
  // Where the direct map puts an address depends on the layout alone.
  const address = new DirectMap(kernel.layout).vaOf(target);
  const outcome = accessAs(machine, subject === "host" ? S_MODE : U_MODE, address, target, access);
  return {
    succeeds: outcome.ok,
    verdict: outcome.ok ? "succeeds" : causeName(outcome.cause),
    address,
    tables: walk(machine.memory, rootOf(kernel.satp), address, rootLevelOf(kernel.satp)).map(describeEntry),
  };
}

function accessAs(machine: Machine, privilege: typeof S_MODE | typeof U_MODE, address: Va, target: Pa, access: Access) {
  switch (access) {
    case "read":
      return machine.loadAs(privilege, address, 1);
    case "write": {
      // What is there already, so that asking changes nothing.
      const offset = target % PAGE_SIZE;
      return machine.storeAs(privilege, address, machine.memory.peek(pageNoOf(target)).slice(offset, offset + 1));
    }
    case "execute":
      return machine.fetchAs(privilege, va(address & ~1n), 2);
  }
}

export function askEnclave(system: System, { record }: HostedEnclave, { target, access }: Question): Answer {
  const { machine, monitor } = system;
  const enclave = enclaveById(monitor.state, BigInt(record.eid));
  if (enclave === undefined) return unreachable("the enclave has ended, and its page table with it");
  const root = paOfPage(enclave.root);
  const page = findMapping(machine.memory, root, pageNoOf(target));
  if (page === undefined) return unreachable("no leaf of the enclave's page table names the page");
  const address = va(page + BigInt(target % PAGE_SIZE));
  const entries = walk(machine.memory, root, address);
  const fault = faultOfEnclave(machine, target, access, entries.at(-1)?.pte ?? 0n);
  return {
    succeeds: fault === undefined,
    verdict: fault ?? "succeeds",
    address,
    tables: entries.map(describeEntry),
  };
}

/** @param leaf a valid one */
function faultOfEnclave(machine: Machine, target: Pa, access: Access, leaf: bigint): string | undefined {
  if ((leaf & PTE_U) === 0n) return "page fault: the entry is not for U-mode";
  if ((leaf & PERMISSION[access]) === 0n) return `page fault: the entry does not permit to ${access}`;
  return matchingEntry(machine, target)?.permits.includes(access)
    ? undefined
    : "access fault: the PMP does not permit it";
}
