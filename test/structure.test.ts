/**
 * The shape of the repository: what the core's module may contain, where things lie in its memory, how long a file may
 * be, and who may import whom (docs/architecture.md, "Layers").
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import * as layout from "../assembly/layout.ts";

const root = join(import.meta.dirname, "..");
const FOLDERS = [
  "isa",
  "assembly",
  "core",
  "hw-model",
  "monitor",
  "host",
  "attest",
  "debug",
  "ni",
  "zoo",
  "cli",
  "bench",
  "scripts",
  "test",
];
const sources = globSync([`{${FOLDERS.join(",")}}/**/*.ts`, "index.ts"], { cwd: root }).map((file) => normalize(file));
const handWritten = sources.filter((file) => !file.endsWith(".gen.ts"));
const text = (file: string): string => readFileSync(join(root, file), "utf8");

describe.each(["build/atoll.wasm", "build/atoll-timed.wasm"])("%s", (file) => {
  const bytes = readFileSync(join(root, file));

  it("is at most 112 KiB", () => {
    expect(bytes.length).toBeLessThanOrEqual(112 * 1024);
  });

  it("imports its memory and nothing else", () => {
    expect(WebAssembly.Module.imports(new WebAssembly.Module(bytes))).toEqual([
      { module: "env", name: "memory", kind: "memory" },
    ]);
  });

  it("keeps no state outside of its memory: every global is constant", () => {
    expect(mutableGlobals(bytes)).toBe(0);
    // the reader of the section is not blind: one i32 constant, one i32 variable
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    expect(mutableGlobals(Uint8Array.of(...header, 6, 11, 2, 0x7f, 0, 0x41, 7, 0x0b, 0x7f, 1, 0x41, 8, 0x0b))).toBe(1);
  });
});

/** Counts the variables in section 6. WebAssembly Core 1.0, sections 5.5.2 and 5.5.9. */
function mutableGlobals(bytes: Uint8Array): number {
  let at = 8;
  const number = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const end = number() + at;
    if (id === 6) {
      let mutable = 0;
      for (let left = number(); left > 0; left--) {
        // value type, mutability, one constant instruction with its LEB128 operand, end
        mutable += bytes[at + 1]!;
        at += 3;
        number();
        if (bytes[at++] !== 0x0b) throw new Error("a global whose value is no constant instruction");
      }
      return mutable;
    }
    at = end;
  }
  return 0;
}

describe("the machine's linear memory", () => {
  const frames = layout.HOST_SIZE / layout.FRAME_SIZE;
  const tables = layout.CONTEXTS * 2;
  const cacheBytes = (sets: number, ways: number): number => sets * ways * 8;
  const regions: readonly (readonly [name: string, start: number, byteLen: number])[] = [
    ["static data of the compiler", 0, 0x10000],
    ["hart state", layout.HART, layout.STATE_END - layout.HART],
    ["allocation state", layout.POOL_FREE, layout.TLB_READY + 4 - layout.POOL_FREE],
    ["exit record", layout.EXIT_CAUSE, layout.SCRATCH - layout.EXIT_CAUSE],
    ["scratch value", layout.SCRATCH, 16],
    ["scratch word and flags of a step", layout.SCRATCH_WORD, 5],
    ["limit of time", layout.TIME_LIMIT, 8],
    ["entry record", layout.ENTRY_RECORD, layout.RECORD],
    // the instruction, and PAGE_END behind two or four bytes of it
    ["scratch record", layout.SCRATCH_RECORD, 3 * layout.RECORD],
    ["count of slow floating point", layout.FPU_SLOW, 4],
    ["debugger: switch and counts", layout.DEBUG_ARMED, 32],
    ["debugger: offsets of breakpoints", layout.BREAK_OFFSETS, layout.BREAK_OFFSETS_BYTES],
    ["breakpoints", layout.BREAKS, 8 * layout.MAX_BREAKS],
    ["watchpoints", layout.WATCHES, layout.WATCH_STRIDE * layout.MAX_WATCHES],
    ["frames of records", layout.RECORD_FRAMES, 4 * layout.RECORD_SLOTS],
    ["UART transmit ring", layout.UART_TX, 8 + layout.UART_RING],
    ["UART receive ring", layout.UART_RX, 8 + layout.UART_RING],
    ["execute TLB", layout.EXEC_TLB, 4 * layout.EXEC_TLB_STRIDE],
    ["lists of filled entries", layout.FILLED, tables * layout.FILLED_STRIDE],
    ["reference counts", layout.FRAME_REFS, 4 * frames],
    ["record slots of frames", layout.FRAME_CODE, 2 * frames],
    ["L1D", layout.CACHE_L1, cacheBytes(layout.CACHE_L1_SETS, layout.CACHE_L1_WAYS)],
    ["L2", layout.CACHE_L2, cacheBytes(layout.CACHE_L2_SETS, layout.CACHE_L2_WAYS)],
    ["costs and counts of the caches", layout.CACHE_COST_L2, layout.CACHE_END - layout.CACHE_COST_L2],
    ["page-frame table", layout.ROOT, 4 * layout.ROOT_ENTRIES],
    ["data TLB", layout.TLB, layout.CONTEXTS * layout.TLB_STRIDE],
    ["predecoded pages", layout.RECORDS, layout.RECORD_SLOTS * layout.RECORDS_STRIDE],
    ["frames", layout.FRAMES, layout.HOST_SIZE - layout.FRAMES],
  ];

  it("has regions that do not overlap, in ascending order", () => {
    for (const [index, [name, start]] of regions.entries()) {
      const [before, from, byteLen] = regions[index - 1] ?? ["the beginning", 0, 0];
      expect(from + byteLen, `${before} reaches into ${name}`).toBeLessThanOrEqual(start);
    }
  });

  it("has hart fields that do not overlap", () => {
    /** Bytes of a field; 8 if it is not named here. */
    const sizes: Readonly<Record<string, number>> = {
      HART_X: 33 * 8,
      HART_F: 32 * 8,
      HART_FFLAGS: 1,
      HART_FRM: 1,
      HART_PRIV: 4,
      HART_TLB: 4,
      HART_EXEC_TLB: 4,
      HART_FIRMWARE: 4,
      HART_ID: 4,
      HART_STATE: 4,
      TURN_HARTS: 4,
      TURN_HART: 4,
      PMP_CFG: 16,
      PMP_ADDR: 128,
      UART_REGS: 16,
      UART_LOOP: 16,
      UART_LOOP_COUNT: 4,
      PLIC_PRIORITY: 96,
      PLIC_PENDING: 12,
      PLIC_IN_FLIGHT: 12,
      PLIC_LEVEL: 12,
      PLIC_OUTPUT: 2 * layout.MAX_HARTS,
      PLIC_THRESHOLD: 2 * layout.MAX_HARTS,
      PLIC_ENABLE: 2 * layout.MAX_HARTS * layout.PLIC_ENABLE_STRIDE,
    };
    const byteLenOf = (name: string): number => sizes[name] ?? 8;
    const fields = Object.entries(layout)
      .filter(([name]) =>
        /^(HART_(?!END)|CSR_(?!VALUE)|PMP_|CLINT_|PLIC_(?!ENABLE_STRIDE)|UART_(REGS|LOOP)|HTIF_|RAM_|TURN_|EXTENSIONS|DEFECTS)/.test(
          name,
        ),
      )
      .sort(([, a], [, b]) => a - b);
    expect(fields.length).toBeGreaterThan(40);
    for (const [index, [name, at]] of fields.entries()) {
      const [before, from] = fields[index - 1] ?? ["HART_X", layout.HART - 33 * 8];
      expect(from + byteLenOf(before), `${before} reaches into ${name}`).toBeLessThanOrEqual(at);
    }
  });

  it("keeps host addresses below 2^30, where the data TLB needs them", () => {
    expect(layout.HOST_SIZE).toBeLessThanOrEqual(2 ** 30);
    expect(layout.FRAMES % layout.FRAME_SIZE).toBe(0);
  });
});

describe("source files", () => {
  it("by hand have at most 500 lines", () => {
    expect(handWritten.length).toBeGreaterThan(100);
    expect(handWritten.filter((file) => text(file).split("\n").length > 500)).toEqual([]);
  });

  it("by hand have a median of at most 150 lines", () => {
    const lengths = handWritten.map((file) => text(file).split("\n").length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(150);
  });
});

interface Edge {
  readonly to: string;
  /** Binds types only, or is resolved when it is called: neither closes a cycle of modules that wait for each other. */
  readonly isLazy: boolean;
}

/** Relative imports of a file, as paths from the root. */
function importsOf(file: string): Edge[] {
  const pattern = /^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"(\.[^"]+)"|import\("(\.[^"]+)"\)/gm;
  return [...text(file).matchAll(pattern)].map(([, type, target, dynamic]) => ({
    to: normalize(join(dirname(file), (target ?? dynamic)!)),
    isLazy: type !== undefined || dynamic !== undefined,
  }));
}

/** What is read here of an override in biome.json. */
interface BiomeOverride {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style?: {
        readonly noRestrictedImports?: {
          readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
        };
      };
    };
  };
}

const folderOf = (file: string): string => (file.includes("/") ? file.slice(0, file.indexOf("/")) : ".");

describe("imports", () => {
  const graph = new Map(sources.map((file) => [file, importsOf(file)]));

  it("lead to files that are there", () => {
    const edges = [...graph.values()].flat();
    expect(edges.length).toBeGreaterThan(300);
    const missing = edges.filter(({ to }) => to.endsWith(".ts") && !graph.has(to)).map(({ to }) => to);
    expect(missing.filter((to) => !to.endsWith("vitest.config.ts"))).toEqual([]);
  });

  it("have no cycle", () => {
    expect(cycles(graph)).toEqual([]);
  });

  /** Who may import whom; a folder may always import itself. Tests, tools and the entry may import everything. */
  const ALLOWED: Readonly<Record<string, readonly string[]>> = {
    assembly: [],
    "hw-model": [],
    attest: [],
    core: ["assembly"],
    monitor: ["assembly", "core", "hw-model", "attest"],
    host: ["assembly", "core", "hw-model", "attest", "monitor"],
    ni: ["assembly", "core", "hw-model", "attest", "monitor", "host"],
    debug: ["assembly", "core", "hw-model", "attest", "monitor", "host"],
    zoo: ["assembly", "core", "hw-model", "attest", "monitor", "host", "ni"],
    cli: ["assembly", "core", "hw-model", "attest", "monitor", "host", "debug", "ni", "zoo"],
  };

  it.each(Object.entries(ALLOWED))("of %s go down the layers", (folder, allowed) => {
    const up = [...graph]
      .filter(([file]) => folderOf(file) === folder)
      .flatMap(([file, edges]) => edges.map(({ to }) => ({ file, to })))
      .filter(({ to }) => folderOf(to) !== folder && !allowed.includes(folderOf(to)));
    expect(up).toEqual([]);
  });

  it.each(Object.entries(ALLOWED))("of %s are told to editors alike, by biome.json", (folder, allowed) => {
    const { overrides } = JSON.parse(text("biome.json")) as { readonly overrides: readonly BiomeOverride[] };
    const rules = overrides.filter(({ includes }) => includes.includes(`${folder}/**`));
    const forbidden = rules.flatMap(({ linter }) =>
      (linter.rules.style?.noRestrictedImports?.options.patterns ?? []).flatMap(({ group }) => group),
    );
    const others = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
    expect(forbidden.sort()).toEqual(others.map((other) => `**/${other}/**`).sort());
  });

  it("of assembly/ from TypeScript are of its polyglot files", () => {
    const polyglot = [
      "layout",
      "cause",
      "stop",
      "access",
      "mstatus",
      "envcfg",
      "satp",
      "pte",
      "op.gen",
      "csr.gen",
      "extension.gen",
      "fpu/codes",
      "defect",
    ].map((name) => `assembly/${name}.ts`);
    const others = [...graph]
      .filter(([file]) => folderOf(file) !== "assembly")
      .flatMap(([file, edges]) => edges.map(({ to }) => ({ file, to })))
      .filter(({ to }) => folderOf(to) === "assembly" && !polyglot.includes(to));
    expect(others).toEqual([]);
  });

  it("of personalities stay out of the machine and of one another", () => {
    const folder = (file: string): string | undefined => /^monitor\/([^/]+)\//.exec(file)?.[1];
    const foreign = [...graph].flatMap(([file, edges]) =>
      edges
        .map(({ to }) => ({ file, to }))
        .filter(({ to }) => ![undefined, "kernel", folder(file)].includes(folder(to)))
        .filter(() => folder(file) !== undefined),
    );
    expect(foreign).toEqual([]);
    const reached = [...graph]
      .filter(([file]) => folder(file) !== undefined && folder(file) !== "kernel")
      .flatMap(([file, edges]) => edges.filter(({ isLazy }) => !isLazy).map(({ to }) => ({ file, to })))
      .filter(({ to }) => to === "core/machine.ts" || to === "core/core-module.ts" || to === "monitor/kernel/shell.ts");
    expect(reached).toEqual([]);
  });

  it("a cycle is found where there is one", () => {
    const edge = (to: string, isLazy = false): Edge => ({ to, isLazy });
    const ring = new Map([
      ["a", [edge("b")]],
      ["b", [edge("c"), edge("a", true)]],
      ["c", [edge("a")]],
    ]);
    expect(cycles(ring)).toEqual(["a -> b -> c -> a"]);
  });
});

/** The cycles that a depth-first search meets, each once. */
function cycles(graph: ReadonlyMap<string, readonly Edge[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(" -> "));
    if (at >= 0 || done.has(file)) return;
    for (const { to, isLazy } of graph.get(file) ?? []) if (!isLazy) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}
