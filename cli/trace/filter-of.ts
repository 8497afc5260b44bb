/** The filters of `atoll trace` as a user writes them. */
import { M_MODE, type Privilege, S_MODE, U_MODE } from "../../core/platform.ts";
import type { TraceFilter } from "../../core/trace-filter.ts";
import { UserError } from "../../core/user-error.ts";
import type { CommandLine } from "../command-line.ts";
import { type Program, symbolExtent } from "../program.ts";
import { parseCount, parseVa } from "../quantities.ts";

const LEVELS: Readonly<Record<string, Privilege>> = { U: U_MODE, S: S_MODE, M: M_MODE };

/** What a user wants to see; an enclave of "any" is every enclave there is. */
export interface TraceChoice extends Omit<TraceFilter, "enclaves"> {
  readonly enclaves?: readonly (number | "any" | undefined)[];
}

/** @throws UserError */
export function filterOf(line: CommandLine, program: Program): TraceChoice {
  const privilege = line.text("privilege");
  if (line.has("enclave") && line.flag("firmware"))
    throw new UserError("--enclave means nothing with --firmware", "leave one of the two out");
  return {
    ...(line.has("range") && { ranges: line.list("range").map((text) => rangeOf(text, program)) }),
    ...(privilege !== undefined && { privileges: privilegesOf(privilege) }),
    ...(line.has("enclave") && { enclaves: line.list("enclave").map(enclaveOf) }),
  };
}

function rangeOf(text: string, program: Program): { start: bigint; stop: bigint } {
  const [first, last, ...more] = text.split("..");
  if (last === undefined) return symbolExtent(program, text);
  const start = parseVa(first as string, "--range");
  const stop = parseVa(last, "--range");
  if (more.length === 0 && start < stop) return { start, stop };
  throw new UserError(
    `--range "${text}" holds no address`,
    "write first..end, the end behind the last: 0x1000..0x1040",
  );
}

function privilegesOf(text: string): Privilege[] {
  const levels = [...text.toUpperCase().replaceAll(",", "")].map((level) => LEVELS[level]);
  if (levels.length > 0 && levels.every((level) => level !== undefined)) return levels;
  throw new UserError(`--privilege "${text}" names no privileges`, "write letters of U, S and M: --privilege US");
}

function enclaveOf(text: string): number | "any" | undefined {
  if (text === "host") return undefined;
  if (text === "any") return "any";
  if (/^\d+$/.test(text)) return parseCount(text, "--enclave", 0);
  throw new UserError(`--enclave "${text}" names no enclave`, "write an id, any or host: --enclave 1");
}
