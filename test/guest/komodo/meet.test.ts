/**
 * Two enclaves that attest each other, and a host that owns the memory between them. Every forgery that it can make of what it
 * sees is refused by the enclave itself: nothing in the monitor knows of nonces, directions or addressees (Komodo reference §1.9).
 */
import { describe, expect, test } from "vitest";
import type { KomodoLoader } from "../../../host/komodo/komodo-loader.ts";
import { runAll, slices } from "../../../host/komodo/komodo-program.ts";
import { begin } from "./enclaves.ts";
import { NaiveKomodo } from "./naive-komodo.ts";

const SIDE_BYTES = 512;
const STAGE = 0;
const NONCE = 8;
const MAC = 40;
const PAYLOAD = 72;

/** One side of the channel, as the host has it. */
class Side {
  readonly #loader: KomodoLoader;
  readonly #offset: number;

  constructor(loader: KomodoLoader, index: number) {
    this.#loader = loader;
    this.#offset = SIDE_BYTES * index;
  }

  get bytes(): Uint8Array {
    return this.#loader.port.load(this.#loader.channel[0]!, this.#offset, SIDE_BYTES);
  }

  set bytes(bytes: Uint8Array) {
    this.#loader.port.store(this.#loader.channel[0]!, this.#offset, bytes);
  }

  change(offset: number): void {
    const { bytes } = this;
    bytes[offset]! ^= 1;
    this.bytes = bytes;
  }
}

async function meeting(...texts: string[]) {
  const port = await NaiveKomodo.create();
  const begun = begin(
    port,
    texts.map((text) => ["meet", text] as const),
  );
  return { port, ...begun, sides: [new Side(begun.loader, 0), new Side(begun.loader, 1)] as const };
}

/** Turns until a side has come so far. */
function until({ programs }: Awaited<ReturnType<typeof meeting>>, side: Side, stage: number): void {
  for (const _ of slices(programs)) if (side.bytes[STAGE] === stage) return;
}

const HEARD = { kind: "exited", value: 0n };
const REFUSED = { kind: "exited", value: 1n };
const NOBODY = { kind: "exited", value: 3n };

describe("a host in the middle", () => {
  test("that only carries is not noticed", async () => {
    const { programs } = await meeting("a", "b");
    runAll(programs);
    expect(programs.map(({ outcome }) => outcome.end)).toEqual([HEARD, HEARD]);
  });

  test.each([
    ["what is said", PAYLOAD],
    ["the MAC", MAC],
    ["the length", 4],
  ])("that changes %s is refused", async (_, offset) => {
    const met = await meeting("from a", "from b");
    const { programs, sides } = met;
    until(met, sides[1], 2);
    sides[1].change(offset);
    runAll(programs);
    expect(programs[0]!.outcome.end).toEqual(REFUSED);
  });

  test("that changes a nonce on its way gets an answer that its owner refuses", async () => {
    const met = await meeting("from a", "from b");
    const { programs, sides } = met;
    until(met, sides[0], 1);
    sides[0].change(NONCE);
    runAll(programs);
    expect(programs[0]!.outcome.end).toEqual(REFUSED);
    expect(programs[1]!.outcome.end).toEqual(HEARD);
  });

  test("that shows an enclave its own words is refused", async () => {
    const met = await meeting("alone");
    const { programs, sides } = met;
    for (const stage of [1, 2]) {
      until(met, sides[0], stage);
      sides[1].bytes = sides[0].bytes;
    }
    runAll(programs);
    expect(programs[0]!.outcome.end).toEqual(REFUSED);
  });

  test("that repeats an answer of yesterday is refused", async () => {
    const yesterday = await meeting("from a", "from b");
    runAll(yesterday.programs);
    const met = await meeting("alone");
    const { port, programs, sides } = met;
    port.random = 2;
    until(met, sides[0], 1);
    sides[1].bytes = yesterday.sides[1].bytes;
    runAll(programs);
    expect(programs[0]!.outcome.end).toEqual(REFUSED);
  });

  test("that never brings anybody is given up", async () => {
    const { programs } = await meeting("alone");
    runAll(programs);
    expect(programs[0]!.outcome.end).toEqual(NOBODY);
  });
});
