/** Prebuilt guests as programs of a scene. */
import type { Program } from "../../ni/program.ts";
import { prebuilt } from "../host/machine-fixture.ts";

/** @param words name of the guest and its arguments: `leak yield` */
export function program(words: string): Program {
  const [guest, ...args] = words.split(" ") as [string, ...string[]];
  return { name: words, elf: prebuilt(guest), args };
}
