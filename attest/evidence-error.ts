/**
 * Evidence or a report that is not well formed: the sender's mistake, told in one line, with one line how to mend it.
 * Whether well-formed evidence is *believed* is another question, and its answer is no error: see verify.ts.
 */
export class EvidenceError extends Error {
  override readonly name = "EvidenceError";
  readonly what: string;
  readonly mend: string;

  /**
   * @param what one line: what is wrong, with the offending field
   * @param mend one line: what the sender can do about it
   */
  constructor(what: string, mend: string) {
    super(what);
    this.what = what;
    this.mend = mend;
  }
}
