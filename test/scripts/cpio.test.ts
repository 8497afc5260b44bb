/** The archive of a RAM disk, read back as the kernel reads it. */
import { describe, expect, it } from "vitest";
import { type CpioEntry, cpioArchive } from "../../scripts/linux/cpio.ts";

interface Member {
  readonly path: string;
  readonly mode: number;
  readonly device: readonly [major: number, minor: number];
  readonly text: string;
}

/** Linux init/initramfs.c reads so: 13 fields of 8 digits behind the magic, everything aligned to 4 bytes. */
function membersOf(archive: Uint8Array): Member[] {
  const text = (from: number, to: number): string => new TextDecoder().decode(archive.subarray(from, to));
  const aligned = (at: number): number => Math.ceil(at / 4) * 4;
  const members: Member[] = [];
  for (let at = 0; ; ) {
    expect(text(at, at + 6)).toBe("070701");
    const fields = Array.from({ length: 13 }, (_, index) =>
      Number.parseInt(text(at + 6 + 8 * index, at + 14 + 8 * index), 16),
    );
    const [, mode, , , , , byteLen, , , major, minor, nameLen] = fields as number[];
    const path = text(at + 110, at + 110 + nameLen! - 1);
    const contents = aligned(at + 110 + nameLen!);
    if (path === "TRAILER!!!") {
      expect(contents).toBe(archive.length);
      return members;
    }
    members.push({ path, mode: mode!, device: [major!, minor!], text: text(contents, contents + byteLen!) });
    at = aligned(contents + byteLen!);
  }
}

const file = (path: string, contents: string, isExecutable = false): CpioEntry => ({
  path,
  kind: "file",
  bytes: new TextEncoder().encode(contents),
  isExecutable,
});

describe("an archive", () => {
  it("has what was put into it, in order, whatever the lengths", () => {
    const names = ["a", "ab", "abc", "abcd", "abcde"];
    const files = names.map((name, index) => file(name, "x".repeat(index), index === 0));
    expect(
      membersOf(
        cpioArchive([
          { path: "dev", kind: "directory" },
          { path: "dev/console", kind: "device", major: 5, minor: 1 },
          ...files,
        ]),
      ),
    ).toEqual([
      { path: "dev", mode: 0o040755, device: [0, 0], text: "" },
      { path: "dev/console", mode: 0o020600, device: [5, 1], text: "" },
      ...names.map((path, index) => ({
        path,
        mode: index === 0 ? 0o100755 : 0o100644,
        device: [0, 0],
        text: "x".repeat(index),
      })),
    ]);
  });

  it("may be empty", () => {
    expect(membersOf(cpioArchive([]))).toEqual([]);
  });
});
