/** A mistake in an assembly source, with its place. */
import { UserError } from "./user-error.ts";

/** A piece of a source; line and column count from 1. */
export interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export class AssemblyError extends UserError {
  readonly line: number;
  readonly column: number;

  /** @param mend what would be right */
  constructor(at: Token, what: string, mend: string) {
    super(`line ${at.line}, column ${at.column}: ${what}`, mend);
    this.line = at.line;
    this.column = at.column;
  }
}
