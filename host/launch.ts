/** How an enclave is started, and what it says meanwhile. */
import type { RelaySource } from "./enclave.ts";
import { encodeArguments } from "./program-arguments.ts";

/** How one enclave is started. */
export interface LaunchOptions {
  /** The first 16 bytes of it reach the monitor: a server is called by it, relay pages are handed on to it. */
  readonly name?: string;
  /** Program arguments, the first one is `argv[0]`. No host shared memory if there are none. */
  readonly args?: readonly string[];
  /** Stack in bytes, 64 KiB by default. A fork has 64 KiB always: the monitor maps it. */
  readonly stackByteLen?: number;
  /** Pages of page tables beyond the image's: one for each 2 MiB that the enclave maps later. 256 by default, 16 for a fork. */
  readonly slackPages?: number;
  /** Called with the bytes of each SYS_WRITE as they come. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** Called with relay pages that the enclave gives back. @returns new ones for it, nothing if undefined */
  readonly onRelay?: (bytes: Uint8Array) => RelaySource | undefined;
}

/** Collects text whose characters may be split between two writes. */
export class Output {
  readonly #decoder = new TextDecoder();
  readonly #onOutput: ((bytes: Uint8Array) => void) | undefined;
  text = "";
  /** The last relay pages. */
  relay: Uint8Array | undefined;

  constructor(onOutput: ((bytes: Uint8Array) => void) | undefined) {
    this.#onOutput = onOutput;
  }

  append(bytes: Uint8Array): void {
    this.text += this.#decoder.decode(bytes, { stream: true });
    this.#onOutput?.(bytes);
  }
}

/** The same for the driver. */
export function driverOptions({ name, args, slackPages, onRelay }: LaunchOptions, output: Output) {
  return {
    console: (bytes: Uint8Array) => output.append(bytes),
    onRelay: (bytes: Uint8Array): RelaySource | undefined => {
      output.relay = bytes;
      return onRelay?.(bytes);
    },
    ...(name !== undefined && { name }),
    ...(slackPages !== undefined && { slackPages }),
    ...(args !== undefined && args.length > 0 && { shm: encodeArguments(args) }),
  };
}
