/** Where the package lies, and its version. This file is cli/ in a checkout and dist/cli/ in the package. */
import { readFileSync } from "node:fs";

const isCompiled = import.meta.url.endsWith(".js");

/** Folder with package.json, guest/prebuilt and build. */
export const PACKAGE_ROOT: URL = new URL(isCompiled ? "../../" : "../", import.meta.url);

export const atollVersion = (): string =>
  (JSON.parse(readFileSync(new URL("package.json", PACKAGE_ROOT), "utf8")) as { version: string }).version;
