/** `atoll run --monitor komodo` with the real command. */
import { expect, it } from "vitest";
import { atoll, expectFailure, prebuiltPath } from "./atoll.ts";

const run = (name: string, ...rest: string[]) =>
  atoll(["run", "-q", "--monitor", "komodo", prebuiltPath(name), ...rest]);

it("runs enclaves with their arguments, which talk to one another", async () => {
  expect(await run("komodo-meet", "--enclaves", "2", "--", "good day")).toEqual({
    exitCode: 0,
    stdout: "0 hears: good day\n1 hears: good day\n",
    stderr: "",
  });
});

it("says why an enclave was ended", async () => {
  expectFailure(await run("hello"), 1, /ENCLAVE_FAULT: store page fault/);
});
