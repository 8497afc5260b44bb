/** A personality that a user wrote, as commands use it: the plain host (plain-abi.ts) drives it. */
import { Machine } from "../../core/machine.ts";
import { UserError } from "../../core/user-error.ts";
import { PersonalMonitor } from "../../monitor/kernel/personal-monitor.ts";
import type { MonitorModule } from "../../monitor/kernel/personality.ts";
import type { HostedSystem, Hosting, HostingOptions } from "../hosting.ts";
import { PlainHost } from "./plain-host.ts";
import { PlainProgram } from "./plain-program.ts";

export function plainHosting(module: MonitorModule<unknown>): Hosting {
  return {
    name: module.name,
    describe: () => "plain host",
    create: (options = {}) => create(module, options),
  };
}

async function create(
  { name, personality }: MonitorModule<unknown>,
  { memory, seed = 0n, flavour, isa, harts = 1, fuel, without = [], defects = [], observe }: HostingOptions,
): Promise<HostedSystem> {
  if (harts > 1) throw new UserError(`the plain host drives one hart, not ${harts}`, "leave --harts out");
  if (without.length > 0) throw new UserError(`${name} has no defence "${without[0]}"`, "leave --without out");
  const machine = await Machine.create({
    mode: "monitor",
    ...(memory !== undefined && { ramSize: memory }),
    ...(flavour && { flavour }),
    ...(isa !== undefined && { isa }),
  });
  const { ramBase, ramSize } = machine;
  const made = personality({ ramBase, ramSize }, { seed, defects: new Set(defects) });
  const monitor = new PersonalMonitor(machine, made, observe ? { observe } : {});
  const host = new PlainHost(machine, monitor, fuel);
  return {
    machine,
    monitor,
    launch: (elf, { kind, enclaves = 1, ...options }) => {
      if (kind === "shadow") throw new UserError(`${name} has no shadow enclaves`, "leave --shadow and --forks out");
      if ((options.args ?? []).length > 0)
        throw new UserError("the plain host passes no arguments", "leave out what stands behind --");
      const created: PlainProgram[] = [];
      while (created.length < enclaves) {
        const next = PlainProgram.create(host, elf, options);
        if (!next.ok) return next;
        created.push(next.value);
      }
      return { ok: true, value: { programs: () => created } };
    },
  };
}
