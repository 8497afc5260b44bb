/** The committed ELFs are those that SHA256SUMS names. Needs no toolchain; whether they match their sources is a peer test. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { GUEST_PROGRAMS } from "../../scripts/guest-programs.ts";

const PREBUILT = fileURLToPath(new URL("../../guest/prebuilt/", import.meta.url));

const listed = new Map(
  readFileSync(`${PREBUILT}SHA256SUMS`, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [sum = "", name = ""] = line.split("  ");
      return [name, sum];
    }),
);

test("SHA256SUMS, the folder and the build list name the same files", () => {
  const names = [...listed.keys()].sort();
  expect(
    readdirSync(PREBUILT)
      .filter((name) => name !== "SHA256SUMS")
      .sort(),
  ).toEqual(names);
  expect(GUEST_PROGRAMS.map(({ elf }) => elf).sort()).toEqual(names);
});

test.each([...listed])("%s has its checksum", (name, sum) => {
  expect(
    createHash("sha256")
      .update(readFileSync(PREBUILT + name))
      .digest("hex"),
  ).toBe(sum);
});
