/**
 * How text reaches the user: stdout is data, stderr is talk. Written at once, so that output of a guest that never ends
 * comes as it is made; colour only on a terminal and unless NO_COLOR is set (`styleText` looks after both).
 */
import { writeSync } from "node:fs";
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];

/** The reader of stdout has gone, as `head` does: no error, but nothing more to do. */
export class BrokenPipe extends Error {
  override readonly name = "BrokenPipe";
}

const STDOUT = 1;
const STDERR = 2;

/** @throws BrokenPipe */
export const printBytes = (bytes: Uint8Array): void => writeAll(STDOUT, bytes);
/** A line of data. @throws BrokenPipe */
export const print = (line = ""): void => writeAll(STDOUT, Buffer.from(`${line}\n`));
/** JSON on stdout; bigints and bytes as text. @throws BrokenPipe */
export const printJson = (value: unknown): void => print(toJson(value));

/** A line of talk. Nobody listening is no reason to stop. */
export function say(line = ""): void {
  sayText(`${line}\n`);
}

/** Talk without a new line. */
export function sayText(text: string): void {
  try {
    writeAll(STDERR, Buffer.from(text));
  } catch (error) {
    if (!(error instanceof BrokenPipe)) throw error;
  }
}

/** Styled for stderr. */
export const styled = (style: Style, text: string): string => styleText(style, text, { stream: process.stderr });
/** Styled for stdout. */
export const styledData = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, member) => {
      if (typeof member === "bigint") return member <= Number.MAX_SAFE_INTEGER ? Number(member) : member.toString();
      return member instanceof Uint8Array ? Buffer.from(member).toString("hex") : member;
    },
    2,
  );
}

/** Columns as wide as their longest cell; the last one is not padded. Cells must not be styled. */
export function table(
  rows: readonly (readonly string[])[],
  style: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] {
  const widths = rows.reduce<number[]>((wide, row) => row.map((cell, i) => Math.max(wide[i] ?? 0, cell.length)), []);
  return rows.map((row, r) =>
    row
      .map((cell, c) => style(cell, r, c) + (c < row.length - 1 ? " ".repeat((widths[c] as number) - cell.length) : ""))
      .join("  ")
      .trimEnd(),
  );
}

/** To a file, a terminal or a pipe. @throws BrokenPipe */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") throw new BrokenPipe();
      if (code !== "EAGAIN") throw error;
      // The pipe is full and does not block: look again in a moment.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
