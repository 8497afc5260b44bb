/**
 * Keys of a terminal in raw mode, where nobody but us looks at them: Ctrl-C ends the machine, Ctrl-A sends the next key as
 * it is (Ctrl-A Ctrl-C interrupts what runs in the guest), everything else goes to the guest.
 */
const CTRL_A = 0x01;
const CTRL_C = 0x03;

export class TerminalKeys {
  #isQuoted = false;

  /** @returns what goes to the guest, and whether the user wants to end the machine: what he typed behind that is dropped */
  sift(keys: Uint8Array): { readonly typed: Uint8Array; readonly isInterrupt: boolean } {
    const typed: number[] = [];
    for (const key of keys) {
      if (!this.#isQuoted && key === CTRL_C) return { typed: Uint8Array.from(typed), isInterrupt: true };
      const isQuote: boolean = !this.#isQuoted && key === CTRL_A;
      if (!isQuote) typed.push(key);
      this.#isQuoted = isQuote;
    }
    return { typed: Uint8Array.from(typed), isInterrupt: false };
  }
}
