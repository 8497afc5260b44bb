/** Options of `atoll run` that give an enclave something to call: servers by name, and a disk. Both are penglai-tvm's. */
import { readFileSync } from "node:fs";
import { UserError } from "../core/user-error.ts";
import { type BlockDevice, MemoryDisk, SECTOR_BYTE_LEN } from "../host/block-device.ts";
import type { CommandLine } from "./command-line.ts";
import { type Program, readProgram } from "./program.ts";

const group = "Run";

export const SERVICE_OPTIONS = {
  server: {
    value: "NAME=FILE",
    isList: true,
    group,
    describe: "a server enclave, which others call by its name (penglai-tvm); may be repeated",
  },
  disk: {
    value: "FILE",
    group,
    describe: "sectors that enclaves read and write (penglai-tvm); the file stays as it is",
  },
} as const;

/** Bytes of a name that the monitor looks at. Penglai reference §6.7. */
const NAME_BYTE_LEN = 16;
/** A disk has at least 1 MiB, so that a program can write behind what the file has. */
const MIN_SECTORS = 2048;

interface ServiceChoice {
  readonly servers: readonly { readonly name: string; readonly program: Program }[];
  readonly disk?: BlockDevice;
}

/** @throws UserError */
export function serviceChoice(line: CommandLine): ServiceChoice {
  const servers = line.list("server").map((text) => {
    const at = text.indexOf("=");
    const name = text.slice(0, Math.max(0, at));
    if (name === "" || at === text.length - 1 || Buffer.byteLength(name) > NAME_BYTE_LEN)
      throw new UserError(
        `--server "${text}" is no name of up to ${NAME_BYTE_LEN} bytes and a file`,
        "write --server store=server.elf",
      );
    return { name, program: readProgram(text.slice(at + 1)) };
  });
  const path = line.text("disk");
  if (path === undefined) return { servers };
  const monitor = line.text("monitor") ?? "penglai-tvm";
  if (monitor !== "penglai-tvm") throw new UserError(`${monitor} has no disk`, "leave --disk out");
  return { servers, disk: readDisk(path) };
}

function readDisk(path: string): BlockDevice {
  let contents: Uint8Array;
  try {
    contents = readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "an error";
    throw new UserError(`--disk ${path} cannot be read: ${reason}`, "name a file, an empty one for an empty disk");
  }
  return new MemoryDisk(Math.max(MIN_SECTORS, Math.ceil(contents.length / SECTOR_BYTE_LEN)), contents);
}
