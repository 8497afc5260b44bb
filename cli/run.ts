/** `atoll run`: a program as a measured, isolated, attested enclave, or on the bare machine with --firmware. */
import { UserError } from "../core/user-error.ts";
import { BOOT_OPTIONS, bootChoice } from "./boot-options.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { DEFECT_OPTION, defencesOff, WITHOUT_OPTION } from "./defence-option.ts";
import { HART_OPTIONS, hartChoice } from "./hart-options.ts";
import { MACHINE_OPTIONS, MONITOR_OPTIONS, machineChoice, monitorChoice } from "./machine-options.ts";
import { OutputFile } from "./output-file.ts";
import { type Program, readFirmwareProgram, readProgram } from "./program.ts";
import { DEFAULT_GDB, type GdbAddress, parseGdbAddress } from "./run/gdb-address.ts";
import { OutputDirectory } from "./run/output-directory.ts";
import type { RunChoice } from "./run/run-choice.ts";
import type { RunFiles } from "./run/run-program.ts";
import { SignatureOutput } from "./run/signature-output.ts";
import { SERVICE_OPTIONS, serviceChoice } from "./service-options.ts";

const running = "Run";
const output = "Output";

export const run: Command = {
  name: "run",
  usage: "[app.elf] [options] [-- args...]",
  summary:
    "Runs a statically linked RISC-V program as an enclave: measured, attested, isolated from the host.\n" +
    "Without a program it runs the sample. What the guest writes goes to stdout, everything else to stderr.",
  operands: { min: 0, max: 1 },
  options: {
    ...MACHINE_OPTIONS,
    ...HART_OPTIONS,
    ...MONITOR_OPTIONS,
    ...WITHOUT_OPTION,
    ...DEFECT_OPTION,
    fuel: {
      value: "N",
      group: running,
      describe: "stop after so many instructions, a call counting 1000 (cycles, with --firmware): 1e6",
    },
    ...SERVICE_OPTIONS,
    shadow: { group: running, describe: "measure a template and run a fork of it" },
    forks: { value: "N", group: running, describe: "run so many forks of a shadow, in turn on every hart" },
    enclaves: { value: "N", group: running, describe: "run so many enclaves of the program, likewise" },
    firmware: { group: running, describe: "a bare-metal program for the virt map, its own M-mode; stdin is its UART" },
    gdb: {
      value: "[HOST:]PORT",
      implied: DEFAULT_GDB,
      group: running,
      describe: "wait for a debugger and let it run the program (default port 1234, this computer only)",
    },
    signature: { value: "FILE", group: output, describe: "write what an architecture test leaves behind (--firmware)" },
    "signature-granularity": { value: "N", group: output, describe: "bytes a line of it: 1, 2, 4 (default), 8 or 16" },
    ...BOOT_OPTIONS,
    ...JSON_OPTION,
    quiet: { alias: "q", group: output, describe: "only what the guest writes, and failures" },
    out: { value: "DIR", group: output, describe: "write manifest, statistics and console to a new directory" },
    force: { group: output, describe: "replace an earlier --out directory" },
    trace: { value: "FILE", group: output, describe: "write every instruction, as Spike's commit log" },
  },
  examples: [
    ["run", "the sample, and its verified report"],
    ["run app.elf -- one two", "your program, with arguments"],
    ["run app.elf --fuel 1000000 --json", "for a script"],
    ["run client.elf --server store=server.elf", "with a server enclave that it calls"],
    ["run --forks 1000 --quiet", "a thousand forks of one shadow"],
    ["run --forks 1000 --harts 4", "the same, four at a time"],
    ["run bare.elf --firmware", "a bare-metal program"],
    ["run fw.bin --firmware --kernel Image", "firmware, and what it starts"],
    ["run app.elf --gdb", "waits for gdb-multiarch on port 1234: docs/debugging.md"],
    ["run app.elf --out results", "run.json, stats.json, stats.csv, stats.txt, console.log"],
  ],
  notes:
    "Exit code: the guest's; 1 if the enclave was destroyed or a call refused; 2 for a mistake on the command line;\n" +
    "124 when the fuel is used up; 130 after Ctrl-C.",
  run: runCommand,
};

async function runCommand(line: CommandLine): Promise<number> {
  const choice = choiceOf(line);
  const gdb = gdbChoice(line);
  const program = programOf(line);
  if (choice.boot.dumpTree !== undefined) {
    const { dumpTree } = await import("./run/dump-tree.ts");
    dumpTree(choice.boot.dumpTree, program, choice);
    return 0;
  }
  const { runProgram } = await import("./run/run-program.ts");
  const files = openFiles(line, program, choice);
  try {
    const { signature } = files;
    return await runProgram(program, choice, { ...files, gdb, onEnd: (machine) => signature?.write(machine) });
  } finally {
    discard(files);
  }
}

/** What the command runs, or traces. @throws UserError */
export function programOf(line: CommandLine): Program {
  const [path] = line.operands;
  return path !== undefined && line.flag("firmware") ? readFirmwareProgram(path) : readProgram(path);
}

/** A trace is made of single steps, which pass breakpoints. @throws UserError */
function gdbChoice(line: CommandLine): GdbAddress | undefined {
  const text = line.text("gdb");
  if (text !== undefined && line.has("trace"))
    throw new UserError("--gdb and --trace exclude each other", "leave one of the two out");
  return text === undefined ? undefined : parseGdbAddress(text);
}

interface OutputFiles extends RunFiles {
  signature?: SignatureOutput | undefined;
}

/** All of them, or none. */
function openFiles(line: CommandLine, program: Program, { memory }: RunChoice): OutputFiles {
  const [out, trace] = [line.text("out"), line.text("trace")];
  if (out === undefined && line.has("force")) throw new UserError("--force belongs to --out", "add --out DIR");
  const files: { -readonly [file in keyof OutputFiles]: OutputFiles[file] } = {};
  try {
    if (out !== undefined) files.directory = new OutputDirectory(out, line.flag("force"));
    if (trace !== undefined) files.trace = new OutputFile(trace, "--trace");
    files.signature = SignatureOutput.of(line, program, memory);
    return files;
  } catch (error) {
    discard(files);
    throw error;
  }
}

/** What was committed stays. */
function discard({ directory, trace, signature }: OutputFiles): void {
  for (const file of [directory, trace, signature]) file?.discard();
}

/** @throws UserError */
export function choiceOf(line: CommandLine): RunChoice {
  const isFirmware = line.flag("firmware");
  const forks = line.count("forks");
  const enclaves = line.count("enclaves");
  if (forks !== undefined && enclaves !== undefined)
    throw new UserError("--forks and --enclaves exclude each other", "leave one of the two out");
  if (isFirmware) refuseEnclaveOptions(line);
  const fuel = line.count("fuel");
  return {
    ...machineChoice(line, isFirmware ? "firmware" : "monitor"),
    ...hartChoice(line),
    ...monitorChoice(line),
    without: defencesOff(line),
    defects: line.list("defect"),
    ...serviceChoice(line),
    ...(fuel !== undefined && { fuel }),
    kind: isFirmware ? "firmware" : line.flag("shadow") || forks !== undefined ? "shadow" : "enclave",
    boot: bootChoice(line),
    enclaves: enclaves ?? 1,
    forks: forks ?? 1,
    args: line.rest,
    isJson: line.flag("json"),
    isQuiet: line.flag("quiet") || line.flag("json"),
  };
}

/** Without a monitor there is nobody who could listen to these. */
function refuseEnclaveOptions(line: CommandLine): void {
  const unheard = ["monitor", "gpt", "seed", "without", "defect", "server", "disk", "shadow", "forks", "enclaves"].find(
    (option) => line.has(option),
  );
  if (unheard !== undefined)
    throw new UserError(`--${unheard} means nothing with --firmware`, "leave one of the two out");
  if (line.rest.length > 0)
    throw new UserError("a bare-metal program takes no arguments", "leave out what stands behind --");
  if (line.operands.length === 0)
    throw new UserError(
      "--firmware wants a program",
      "name a bare-metal ELF for the virt map: atoll run bare.elf --firmware",
    );
}
