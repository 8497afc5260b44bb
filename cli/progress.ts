/**
 * Progress of anything that takes more than two seconds: a bar on a terminal, a line now and then elsewhere. On stderr.
 */
import { formatCount } from "./quantities.ts";
import { say, sayText } from "./terminal.ts";

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
  #done = 0;
  #next: number;
  #isShown = false;

  /** @param what "forks": what is counted. @param total how many there are */
  constructor(what: string, total: number, isTerminal = process.stderr.isTTY) {
    this.#what = what;
    this.#total = total;
    this.#isBar = isTerminal === true;
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
    if (this.#isShown && this.#isBar) sayText(ERASE_LINE);
  }

  #show(): void {
    this.#isShown = true;
    const counts = `${formatCount(this.#done)} of ${formatCount(this.#total)} ${this.#what}`;
    if (!this.#isBar) {
      say(counts);
      return;
    }
    const filled = Math.round((BAR_WIDTH * this.#done) / this.#total);
    sayText(`${ERASE_LINE}${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${counts}`);
  }
}
