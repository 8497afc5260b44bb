/**
 * A socket as the debugger reads it. What comes is kept up to a bound and then held back; nothing is read while what we
 * wrote waits to be taken, so a client that never listens costs no memory either.
 */
import type { Socket } from "node:net";
import type { ByteStream } from "../../debug/byte-stream.ts";
import type { Interruption } from "../interruption.ts";
import { NOTHING_BUT_OUTPUT } from "./run-program.ts";

/** Bytes that may wait on either side. */
const MOST_WAITING = 2 ** 18;
/** Milliseconds between two looks for Ctrl-C. */
const PATIENCE = 100;

export class SocketStream implements ByteStream {
  readonly #socket: Socket;
  readonly #interruption: Interruption;
  #waiting: Uint8Array[] = [];
  #byteLen = 0;
  #isGone = false;
  #wake: () => void = () => {};

  constructor(socket: Socket, interruption: Interruption) {
    this.#socket = socket;
    this.#interruption = interruption;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => {
      this.#waiting.push(bytes);
      this.#byteLen += bytes.length;
      if (this.#byteLen > MOST_WAITING) socket.pause();
      this.#wake();
    });
    for (const event of ["end", "close", "error"]) {
      socket.on(event, () => {
        this.#isGone = true;
        this.#wake();
      });
    }
    socket.on("drain", () => this.#wake());
  }

  poll(): Uint8Array | undefined {
    if (this.#byteLen === 0) return this.#isGone ? undefined : new Uint8Array();
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#byteLen = 0;
    this.#socket.resume();
    return bytes;
  }

  /** @throws Interrupted */
  async read(): Promise<Uint8Array | undefined> {
    while (true) {
      if (await this.#interruption.isRequested()) throw this.#interruption.error(NOTHING_BUT_OUTPUT);
      const mayRead = this.#socket.writableLength <= MOST_WAITING || this.#isGone;
      const bytes = mayRead ? this.poll() : new Uint8Array();
      if (bytes?.length !== 0) return bytes;
      await this.#somethingHappens();
    }
  }

  #somethingHappens(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  write(bytes: Uint8Array): void {
    if (!this.#isGone) this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.end();
    // who does not close its side keeps nobody waiting
    this.#socket.unref();
  }
}
