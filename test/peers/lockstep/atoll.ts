/** An image on our machine. */
import { runFirmware } from "../../../core/firmware.ts";
import { Machine } from "../../../core/machine.ts";
import { pa } from "../../../core/units.ts";
import type { Piece } from "./image.ts";
import { PEER } from "./peer.ts";
import { RAM_BASE, RAM_SIZE } from "./place.ts";

/** Cycles of a program: a full log takes 40,000. */
const FUEL = 500_000;

/** A machine at the first instruction of an image. */
export async function loadImage(pieces: readonly Piece[]): Promise<Machine> {
  const machine = await Machine.create({ mode: "firmware", ramSize: RAM_SIZE, isa: PEER.isa });
  for (const { address, bytes } of pieces) machine.writeBytes(pa(address), bytes);
  machine.pc = BigInt(RAM_BASE);
  return machine;
}

/** @returns undefined if the image did not end by itself */
export async function runOnAtoll(
  pieces: readonly Piece[],
  ranges: readonly { address: number; byteLen: number }[],
): Promise<Piece[] | undefined> {
  const machine = await loadImage(pieces);
  const { stop } = runFirmware(machine, { fuel: FUEL * (ranges.length + 1) });
  if (stop.kind !== "exit") return undefined;
  return readRanges(machine, ranges);
}

export const readRanges = (machine: Machine, ranges: readonly { address: number; byteLen: number }[]): Piece[] =>
  ranges.map(({ address, byteLen }) => ({ address, bytes: machine.readBytes(pa(address), byteLen) }));
