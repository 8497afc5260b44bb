/** An image on QEMU's `virt`: RAM is a file that we write before and read behind. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Piece } from "./image.ts";
import { PEER } from "./peer.ts";
import { RAM_BASE, RAM_SIZE } from "./place.ts";

/** An image takes less than one on a quiet machine. */
const SECONDS = 20;
const SECONDS_FOR_ONE = 4;
/** A QEMU to run images on. */
export class Qemu {
  readonly #command: readonly string[];
  readonly #cpu: string;
  readonly #folder: string;
  readonly #file: string;

  /** @param command how QEMU is started. @param cpu what `-cpu` gets */
  constructor(command: readonly string[] = PEER.command, cpu: string = PEER.cpu) {
    this.#command = command;
    this.#cpu = cpu;
    // RAM that is a file on a disk would be written back to it
    this.#folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "atoll-lockstep-"));
    this.#file = join(this.#folder, "ram");
  }

  version(): string {
    const { error, stdout } = spawnSync(this.#command[0] as string, [...this.#command.slice(1), "--version"], {
      encoding: "latin1",
    });
    if (error) throw error;
    return stdout.split("\n")[0] as string;
  }

  /**
   * @param ranges what to read when the image has ended
   * @returns undefined if it did not end in time. @throws Error if QEMU is missing or fails
   */
  run(pieces: readonly Piece[], ranges: readonly { address: number; byteLen: number }[]): Piece[] | undefined {
    const file = openSync(this.#file, "w+");
    try {
      ftruncateSync(file, RAM_SIZE);
      for (const { address, bytes } of pieces) writeSync(file, bytes, 0, bytes.length, address - RAM_BASE);
      if (!this.#launch(ranges.length > 2 ? SECONDS : SECONDS_FOR_ONE)) return undefined;
      return ranges.map(({ address, byteLen }) => {
        const bytes = new Uint8Array(byteLen);
        readSync(file, bytes, 0, byteLen, address - RAM_BASE);
        return { address, bytes };
      });
    } finally {
      closeSync(file);
    }
  }

  #launch(seconds: number): boolean {
    const memory = `memory-backend-file,id=ram,size=${RAM_SIZE},mem-path=${this.#file},share=on`;
    const args = [
      ...this.#command.slice(1),
      ...["-M", "virt,memory-backend=ram", "-object", memory, "-m", `${RAM_SIZE / 2 ** 20}M`, "-smp", "2"],
      ...["-cpu", this.#cpu, "-bios", "none", "-display", "none", "-monitor", "none", "-serial", "none"],
    ];
    const { error, status, stderr } = spawnSync(this.#command[0] as string, args, {
      timeout: seconds * 1000,
      encoding: "latin1",
    });
    if (error && (error as NodeJS.ErrnoException).code === "ETIMEDOUT") return false;
    if (error) throw error;
    if (status !== 0 || stderr !== "") throw new Error(`QEMU ended with ${status}: ${stderr}`);
    return true;
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
