/**
 * The personality `komodo` as commands use it: enclaves that its operating system builds call by call. It attests to enclaves
 * and not to hosts, so there is nothing to appraise.
 */
import { Machine } from "../../core/machine.ts";
import { UserError } from "../../core/user-error.ts";
import { type DefectId, KOMODO_DEFECTS } from "../../monitor/komodo/defects.ts";
import { createKomodo } from "../../monitor/komodo.ts";
import type { HostedSystem, Hosting, HostingOptions } from "../hosting.ts";
import { ArmLoader } from "../komodo/arm-loader.ts";
import { komodoImage } from "../komodo/komodo-image.ts";
import { armOs } from "../komodo/komodo-os.ts";
import { KomodoProgram } from "../komodo/komodo-program.ts";

export const komodoHosting: Hosting = {
  name: "komodo",
  describe: () => "256 secure pages",
  create: async (options = {}): Promise<HostedSystem> => {
    checkOptions(options);
    const { memory, seed, flavour, isa, fuel, defects = [], observe } = options;
    const machine = await Machine.create({
      mode: "monitor",
      ...(memory !== undefined && { ramSize: memory }),
      ...(flavour && { flavour }),
      ...(isa !== undefined && { isa }),
    });
    const monitor = createKomodo(machine, {
      defects: defects.map(defectId),
      ...(seed !== undefined && { seed }),
      ...(observe && { observe }),
    });
    const loader = new ArmLoader(armOs(machine, monitor, { fuel }));
    let launched = 0;
    return {
      machine,
      monitor,
      launch: (elf, { kind, enclaves = 1, args, onOutput }) => {
        if (kind === "shadow") throw new UserError("komodo has no shadow enclaves", "leave --shadow and --forks out");
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
  },
};

function checkOptions({ harts = 1, without = [], gpt = "published" }: HostingOptions): void {
  if (harts > 1) throw new UserError(`komodo runs on one hart, not ${harts}`, "leave --harts out");
  if (without.length > 0)
    throw new UserError(`komodo has no defence "${without[0]}"`, "leave --without out; its bugs are --defect");
  if (gpt !== "published") throw new UserError("komodo has no Guarded Page Table", "leave --gpt out");
}

function defectId(id: string): DefectId {
  if (Object.hasOwn(KOMODO_DEFECTS, id)) return id as DefectId;
  throw new UserError(`komodo has no defect "${id}"`, "choose one of its bug zoo: A1, E3, M12, ...");
}
