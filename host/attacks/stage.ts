/**
 * The scene of a software attack: an enclave that holds a secret and has begun to run, and a second one that will ask the
 * host for memory, both started by a host that behaves until then.
 */
import type { ElfImage } from "../../core/elf.ts";
import { PAGE_SIZE, pa, va } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { EnclaveHost } from "../enclave-host.ts";
import type { HostedEnclave } from "../hosted.ts";
import type { Stage } from "./report.ts";

/** Yields that the sample asks for as its argument: it stays alive during any attack. */
const MANY_YIELDS = "1000";

/**
 * @param secretElf a program that holds a secret at its symbol `secret` and yields as often as its argument says
 * @param askerElf a program that asks for memory
 * @throws UserError if one of them cannot be an enclave, or there is no such symbol
 */
export function setStage(host: EnclaveHost, secretElf: ElfImage, askerElf: ElfImage): Stage {
  const address = secretElf.symbols.get("secret");
  if (address === undefined)
    throw new UserError(
      `${secretElf.name} has no symbol "secret"`,
      "name a program that keeps one there, as guest/src/secret.c",
    );
  const victim = launch(host, secretElf, [MANY_YIELDS]);
  victim.runSlice();
  const offset = Number(address % BigInt(PAGE_SIZE));
  const page = victim.record.frames.get(va(address - BigInt(offset)));
  if (page === undefined)
    throw new UserError(`the symbol "secret" of ${secretElf.name} lies outside its image`, "build it again");
  return { host, victim, secret: pa(page + offset), asker: launch(host, askerElf, []) };
}

function launch(host: EnclaveHost, elf: ElfImage, args: readonly string[]): HostedEnclave {
  const created = host.createEnclave(elf, { args });
  if (created.ok) return created.value;
  throw new UserError(
    `the monitor refused ${elf.name}: ${created.refusal.explanation}`,
    "attack a monitor that runs the sample",
  );
}
