import { beforeEach, describe, expect, it } from "vitest";
import { MSTATUS, SATP } from "../../assembly/csr.gen.ts";
import { parseElf } from "../../core/elf.ts";
import { type Pa, pa } from "../../core/units.ts";
import type { Stage } from "../../host/attacks/report.ts";
import { EnclaveHost } from "../../host/enclave-host.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import { SOFTWARE_ATTACKS } from "../../host/software-attacker.ts";
import { buildElf } from "../core/elf-builder.ts";
import { FakeMachine } from "./fakes/fake-machine.ts";
import { FakeMonitor } from "./fakes/fake-monitor.ts";

type AttackName = keyof typeof SOFTWARE_ATTACKS;
const ATTACKS = Object.keys(SOFTWARE_ATTACKS) as AttackName[];
const T0 = 5;

let machine: FakeMachine;
let monitor: FakeMonitor;
let stage: Stage;

const launch = (host: EnclaveHost): HostedEnclave => {
  const created = host.createEnclave(parseElf(buildElf()));
  if (!created.ok) throw new Error(created.refusal.explanation);
  return created.value;
};

/** A monitor without a single check, and a machine without PMP: every attack gets through. */
beforeEach(() => {
  machine = new FakeMachine(64 * 2 ** 20);
  monitor = new FakeMonitor(machine);
  const host = new EnclaveHost(machine, monitor);
  let requested = false;
  monitor.answers.RUN_ENCLAVE = ([eid]) => {
    if (eid !== 2n || requested) return 3n;
    requested = true;
    machine.write64(pa(Number(machine.read64(pa(params.get(2n)! + 96)))), 4n); // ocall SBRK
    return 2n;
  };
  monitor.answers.RESUME_ENCLAVE = () => {
    machine.x[T0] = 0x5ec2e7n; // the enclave's temporary stays in the register
    return 3n;
  };
  const params = new Map<bigint, Pa>();
  monitor.answers.CREATE_ENCLAVE = ([param]) => {
    const eid = BigInt(params.size + 1);
    params.set(eid, pa(Number(param)));
    machine.write64(pa(Number(machine.read64(pa(Number(param))))), eid);
    return 0n;
  };
  const victim = launch(host);
  victim.runSlice();
  const secret = [...victim.record.frames.values()][0]!;
  stage = { host, victim, secret, asker: launch(host) };
});

describe("software attacks", () => {
  it.each(ATTACKS)("%s succeeds where nothing stops it", (name) => {
    expect(SOFTWARE_ATTACKS[name](stage)).toMatchObject({ succeeded: true });
  });

  /** What each defence looks like from outside, alone. */
  const defences: Record<string, { on: () => void; catches: AttackName[]; by: RegExp }> = {
    "the monitor unmaps secure pages": {
      on: () => {
        machine.secure = { from: stage.secret, to: stage.secret + 4096 };
      },
      catches: ["read-direct-map", "write-direct-map"],
      by: /unmapped/,
    },
    "SET_PTE checks ownership": {
      on: () => {
        monitor.answers.SET_PTE = () => -1n;
        monitor.lastDenial = { guard: "MAPS_PROTECTED", explanation: "it belongs to enclave 1" };
      },
      catches: ["remap-set-pte"],
      by: /MAPS_PROTECTED/,
    },
    "PMP makes the page-table area read-only": {
      on: () => {
        const { base, end } = stage.host.driver.kernel.layout.ptArea;
        machine.readOnly = { from: base, to: end };
      },
      catches: ["write-pt-area"],
      by: /PMP/,
    },
    "satp traps": { on: () => machine.writeCsr(MSTATUS, 1n << 20n), catches: ["forge-satp"], by: /TVM/ },
    "the walker checks where tables lie": {
      on: () => {
        const honest = machine.readCsr(SATP);
        const { loadAs } = machine;
        machine.loadAs = function (...args) {
          return this.readCsr(SATP) === honest ? loadAs.apply(this, args) : { ok: false, cause: 24n, tval: args[1] };
        };
      },
      catches: ["forge-satp"],
      by: /GPT/,
    },
    "RESUME checks the answer": {
      on: () => {
        monitor.answers.RESUME_ENCLAVE = () => -1n;
      },
      catches: ["grant-foreign-memory", "grant-too-little", "answer-another-ocall"],
      by: /RESUME/,
    },
    "RUN checks the state": {
      on: () => {
        monitor.answers.RUN_ENCLAVE = () => -1n;
      },
      catches: ["run-twice"],
      by: /RUN/,
    },
    "the world switch clears registers": {
      on: () => {
        monitor.answers.RESUME_ENCLAVE = () => {
          machine.x[T0] = 0n;
          return 3n;
        };
      },
      catches: ["read-registers"],
      by: /world switch/,
    },
    "memory is wiped": {
      on: () => {
        const { region } = stage.victim.record;
        monitor.answers.DESTROY_ENCLAVE = () => {
          machine.zero(region.at, region.pageCount * 4096);
          return 0n;
        };
      },
      catches: ["find-residue"],
      by: /wiped/,
    },
  };

  const cases = Object.entries(defences).flatMap(([name, { catches }]) => catches.map((attack) => ({ name, attack })));
  it.each(cases)("$attack is caught when $name", ({ name, attack }) => {
    defences[name]!.on();
    const report = SOFTWARE_ATTACKS[attack](stage);
    expect(report.succeeded).toBe(false);
    if (!report.succeeded) expect(report.caughtBy).toMatch(defences[name]!.by);
  });

  it("puts the page table back", () => {
    const { kernel } = stage.host.driver;
    for (const name of ["remap-set-pte", "write-pt-area", "forge-satp"] as const) SOFTWARE_ATTACKS[name](stage);
    expect(machine.readCsr(SATP)).toBe(kernel.satp);
    for (let at = kernel.layout.ramBase + 4 * 2 ** 20; at < kernel.layout.ramEnd; at += 2 ** 20) {
      if (at >= kernel.layout.mbitmap && at < kernel.layout.mbitmap + kernel.layout.mbitmapByteLen) continue;
      expect(machine.translate(kernel.vaOf(pa(at)))).toBe(at);
    }
  });
});
