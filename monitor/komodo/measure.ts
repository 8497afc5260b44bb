/** What MapSecure adds to a measurement. Komodo reference §1.9: "block [13, map, 0×14] then the 1024 content words". */
import type { KomodoMeasurement } from "../../attest/komodo-measurement.ts";
import { PAGE_SIZE, type PageNo, paOfPage } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { OS_CALL } from "./abi.ts";
import { isOn } from "./defects.ts";
import type { KomodoConfig } from "./state.ts";

/** What is kept of a register: its low 32 bits. */
export const wordOf = (register: bigint): number => Number(BigInt.asUintN(32, register));

const ZEROS = new Uint32Array(PAGE_SIZE / 4);

/** Memory is little-endian; the words are hashed big-endian (attest/). */
const wordsOfPage = (memory: MemoryView, page: PageNo): Uint32Array =>
  new Uint32Array(memory.readBytes(paOfPage(page), PAGE_SIZE).buffer);

/** @param contents the page that is copied, undefined for zeros */
export function withMapping(
  config: KomodoConfig,
  measurement: KomodoMeasurement,
  word: number,
  memory: MemoryView,
  contents: PageNo | undefined,
): KomodoMeasurement {
  const meta = [OS_CALL.MAP_SECURE, ...(isOn(config, "M1") ? [] : [word])];
  const body = contents === undefined ? ZEROS : wordsOfPage(memory, contents);
  return isOn(config, "M4") ? measurement.absorb(meta).absorb(body) : measurement.extend(meta, body);
}
