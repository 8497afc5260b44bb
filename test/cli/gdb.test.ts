/** `atoll run --gdb` with the real command and a real socket: it waits, obeys, and ends as the program does. */
import type { ChildProcess } from "node:child_process";
import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { parseGdbAddress } from "../../cli/run/gdb-address.ts";
import { bytesOf, textOf } from "../../debug/hex.ts";
import { PacketReader } from "../../debug/packet.ts";
import { decodePayload, frame } from "../debug/client.ts";
import { atoll, type Ended, expectFailure, prebuiltPath } from "./atoll.ts";

/** The port that the command says it waits on. */
function portOf(child: ChildProcess): Promise<number> {
  let text = "";
  return new Promise((resolve) => {
    child.stderr!.on("data", (piece) => {
      text += piece;
      const [, port] = /waiting for a debugger: gdb-multiarch \S+ -ex "target remote localhost:(\d+)"/.exec(text) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

interface Run {
  readonly socket: Socket;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  ask(request: string): Promise<string>;
  tell(request: string): void;
}

/** Starts the command on a port of its choice and connects to it. */
async function start(...words: readonly string[]): Promise<Run> {
  const { promise: started, resolve } = Promise.withResolvers<ChildProcess>();
  const ended = atoll(["run", "--gdb=0", ...words], { onStart: resolve });
  const child = await started;
  const port = await portOf(child);
  const socket = connect(port, "127.0.0.1");
  const reader = new PacketReader();
  const replies: string[] = [];
  let heard = (): void => {};
  socket.on("data", (bytes) => {
    for (const event of reader.take(bytes))
      if (event.kind === "packet") replies.push(textOf(decodePayload(event.payload)));
    heard();
  });
  const tell = (request: string): void => void socket.write(frame(bytesOf(request)));
  const ask = async (request: string): Promise<string> => {
    tell(request);
    while (replies.length === 0)
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    return replies.shift()!;
  };
  return { socket, child, ended, ask, tell };
}

describe("atoll run --gdb", () => {
  it("waits for a debugger, stands at the enclave's entry, and tells GDB and the shell its exit code", async () => {
    const { ask, ended } = await start(prebuiltPath("spy"), "--", "what", "is", "this");
    expect(await ask("?")).toBe("T05thread:1;");
    expect(await ask("p20")).toBe("0010000000000000");
    expect(await ask("c")).toBe("W02");
    expect((await ended).exitCode).toBe(2);
  });

  it("runs to the end when the debugger detaches or is lost", async () => {
    const detached = await start(prebuiltPath("fib"), "--", "10");
    expect(await detached.ask("D")).toBe("OK");
    expect((await detached.ended).stdout).toBe("fib 10 = 55\n");
    const lost = await start(prebuiltPath("fib"), "--", "10");
    await lost.ask("?");
    lost.socket.destroy();
    expect((await lost.ended).stdout).toBe("fib 10 = 55\n");
  });

  it("runs to the end when the connection breaks before anybody asks", async () => {
    const { socket, ended } = await start("--quiet", prebuiltPath("fib"), "--", "10");
    socket.once("connect", () => socket.resetAndDestroy());
    expect(await ended).toEqual({
      exitCode: 0,
      stdout: "fib 10 = 55\n",
      stderr: expect.stringMatching(/^waiting.*\n$/),
    });
  });

  it("stops at GDB's Ctrl-C in an enclave whose every slice ends by the timer", async () => {
    const { socket, ask, tell, ended } = await start("--quiet", prebuiltPath("spin"));
    const stopped = ask("c");
    // it may come at any time; what comes with the request before it is no test
    await setTimeout(300);
    socket.write(bytesOf("\x03"));
    expect(await stopped).toBe("T02thread:1;");
    tell("k");
    expect((await ended).exitCode).toBe(137);
  });

  it("ends with 137 when the debugger kills it", async () => {
    const { tell, ended } = await start("--quiet", prebuiltPath("spin"));
    tell("k");
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(137);
    expect(stderr).toMatch(/the debugger ended the program/);
  });

  it("ends at Ctrl-C on its own terminal, waiting or standing", async () => {
    const standing = await start(prebuiltPath("spin"));
    await standing.ask("?");
    standing.child.kill("SIGINT");
    expect((await standing.ended).exitCode).toBe(130);
    const { promise: started, resolve } = Promise.withResolvers<ChildProcess>();
    const ended = atoll(["run", "--gdb=0"], { onStart: resolve });
    const child = await started;
    await portOf(child);
    child.kill("SIGINT");
    expect((await ended).exitCode).toBe(130);
  });

  it("explains mistakes", async () => {
    expectFailure(await atoll(["run", "--gdb=fast"]), 2, /--gdb "fast" is no place to listen/, /--gdb=1234/);
    expectFailure(await atoll(["run", "--gdb", "--trace", "t"]), 2, /--gdb and --trace/, /leave one/);
    expectFailure(await atoll(["run", "--gdb="]), 2, /--gdb has no value/);
    const { child, tell, ended } = await start(prebuiltPath("spin"));
    expect(child.exitCode).toBeNull();
    tell("k");
    await ended;
  });

  it("says that a host is none of this computer", async () => {
    // RFC 5737: for documentation
    const ended = await atoll(["run", "--quiet", "--gdb=192.0.2.1:1234"]);
    expectFailure(ended, 2, /192\.0\.2\.1:1234 \(EADDRNOTAVAIL\)/, /address of this computer, or none: --gdb=1234/);
  });

  it("says which port is taken", async () => {
    const { promise: started, resolve } = Promise.withResolvers<ChildProcess>();
    const first = atoll(["run", "--gdb=0"], { onStart: resolve });
    const child = await started;
    const port = await portOf(child);
    const second = await atoll(["run", "--quiet", `--gdb=${port}`]);
    expectFailure(second, 2, /cannot listen for a debugger on 127\.0\.0\.1:\d+ \(EADDRINUSE\)/, /--gdb=0/);
    child.kill("SIGINT");
    await first;
  });
});

describe("an address of --gdb", () => {
  it.each([
    ["1234", { host: "127.0.0.1", port: 1234 }],
    [":99", { host: "127.0.0.1", port: 99 }],
    ["0.0.0.0:1234", { host: "0.0.0.0", port: 1234 }],
    ["[::1]:65535", { host: "::1", port: 65535 }],
    ["localhost:0", { host: "localhost", port: 0 }],
  ])("%s", (text, address) => {
    expect(parseGdbAddress(text)).toEqual(address);
  });

  it.each(["65536", "-1", "a", "a:b", "::1:5", "1234:", "[::1]"])("is not %s", (text) => {
    expect(() => parseGdbAddress(text)).toThrow(/no place to listen/);
  });
});
