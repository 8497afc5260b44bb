/**
 * `npm ci` begins with the lock file, on every system: it refuses a lock that lacks a package which another one names,
 * be it an optional one for a system that nobody here has. npm leaves those out when it writes the lock where their
 * registry does not offer them, so the lock is held to itself. And it names no registry: each user has his own.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8");
const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> };

/** Where Node looks for a package: beside the one that names it, then further up. */
function* placesOf(name: string, from: string): Generator<string> {
  for (let folder = from; folder !== ""; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/"))))
    yield `${folder}/node_modules/${name}`;
  yield `node_modules/${name}`;
}

it("holds every package that a package in it names, for every system", () => {
  const missing = Object.entries(packages).flatMap(([from, { dependencies, devDependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter((name) => [...placesOf(name, from)].every((place) => packages[place]?.version === undefined))
      .map((name) => `${name}, which ${from || "atoll"} names`),
  );
  expect(missing).toEqual([]);
});

it("says what package.json says, and names no registry", () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
  ) as Locked;
  expect(packages[""]).toMatchObject({ dependencies, devDependencies });
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});
