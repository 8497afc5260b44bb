/** Words of monitor commands as numbers: 0x80001000, 4096, $pc, sp, phys:0x80001000. */
import { REGISTER_NAMES } from "../core/operand-role.ts";
import { type Pa, pa, va } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import type { DebugHart } from "./debug-hart.ts";
import { type Translation, translate } from "./guest-memory.ts";
import type { CommandContext } from "./monitor-command.ts";

const PHYSICAL = "phys:";

/** @throws UserError unless the word is a number of 64 bits */
export function parseNumber(word: string | undefined, what: string): bigint {
  const value = word !== undefined && /^(\d{1,20}|0x[0-9a-f]{1,16})$/i.test(word) ? BigInt(word) : -1n;
  if (value >= 0n && value < 1n << 64n) return value;
  throw new UserError(
    word === undefined ? `${what} is missing` : `"${word}" is not ${what}`,
    "write a number, decimal or with 0x: monitor explain 0x80001000",
  );
}

/** @throws UserError unless the word is a physical address */
export function parsePhysical(word: string | undefined): Pa {
  const value = parseNumber(word?.replace(PHYSICAL, ""), "a physical address");
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return pa(Number(value));
  throw new UserError(`"${word}" is beyond every physical address`, "write one below 2^53");
}

/** What the hart, or who writes phys:, means. @throws UserError */
export function placeOf({ machine, hart }: CommandContext, word: string | undefined): Translation {
  if (word?.startsWith(PHYSICAL)) return { ok: true, pa: parsePhysical(word), entries: [] };
  return translate(machine.memory, hart, va(registerOf(hart, word) ?? parseNumber(word, "an address")));
}

/** "$pc" and "sp": GDB hands them on as they are written. */
function registerOf({ x, pc }: DebugHart, word = ""): bigint | undefined {
  const name = word.replace(/^\$/, "");
  return name === "pc" ? pc : x[REGISTER_NAMES.indexOf(name)];
}

/** @throws UserError if the hart has no memory there */
export function physicalOf(context: CommandContext, word: string | undefined): Pa {
  const place = placeOf(context, word);
  if (place.ok) return place.pa;
  throw new UserError(`${word} leads nowhere: ${place.why}`, "name an address that is mapped, or phys:ADDR");
}

/** @throws UserError if there are more words than the command takes */
export function noMore(words: readonly string[], most: number): void {
  if (words.length > most)
    throw new UserError(`"${words[most]}" is one word too many`, "monitor help shows what each command takes");
}

/** The monitor that plays M-mode. @throws UserError in firmware mode */
export function monitorOf({ monitor }: CommandContext): NonNullable<CommandContext["monitor"]> {
  if (monitor !== undefined) return monitor;
  throw new UserError(
    "a bare-metal program has no monitor that could be asked",
    "debug an enclave: atoll run app.elf --gdb",
  );
}

/** What only penglai-tvm has. @throws UserError under another personality, and in firmware mode */
export function systemOf(context: CommandContext): NonNullable<CommandContext["system"]> {
  const { name } = monitorOf(context);
  if (context.system !== undefined) return context.system;
  throw new UserError(`${name} has nothing to tell about it`, "ask monitor owner or monitor explain");
}
