/**
 * The personality `komodo` as commands use it: enclaves that its operating system builds call by call. It attests to enclaves
 * and not to hosts, so there is nothing to appraise.
 */
import { KOMODO_DEFECTS } from "../../monitor/komodo/defects.ts";
import { createKomodo } from "../../monitor/komodo.ts";
import { sortDefects } from "../defect-ids.ts";
import type { Hosting } from "../hosting.ts";
import { ArmLoader } from "../komodo/arm-loader.ts";
import { armOs } from "../komodo/komodo-os.ts";
import { komodoMachine, komodoSystem } from "../komodo/komodo-system.ts";

export const komodoHosting: Hosting = {
  name: "komodo",
  describe: () => "256 secure pages",
  create: async (options = {}) => {
    const { seed, fuel, defects = [], observe } = options;
    const sorted = sortDefects("komodo", KOMODO_DEFECTS, defects);
    const machine = await komodoMachine("komodo", options, sorted.machine);
    const monitor = createKomodo(machine, {
      defects: sorted.monitor,
      ...(seed !== undefined && { seed }),
      ...(observe && { observe }),
    });
    return komodoSystem(machine, monitor, new ArmLoader(armOs(machine, monitor, { fuel })));
  },
};
