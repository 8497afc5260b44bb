/** Servers, calls between enclaves, relay pages: B24, S1 and on. */
import { FID, type TestHost } from "../host.ts";
import { callServer, createServer } from "../parties.ts";
import { booted, inside, type Scenario } from "./scenario.ts";

/** An enclave that called a server, which has the hart. */
function inCall(host: TestHost): { readonly eid: number; readonly server: number } {
  const server = createServer(host, "files");
  const eid = inside(host);
  callServer(host, server);
  return { eid, server };
}

export const SERVERS = {
  B24: booted((host) => {
    const { server } = inCall(host);
    host.timer();
    host.call(FID.DESTROY_SERVER, server);
    return host.monitor.violation()?.startsWith("names") ?? false;
  }),
} as const satisfies Record<string, Scenario>;
