/**
 * Extensions as the table gives them (isa/extensions.isa), and the headings of the other tables that say which one a
 * row belongs to. A heading holds to the next one or to the end of its file.
 */
import { type Cell, TableError, within, words } from "./table-file.ts";

/** `on` unless --isa says otherwise, `option` only if it asks, `none`: known by name and not there. */
export type Presence = "on" | "option" | "none";

/** `name` comes with an extension, if all of `given` are there too. */
interface Implied {
  readonly name: string;
  readonly given: readonly string[];
}

export interface Extension {
  readonly name: string;
  readonly version: { readonly major: number; readonly minor: number };
  /** Bit of EXTENSIONS; none for a name that demands only what the machine always does. */
  readonly bit?: number;
  readonly presence: Presence;
  readonly implies: readonly Implied[];
  readonly where: string;
  readonly about: string;
  readonly at: Cell;
  readonly impliesAt: Cell;
}

/** A row of a table, the extensions of which one suffices for it, and one that has to be there besides. */
export interface Headed {
  readonly cells: readonly Cell[];
  readonly extensions: readonly string[];
  readonly besides?: string;
}

const LAST_BIT = 63;
const PRESENCES: readonly string[] = ["on", "option", "none"];

function parseExtension(cells: readonly Cell[]): Extension {
  const [name, version, bit, presence, implies, where, about, extra] = cells as [Cell, ...(Cell | undefined)[]];
  if (!version || !bit || !presence || !implies || !where || !about)
    throw new TableError(name, "an extension has name, version, bit, machine, implies, where and what");
  if (extra) throw new TableError(extra, "more columns than an extension has");
  if (!/^[A-Z][a-z0-9]*$/.test(name.text)) throw new TableError(name, `'${name.text}' is no name of an extension`);
  const [, major, minor] = /^([0-9]+)p([0-9]+)$/.exec(version.text) ?? [];
  if (major === undefined) throw new TableError(version, `'${version.text}' is no version such as 2p1`);
  if (!/^(-|[0-9]+)$/.test(bit.text) || Number(bit.text) > LAST_BIT)
    throw new TableError(bit, `a bit is 0 to ${LAST_BIT} or -, not '${bit.text}'`);
  if (!PRESENCES.includes(presence.text))
    throw new TableError(presence, `'${presence.text}' is not one of ${PRESENCES.join(", ")}`);
  return {
    name: name.text,
    version: { major: Number(major), minor: Number(minor) },
    ...(bit.text !== "-" && { bit: Number(bit.text) }),
    presence: presence.text as Presence,
    implies: implies.text === "-" ? [] : words(implies).map(({ text }) => impliedBy(text)),
    where: where.text,
    about: about.text,
    at: name,
    impliesAt: implies,
  };
}

/** `Zcd` or `C:Zcd`. */
function impliedBy(text: string): Implied {
  const parts = text.split(":");
  return { name: parts.at(-1) as string, given: parts.length === 1 ? [] : (parts[0] as string).split("+") };
}

/** @throws TableError at a name, bit or implication that cannot be */
export function parseExtensions(rows: readonly (readonly Cell[])[]): Map<string, Extension> {
  const parsed = rows.map(parseExtension);
  const byName = new Map<string, Extension>();
  for (const extension of parsed) {
    const { name, bit, at } = extension;
    const other = [...byName.values()].find(
      (earlier) => earlier.name === name || (bit !== undefined && earlier.bit === bit),
    );
    if (other) throw new TableError(at, `'${name}' and '${other.name}' share a name or a bit`);
    byName.set(name, extension);
  }
  for (const { implies, impliesAt } of parsed)
    for (const name of implies.flatMap((implied) => [implied.name, ...implied.given]))
      if (!byName.has(name)) throw new TableError(impliesAt, `unknown extension '${name}'`);
  return byName;
}

const HEADING = "extension";

/** Takes the headings out of tables. @throws TableError for an unknown extension, or a row before the first heading */
export function parseHeadings(
  rows: readonly (readonly Cell[])[],
  extensions: ReadonlyMap<string, Extension>,
): Headed[] {
  const headed: Headed[] = [];
  let current: (Omit<Headed, "cells"> & { readonly file: string }) | undefined;
  for (const cells of rows) {
    const first = cells[0] as Cell;
    if (current?.file !== first.file) current = undefined;
    const [keyword, names, conjunction, besides, extra] = words(first);
    if (keyword?.text !== HEADING) {
      if (!current) throw new TableError(first, "no heading 'extension NAME' stands above this row");
      const { file: _, ...needs } = current;
      headed.push({ cells, ...needs });
      continue;
    }
    const isWhole = conjunction === undefined || (conjunction.text === "with" && besides !== undefined && !extra);
    if (!names || !isWhole || cells.length > 1)
      throw new TableError(first, "a heading is 'extension NAME' or 'extension NAME with OTHER'");
    let offset = 0;
    for (const name of names.text.split("|")) {
      if (!extensions.has(name)) throw new TableError(within(names, name, offset), `unknown extension '${name}'`);
      offset += name.length + 1;
    }
    if (besides && !extensions.has(besides.text)) throw new TableError(besides, `unknown extension '${besides.text}'`);
    current = {
      file: first.file,
      extensions: names.text.split("|"),
      ...(besides && { besides: besides.text }),
    };
  }
  return headed;
}
