/**
 * Who looks on while a program runs: a debugger that connects over TCP, or nobody. The run asks it to attend wherever the
 * machine pauses, and tells it how the program ended.
 */
import { createServer, type Server } from "node:net";
import { setTimeout } from "node:timers/promises";
import { UserError } from "../../core/user-error.ts";
import { Debugger, KilledByDebugger } from "../../debug/debugger.ts";
import type { Subject } from "../../debug/subject.ts";
import { Interrupted, type Interruption } from "../interruption.ts";
import { say } from "../terminal.ts";
import type { GdbAddress } from "./gdb-address.ts";
import { NOTHING_BUT_OUTPUT } from "./run-program.ts";
import { SocketStream } from "./socket-stream.ts";

export interface Attendant {
  /** Comes back when the machine may run on. @throws Interrupted */
  attend(): Promise<void>;
  ended(exitCode: number): void;
  /** The run has ended, if only because it failed. */
  dismiss(): void;
}

/** SIGKILL: 128 + 9. */
const EXIT_KILLED = 137;
const SIGTERM = 15;
/** Milliseconds between two looks for Ctrl-C. */
const PATIENCE = 50;

/**
 * Waits for a debugger and gives it the machine, which stands until it says otherwise.
 * @param call how the user calls the program
 * @throws UserError if nobody can listen there; Interrupted
 */
export async function waitForDebugger(
  address: GdbAddress,
  subject: Subject,
  interruption: Interruption,
  call: string,
): Promise<Attendant> {
  const server = await listen(address);
  const { port } = server.address() as { readonly port: number };
  const host = address.host === "127.0.0.1" ? "localhost" : bracketed(address.host);
  say(`waiting for a debugger: gdb-multiarch ${call} -ex "target remote ${host}:${port}"`);
  const debug = new Debugger(subject, await firstClient(server, interruption));
  return {
    attend: async () => {
      try {
        await debug.pause();
      } catch (error) {
        if (!(error instanceof KilledByDebugger)) throw error;
        throw new Interrupted(EXIT_KILLED, NOTHING_BUT_OUTPUT, error.message);
      }
    },
    ended: (exitCode) => debug.ended(exitCode),
    dismiss: () => debug.killed(SIGTERM),
  };
}

/** As GDB wants an address of IPv6. */
const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** @throws UserError */
function listen({ host, port }: GdbAddress): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      const what = `cannot listen for a debugger on ${host}:${port} (${code})`;
      const isElsewhere = code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "EADDRNOTAVAIL";
      reject(
        new UserError(
          what,
          isElsewhere
            ? `name an address of this computer, or none: --gdb=${port}`
            : "choose another port, or 0 for any that is free: --gdb=0",
        ),
      );
    });
    server.listen(port, host, () => resolve(server));
  });
}

/** One debugger a run: the next one finds nobody. */
async function firstClient(server: Server, interruption: Interruption): Promise<SocketStream> {
  let client: SocketStream | undefined;
  // at once: a connection that breaks before somebody listens to its errors would end the process
  server.once("connection", (socket) => {
    client = new SocketStream(socket, interruption);
  });
  try {
    while (client === undefined) {
      if (await interruption.isRequested()) throw interruption.error("nothing: the program has not begun");
      await setTimeout(PATIENCE);
    }
    return client;
  } finally {
    server.close();
  }
}
