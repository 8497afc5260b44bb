/**
 * The ISA naming string: `rv64imac_zicsr_zba`. RISC-V Volume I, 20240411, chapter "ISA Extension Naming Conventions".
 * Letters may have either case and come in any order; a version may follow a name (`i2p1`); multi-letter names begin
 * with z, s or x and are set apart by underscores. `g` is imafd_zicsr_zifencei; the name of a profile may stand in the
 * place of rv64 and the letters.
 *
 * A machine has what the string names and what that brings along, nothing else: an instruction or CSR of any other
 * extension is illegal. One exception, as no string that is in use names them: without a word about the page-table
 * formats (Svbare, Sv39, Sv48), or about how A and D bits come about (Svade, Svadu), the machine keeps its defaults.
 */
import { EXTENSIONS } from "./isa.gen.ts";
import { PROFILES } from "./isa-profile.ts";
import type { ExtensionRow } from "./isa-row.ts";
import { nearestName } from "./nearest-name.ts";
import { UserError } from "./user-error.ts";

/** The extensions of a machine. */
export interface IsaSet {
  /** Canonical form: all extensions that can be turned off, implied ones too, in the order of the manual. */
  readonly text: string;
  /** Names as isa/extensions.isa writes them. */
  readonly extensions: ReadonlySet<string>;
  /** The word EXTENSIONS of the machine's state. */
  readonly word: bigint;
}

/** A name as it stands in a string. */
interface Written {
  readonly row: ExtensionRow;
  readonly text: string;
}

const G = ["I", "M", "A", "F", "D", "Zicsr", "Zifencei"];
/** Where a string that names none of a group leaves the machine's defaults. */
const UNSPOKEN = [
  ["Svbare", "Sv39", "Sv48"],
  ["Svade", "Svadu"],
];
/** The first letter after Z "conventionally indicates the most closely related alphabetical extension category"; their order. */
const LETTERS = "imafdqlcbkjtpvh";
const EXAMPLE = "rv64imac_zicsr_zifencei";

const rows: ReadonlyMap<string, ExtensionRow> = new Map(EXTENSIONS.map((row) => [row.name.toLowerCase(), row]));
const rowOf = (name: string): ExtensionRow => rows.get(name.toLowerCase()) as ExtensionRow;

/** All extensions, always there first: what `--isa` starts from. */
const ALWAYS = EXTENSIONS.filter(({ bit }) => bit === undefined).map(({ name }) => name);

function unknown(name: string): UserError {
  const near = nearestName(name, rows.keys());
  const mend = near === undefined ? "docs/isa.md lists the extensions that it knows" : `did you mean ${near}?`;
  return new UserError(`--isa: there is no extension "${name}" here`, mend);
}

/** A name with or without a version: the longest name first, as some end in digits (sv39). */
function written(text: string): Written {
  const [, name = "", major, minor] = /^(.*?[a-z])(?:([0-9]+)(?:p([0-9]+))?)?$/.exec(text) ?? [];
  const exact = rows.get(text);
  const row = exact ?? rows.get(name);
  if (!row) throw unknown(major === undefined || nearestName(text, rows.keys()) !== undefined ? text : name);
  if (!exact && Number(major) !== row.version.major)
    throw new UserError(
      `--isa: ${row.name} is here in version ${row.version.major}.${row.version.minor}, not ${major}.${minor ?? 0}`,
      `leave the version out: ${name}`,
    );
  return { row, text };
}

/** Names behind the base, one by one. */
function splitNames(text: string): string[] {
  const names: string[] = [];
  let rest = text;
  while (rest !== "") {
    const [whole, name] = ((/^_?([zsx][a-z0-9]*)/.exec(rest) ?? /^_?([a-z](?:[0-9]+(?:p[0-9]+)?)?)/.exec(rest)) as
      | RegExpExecArray
      | [string, string]) ?? [rest, ""];
    if (!name)
      throw new UserError(`--isa: "${rest}" is no name of an extension`, `write names between underscores: ${EXAMPLE}`);
    names.push(name);
    rest = rest.slice(whole.length);
  }
  return names;
}

/** The base, and what is named behind it. */
function readNames(text: string): Written[] {
  const [, profile, options] = /^(rva[a-z0-9]*)(?:_(.*))?$/.exec(text) ?? [];
  if (profile !== undefined) {
    const mandatory = PROFILES.get(profile);
    if (!mandatory)
      throw new UserError(
        `--isa: there is no profile "${profile}" here`,
        `the profiles are ${[...PROFILES.keys()].join(", ")}`,
      );
    return [...mandatory.filter((name) => rows.has(name)), ...splitNames(options ?? "")].map(written);
  }
  const [, letters] = /^rv64(.*)$/.exec(text) ?? [];
  if (letters === undefined)
    throw new UserError(
      `--isa "${text}" begins with neither rv64 nor a profile`,
      `write it like ${EXAMPLE} or rva22u64`,
    );
  const [base = "", ...others] = splitNames(letters);
  if (base === "g") return [...G.map((name) => ({ row: rowOf(name), text: "g" })), ...others.map(written)];
  if (!/^i([0-9]|$)/.test(base))
    throw new UserError(`--isa "${text}": rv64 is followed by i or g`, `write it like ${EXAMPLE} or rv64gc`);
  return [base, ...others].map(written);
}

/** What comes along, until nothing more does. */
function close(names: Set<string>): Set<string> {
  const before = names.size;
  for (const name of names)
    for (const { name: implied, given } of rowOf(name).implies)
      if (given.every((other) => names.has(other))) names.add(implied);
  return names.size === before ? names : close(names);
}

/** Order of the manual: letters, Z by category, supervisor level, machine level. */
function sortKey(name: string): string {
  const letter = (at: number) => String.fromCharCode(97 + ((LETTERS.indexOf(name[at] as string) + 27) % 27));
  if (name.length === 1) return `0${letter(0)}`;
  return name.startsWith("z") ? `1${letter(1)}${name}` : `${name.startsWith("sm") ? 3 : 2}${name}`;
}

/** Is the name part of the canonical form? Svbare only where its absence would bring the other formats back. */
function isPrinted(name: string, names: ReadonlySet<string>): boolean {
  const isOnlyFormat = UNSPOKEN.some(
    ([first, ...others]) => first === name && !others.some((other) => names.has(other)),
  );
  return name === "I" || isOnlyFormat || rowOf(name).bit !== undefined;
}

function setOf(names: ReadonlySet<string>): IsaSet {
  const printed = [...names]
    .filter((name) => isPrinted(name, names))
    .map((name) => name.toLowerCase())
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const letters = printed.filter((name) => name.length === 1).join("");
  const long = printed.filter((name) => name.length > 1);
  const word = [...names].reduce((sum, name) => sum | (1n << BigInt(rowOf(name).bit ?? 64)), 0n);
  return { text: [`rv64${letters}`, ...long].join("_"), extensions: names, word: BigInt.asUintN(64, word) };
}

/** Everything that the machine has unless somebody says otherwise. */
export const DEFAULT_ISA: IsaSet = setOf(
  new Set(EXTENSIONS.filter(({ presence }) => presence === "on").map(({ name }) => name)),
);

/**
 * Reads an ISA naming string.
 * @throws UserError for a string of another form, and for an extension or version that this machine does not have
 * @spec RISC-V Volume I, 20240411, chapter "ISA Extension Naming Conventions"
 */
export function parseIsaString(text: string): IsaSet {
  const named = readNames(text.toLowerCase());
  const names = new Set([...ALWAYS, ...named.map(({ row }) => row.name)]);
  for (const group of UNSPOKEN)
    if (!named.some(({ row }) => group.includes(row.name)))
      for (const name of group) if (DEFAULT_ISA.extensions.has(name)) names.add(name);
  close(names);
  for (const name of names)
    if (rowOf(name).presence === "none")
      throw new UserError(
        `--isa ${text}: this machine has no ${name}`,
        `leave it out; the machine has ${DEFAULT_ISA.text}`,
      );
  return setOf(names);
}
