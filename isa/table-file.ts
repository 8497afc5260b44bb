/**
 * The outer form of an `.isa` table: `#` starts a comment, columns are separated by two or more spaces, and every
 * piece of text remembers where it stands so that a mistake is reported as `file:line:column`.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** A piece of a table and its place (line and column count from 1). */
export interface Cell {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A mistake in a table. Its message starts with `file:line:column`. */
export class TableError extends Error {
  override readonly name = "TableError";
  constructor(at: Cell, message: string) {
    super(`${at.file}:${at.line}:${at.column}: ${message}`);
  }
}

/** The part of a cell from `offset` on. */
export const within = (cell: Cell, text: string, offset: number): Cell => ({
  ...cell,
  text,
  column: cell.column + offset,
});

/** Splits a cell at white space. */
export function words(cell: Cell): Cell[] {
  return [...cell.text.matchAll(/\S+/g)].map((match) => within(cell, match[0], match.index));
}

/** @returns the rows of a table: one array of cells a line, comments and empty lines left out */
export function parseTable(file: string, source: string): Cell[][] {
  return source.split("\n").flatMap((raw, index) => {
    const text = raw.startsWith("#") ? "" : raw.replace(/\s+$/, "");
    const cells = [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({
      text: match[0],
      file,
      line: index + 1,
      column: match.index + 1,
    }));
    return cells.length === 0 ? [] : [cells];
  });
}

/** Reads a table from `path`. */
export const readTable = (path: string): Cell[][] => parseTable(basename(path), readFileSync(path, "utf8"));
