/** The personality `komodo-riscv` as commands use it. It measures nothing and attests nothing, and a seed changes nothing. */
import { KOMODO_RISCV_DEFECTS } from "../../monitor/komodo/riscv/defects.ts";
import { createKomodoRiscv } from "../../monitor/komodo-riscv.ts";
import { sortDefects } from "../defect-ids.ts";
import type { Hosting } from "../hosting.ts";
import { riscvOs } from "../komodo/komodo-os.ts";
import { komodoMachine, komodoSystem } from "../komodo/komodo-system.ts";
import { RiscvLoader } from "../komodo/riscv-loader.ts";

export const komodoRiscvHosting: Hosting = {
  name: "komodo-riscv",
  describe: () => "1024 secure pages",
  create: async (options = {}) => {
    const { fuel, defects = [], observe } = options;
    const sorted = sortDefects("komodo-riscv", KOMODO_RISCV_DEFECTS, defects);
    const machine = await komodoMachine("komodo-riscv", options, sorted.machine);
    const monitor = createKomodoRiscv(machine, {
      defects: sorted.monitor,
      ...(observe && { observe }),
    });
    return komodoSystem(machine, monitor, new RiscvLoader(riscvOs(machine, monitor, { fuel })));
  },
};
