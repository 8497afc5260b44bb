#!/usr/bin/env node
/*
 * The command `atoll`. This file does one thing before anything else: it tells an old Node what to do. It is therefore
 * written so that every Node since 10 can parse it, whether it takes the file for a script or for a module: no import or
 * export statement, no import.meta, no await.
 *
 * In a checkout the sources run as they are (Node strips the types); in the package dist/ holds the compiled ones.
 */

var version = process.versions.node.split(".").map(Number);
var isSupported = version[0] > 22 || (version[0] === 22 && version[1] >= 18);

function isMissing(error) {
  return error.code === "ERR_MODULE_NOT_FOUND" && /cli[\\/]main\.ts/.test(error.message);
}

if (!isSupported) {
  console.error(
    "atoll needs Node 22.18 or newer and this is Node " +
      process.versions.node +
      ": install one from nodejs.org and try again",
  );
  process.exitCode = 2;
} else {
  // Types are stripped and code is compiled once; the next start finds both in the cache.
  process.getBuiltinModule("node:module").enableCompileCache();
  import("../cli/main.ts")
    .catch((error) => {
      if (!isMissing(error)) throw error;
      return import("../dist/cli/main.js");
    })
    .then((cli) => cli.main(process.argv.slice(2)))
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}
