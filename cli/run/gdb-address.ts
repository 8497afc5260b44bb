/** Where `--gdb` listens: a port, or host and port. Without a host only programs on this computer get through. */
import { UserError } from "../../core/user-error.ts";

export interface GdbAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** What --gdb means when nothing stands behind it. */
export const DEFAULT_GDB = "1234";
const LOCAL = "127.0.0.1";
const LAST_PORT = 65535;

/** @param text "1234", "localhost:1234", "[::1]:1234", ":1234". @throws UserError */
export function parseGdbAddress(text: string): GdbAddress {
  const [, bracketed, plain, digits = ""] = /^(?:(?:\[([^\]]+)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = digits === "" ? Number.NaN : Number(digits);
  if (port <= LAST_PORT) return { host: bracketed ?? (plain || LOCAL), port };
  throw new UserError(
    `--gdb "${text}" is no place to listen`,
    "write a port, or HOST:PORT: --gdb=1234, --gdb=0.0.0.0:1234",
  );
}
