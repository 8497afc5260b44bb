/** All houses. Each is loaded when it is asked for. */
import type { House } from "./house.ts";

export const HOUSES: Readonly<Record<string, () => Promise<House>>> = {
  "penglai-tvm": async () => (await import("./penglai-tvm/house.ts")).PENGLAI_TVM,
  "penglai-pmp": async () => (await import("./penglai-pmp/house.ts")).PENGLAI_PMP,
  komodo: async () => (await import("./komodo/house.ts")).KOMODO,
  "komodo-riscv": async () => (await import("./komodo/riscv-house.ts")).KOMODO_RISCV,
  machine: async () => (await import("./machine/house.ts")).MACHINE,
  memory: async () => (await import("./memory/house.ts")).MEMORY,
  attestation: async () => (await import("./attestation/house.ts")).ATTESTATION,
};

export const allHouses = (): Promise<readonly House[]> => Promise.all(Object.values(HOUSES).map((load) => load()));
