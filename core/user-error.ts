/**
 * A mistake of the user's: one line says what is wrong, one line how to mend it. The command line prints both and
 * exits with `exitCode`; it never shows a stack trace for it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly mend: string;
  readonly exitCode: number;

  /**
   * @param what one line: what is wrong, with the offending name or value
   * @param mend one line: what the user can do about it
   * @param exitCode exit status of the command, 2 unless the convention says otherwise
   */
  constructor(what: string, mend: string, exitCode = 2) {
    super(what);
    this.mend = mend;
    this.exitCode = exitCode;
  }
}
