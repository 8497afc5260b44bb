/** What the hostings of both faces of Komodo have in common: the machine, the options that mean nothing here, the programs of a run. */
import { Machine } from "../../core/machine.ts";
import type { MachineDefectId } from "../../core/machine-defects.ts";
import { UserError } from "../../core/user-error.ts";
import type { PersonalMonitor } from "../../monitor/kernel/personal-monitor.ts";
import type { HostedSystem, HostingOptions } from "../hosting.ts";
import { komodoImage } from "./komodo-image.ts";
import type { KomodoLoader } from "./komodo-loader.ts";
import { KomodoProgram } from "./komodo-program.ts";

/** @throws UserError for an option that `name` does not have */
export async function komodoMachine(
  name: string,
  { harts = 1, without = [], gpt = "published", memory, flavour, isa }: HostingOptions,
  defects: readonly MachineDefectId[],
): Promise<Machine> {
  if (harts > 1) throw new UserError(`${name} runs on one hart, not ${harts}`, "leave --harts out");
  if (without.length > 0)
    throw new UserError(`${name} has no defence "${without[0]}"`, "leave --without out; its bugs are --defect");
  if (gpt !== "published") throw new UserError(`${name} has no Guarded Page Table`, "leave --gpt out");
  return await Machine.create({
    mode: "monitor",
    defects,
    ...(memory !== undefined && { ramSize: memory }),
    ...(flavour && { flavour }),
    ...(isa !== undefined && { isa }),
  });
}

/** Programs are numbered through the run, in the order of their launch. */
export function komodoSystem(machine: Machine, monitor: PersonalMonitor<unknown>, loader: KomodoLoader): HostedSystem {
  let launched = 0;
  return {
    machine,
    monitor,
    launch: (elf, { kind, enclaves = 1, args, onOutput }) => {
      if (kind === "shadow")
        throw new UserError(`${monitor.name} has no shadow enclaves`, "leave --shadow and --forks out");
      const image = komodoImage(elf);
      const programs: KomodoProgram[] = [];
      while (programs.length < enclaves) {
        const loaded = loader.load(image);
        if (!loaded.ok) return loaded;
        const place = { index: launched++, count: () => launched };
        const options = { ...place, ...(args && { args }), ...(onOutput && { onOutput }) };
        programs.push(new KomodoProgram(loader, loaded.value, options));
      }
      return { ok: true, value: { programs: () => programs } };
    },
  };
}
