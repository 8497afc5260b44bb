/**
 * The host's end of the console: what the guest transmits through the UART or HTIF goes to a listener, what the host types
 * waits in a ring for the guest. The rings lie in linear memory (assembly/dev/console.ts is their other end).
 *
 *     a ring: u32 head (written), u32 tail (read), UART_RING bytes
 */
import { UART_REGS, UART_RING, UART_RX, UART_TX } from "../assembly/layout.ts";
import { checkBytes } from "./argument.ts";

/** Interrupt enable register of the UART, and its bit for received data. */
const IER = 1;
const IER_RECEIVED = 1;

export class Console {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #listener: (bytes: Uint8Array) => void = () => {};

  /** @param memory linear memory of the machine */
  constructor(memory: WebAssembly.Memory) {
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** Who gets the output from now on. */
  listen(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  /** Output that did not come through the ring, behind all that did. */
  print(bytes: Uint8Array): void {
    this.deliver();
    this.#listener(bytes);
  }

  /** Empties the transmit ring. */
  deliver(): void {
    const head = this.#view.getUint32(UART_TX, true);
    const tail = this.#view.getUint32(UART_TX + 4, true);
    if (head === tail) return;
    const bytes = Uint8Array.from(
      { length: (head - tail) >>> 0 },
      (_, index) => this.#bytes[UART_TX + 8 + ((tail + index) % UART_RING)] as number,
    );
    this.#view.setUint32(UART_TX + 4, head, true);
    this.#listener(bytes);
  }

  /** @returns how many bytes the receive ring took. @throws TypeError if there are none to take */
  type(bytes: Uint8Array): number {
    checkBytes("bytes", bytes);
    const head = this.#view.getUint32(UART_RX, true);
    const waiting = (head - this.#view.getUint32(UART_RX + 4, true)) >>> 0;
    const taken = bytes.subarray(0, UART_RING - waiting);
    for (const [index, byte] of taken.entries()) this.#bytes[UART_RX + 8 + ((head + index) % UART_RING)] = byte;
    this.#view.setUint32(UART_RX, head + taken.length, true);
    return taken.length;
  }

  /** The guest has asked the UART to be told of what is typed. */
  get isListening(): boolean {
    return (this.#bytes[UART_REGS + IER]! & IER_RECEIVED) !== 0;
  }
}
