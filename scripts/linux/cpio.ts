/**
 * Archives for an initial RAM disk: the "new" ASCII format of cpio. Linux Documentation/driver-api/early-userspace/
 * buffer-format.rst. Headers are 110 characters of hexadecimal; names and contents are padded to 4 bytes.
 */

/** A file, a directory, or a character device. */
export type CpioEntry = { readonly path: string } & (
  | { readonly kind: "file"; readonly bytes: Uint8Array; readonly isExecutable?: boolean }
  | { readonly kind: "directory" }
  | { readonly kind: "device"; readonly major: number; readonly minor: number }
);

const MAGIC = "070701";
const TRAILER = "TRAILER!!!";
const MODES = { file: 0o100644, executable: 0o100755, directory: 0o040755, device: 0o020600 } as const;
const NO_BYTES = new Uint8Array(0);

function modeOf(entry: CpioEntry): number {
  return MODES[entry.kind === "file" && entry.isExecutable ? "executable" : entry.kind];
}

const padding = (byteLen: number): Uint8Array => new Uint8Array((4 - (byteLen % 4)) % 4);

function member(name: string, inode: number, mode: number, bytes: Uint8Array, major = 0, minor = 0): Uint8Array[] {
  const path = new TextEncoder().encode(`${name}\0`);
  const links = mode === MODES.directory ? 2 : 1;
  // inode, mode, uid, gid, links, mtime, size, device of the archive, device that the node is, name, no checksum
  const fields = [inode, mode, 0, 0, links, 0, bytes.length, 0, 0, major, minor, path.length, 0];
  const text = MAGIC + fields.map((field) => field.toString(16).padStart(8, "0")).join("");
  const header = new TextEncoder().encode(text);
  return [header, path, padding(header.length + path.length), bytes, padding(bytes.length)];
}

/** @param entries directories before what is in them */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array {
  const parts = entries.flatMap((entry, index) => {
    const bytes = entry.kind === "file" ? entry.bytes : NO_BYTES;
    const [major, minor] = entry.kind === "device" ? [entry.major, entry.minor] : [0, 0];
    return member(entry.path, index + 1, modeOf(entry), bytes, major, minor);
  });
  return new Uint8Array(Buffer.concat([...parts, ...member(TRAILER, 0, 0, NO_BYTES)]));
}
