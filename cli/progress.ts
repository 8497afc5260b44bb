/**
 * Progress of anything that takes more than two seconds: a bar on a terminal, a line now and then elsewhere. On stderr.
 */
import { formatCount } from "./quantities.ts";
import { sayText } from "./terminal.ts";

/** Milliseconds before anything is shown, then between two lines or two pictures of the bar. */
const PATIENCE = 2000;
const LINE_INTERVAL = 2000;
const BAR_INTERVAL = 100;
const BAR_WIDTH = 30;
const ERASE_LINE = "\r\x1b[K";

export class Progress {
  readonly #what: string;
  readonly #total: number;
  readonly #isBar: boolean;
  readonly #write: (text: string) => void;
  #done = 0;
  #next: number;
  #isShown = false;

  /** @param what "forks": what is counted. @param total how many there are */
  constructor(what: string, total: number, isTerminal = process.stderr.isTTY, write = sayText) {
    this.#what = what;
    this.#total = total;
    this.#isBar = isTerminal === true;
    this.#write = write;
    this.#next = performance.now() + PATIENCE;
  }

  advance(): void {
    this.#done++;
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + (this.#isBar ? BAR_INTERVAL : LINE_INTERVAL);
    this.#show();
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isShown && this.#isBar) this.#write(ERASE_LINE);
  }

  #show(): void {
    this.#isShown = true;
    const counts = `${formatCount(this.#done)} of ${formatCount(this.#total)} ${this.#what}`;
    if (!this.#isBar) {
      this.#write(`${counts}\n`);
      return;
    }
    const filled = Math.round((BAR_WIDTH * this.#done) / this.#total);
    this.#write(`${ERASE_LINE}${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${counts}`);
  }
}
