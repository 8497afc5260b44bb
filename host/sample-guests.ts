/**
 * The prebuilt enclave programs that come with atoll (guest/prebuilt; their sources say what each does), in Node and in a
 * browser, and a way to give one another secret.
 */
import { type ElfImage, parseElf } from "../core/elf.ts";
import { va } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";

export type SampleGuest = "hello" | "leak" | "mem" | "probe" | "secret" | "spy" | "victim";

/** @throws UserError if the file is missing */
export async function sampleGuest(name: SampleGuest): Promise<ElfImage> {
  // this file is host/ in a checkout and dist/host/ in the package; guest/ lies beside either
  const isCompiled = import.meta.url.endsWith(".js");
  const url = new URL(`${isCompiled ? "../.." : ".."}/guest/prebuilt/${name}.elf`, import.meta.url);
  if (url.protocol !== "file:") return parseElf(new Uint8Array(await (await fetch(url)).arrayBuffer()), name);
  const { readFile } = await import("node:fs/promises");
  try {
    return parseElf(await readFile(url), name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError(`the sample guest/prebuilt/${name}.elf is missing`, "build it: npm run guest:build", 1);
  }
}

/**
 * The program with other bytes at its symbol `secret`: what its owner would have put there.
 * @throws UserError if there is no such symbol, or the bytes do not lie within a segment of the file
 */
export function withSecret(elf: ElfImage, secret: Uint8Array): ElfImage {
  const symbol = elf.symbols.get("secret");
  if (symbol === undefined)
    throw new UserError(`${elf.name} has no symbol "secret"`, "name a program that keeps one there");
  const address = va(symbol);
  const holder = elf.segments.find(
    ({ vaddr, fileSize }) => vaddr <= address && address + BigInt(secret.length) <= vaddr + BigInt(fileSize),
  );
  if (holder === undefined)
    throw new UserError(`the symbol "secret" of ${elf.name} is not initialised data`, "give it an initial value");
  const bytes = holder.bytes.slice();
  bytes.set(secret, Number(address - holder.vaddr));
  return { ...elf, segments: elf.segments.map((segment) => (segment === holder ? { ...segment, bytes } : segment)) };
}
