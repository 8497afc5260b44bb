/** `atoll run` with servers and a disk, by the real command: the store keeps records on a disk that it does not trust. */
import { expect, it } from "vitest";
import { atoll, expectFailure, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();
const run = (name: string, ...rest: string[]) => atoll(["run", "-q", prebuiltPath(name), ...rest]);

it("starts servers that the program finds by name, and gives them a disk", async () => {
  const disk = folder.file("disk", new Uint8Array(512));
  expect(await run("tvm-store-client", "--server", `store=${prebuiltPath("tvm-store")}`, "--disk", disk)).toEqual({
    exitCode: 0,
    stdout: "client: all records are as they were put\n",
    stderr: "",
  });
});

it.each([
  [["--server", "store"], /--server "store" is no name/],
  [["--server", `${"x".repeat(17)}=a.elf`], /is no name of up to 16 bytes/],
  [["--disk", "nowhere/disk"], /--disk nowhere\/disk cannot be read: ENOENT/],
  [["--monitor", "komodo", "--disk", "disk"], /komodo has no disk/],
])("refuses %j", async (options, message) => {
  expectFailure(await run("hello", ...options), 2, message);
});
