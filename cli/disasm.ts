/** `atoll disasm`: the executable parts of a program, or one instruction word, as assembly. */
import { parseIsaString } from "../core/isa-string.ts";
import { UserError } from "../core/user-error.ts";
import { type Command, JSON_OPTION } from "./command.ts";
import type { CommandLine } from "./command-line.ts";
import { type Extent, LAST_ADDRESS, type Program, readProgram, symbolExtent } from "./program.ts";
import { formatAddress, parseVa } from "./quantities.ts";

const MAX_WORD = 0xffff_ffffn;

export const disasm: Command = {
  name: "disasm",
  usage: "[app.elf] [options]",
  summary: "Disassembles the executable parts of a program, or one instruction word.",
  operands: { min: 0, max: 1 },
  options: {
    start: { value: "ADDR", describe: "first virtual address" },
    stop: { value: "ADDR", describe: "address after the last" },
    symbol: { value: "NAME", describe: "from this symbol to the next" },
    count: { value: "N", describe: "so many instructions at most" },
    isa: { value: "STRING", describe: "extensions that there are: rv64imac_zicsr (default all that are known)" },
    word: { value: "WORD", describe: "one instruction word instead of a program" },
    ...JSON_OPTION,
  },
  examples: [
    ["disasm app.elf --symbol main", "one function"],
    ["disasm app.elf --start 0x1040 --count 8", "from an address on"],
    ["disasm --word 0x00a58533", "one word"],
  ],
  run: disasmCommand,
};

async function disasmCommand(line: CommandLine): Promise<number> {
  const isJson = line.flag("json");
  const isa = line.text("isa");
  const extensions = isa === undefined ? undefined : parseIsaString(isa).extensions;
  const word = line.u64("word");
  if (word !== undefined) {
    refuseProgramOptions(line);
    if (word > MAX_WORD)
      throw new UserError(`--word ${formatAddress(word)} has more than 32 bits`, "instructions have 16 or 32 bits");
    const { printWord } = await import("./disasm/listing.ts");
    printWord(Number(word), isJson, extensions);
    return 0;
  }
  const program = readProgram(line.operands[0]);
  const extent = extentOf(line, program);
  const count = line.count("count") ?? Number.POSITIVE_INFINITY;
  const { printListing } = await import("./disasm/listing.ts");
  printListing(program, extent, count, isJson, extensions);
  return 0;
}

function refuseProgramOptions(line: CommandLine): void {
  const unheard = ["start", "stop", "symbol", "count"].find((option) => line.has(option));
  if (unheard !== undefined) throw new UserError(`--${unheard} means nothing with --word`, "leave one of the two out");
  if (line.operands.length > 0) throw new UserError("--word wants no program", "leave one of the two out");
}

function extentOf(line: CommandLine, program: Program): Extent {
  const symbol = line.text("symbol");
  const [start, stop] = [line.text("start"), line.text("stop")];
  if (symbol !== undefined && (start !== undefined || stop !== undefined))
    throw new UserError("--symbol says where to start and stop already", "leave out --start and --stop");
  if (symbol !== undefined) return symbolExtent(program, symbol);
  return {
    start: start === undefined ? 0n : parseVa(start, "--start"),
    stop: stop === undefined ? LAST_ADDRESS : parseVa(stop, "--stop"),
  };
}
