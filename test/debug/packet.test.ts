/** Framing: what is sent arrives, however it is cut; what is no packet harms nobody. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, textOf } from "../../debug/hex.ts";
import { encodePacket, MAX_PAYLOAD, type PacketEvent, PacketReader, unescaped } from "../../debug/packet.ts";
import { decodePayload } from "./client.ts";

const take = (...pieces: readonly Uint8Array[]): PacketEvent[] => {
  const reader = new PacketReader();
  return pieces.flatMap((piece) => reader.take(piece));
};
const payloads = (events: readonly PacketEvent[]): string[] =>
  events.flatMap((event) => (event.kind === "packet" ? [textOf(event.payload)] : []));
/** Bytes with many runs and many that need an escape. */
const data = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(0, 0x23, 0x24, 0x2a, 0x7d), fc.nat(255)), fc.integer({ min: 1, max: 150 })))
  .map((runs) => Uint8Array.from(runs.flatMap(([byte, count]) => Array<number>(count).fill(byte))));

describe("a packet", () => {
  it("has its frame and checksum", () => {
    expect(textOf(encodePacket(bytesOf("OK")))).toBe("$OK#9a");
    expect(textOf(encodePacket(bytesOf("")))).toBe("$#00");
  });

  it("has runs shortened, as the manual's example", () => {
    expect(textOf(encodePacket(bytesOf("0000")))).toBe("$0* #7a");
    // a run of seven or eight would have # or $ as its count
    for (const count of [7, 8, 9]) {
      const body = textOf(encodePacket(bytesOf("0".repeat(count)))).slice(1, -3);
      expect(body).not.toMatch(/[#$]/);
      expect(textOf(decodePayload(bytesOf(body)))).toBe("0".repeat(count));
    }
  });

  it("arrives as it was sent, whatever it holds and wherever it is cut", () => {
    fc.assert(
      fc.property(data, fc.array(fc.nat(5000)), (bytes, cuts) => {
        const packet = encodePacket(bytes);
        const at = [...cuts.filter((cut) => cut < packet.length), 0, packet.length].sort((a, b) => a - b);
        const pieces = at.slice(1).map((end, i) => packet.subarray(at[i], end));
        const events = take(...pieces);
        expect(events.map(({ kind }) => kind)).toEqual([packet.length - 4 > MAX_PAYLOAD ? "too long" : "packet"]);
        const [event] = events;
        if (event?.kind === "packet") expect(decodePayload(event.payload)).toEqual(bytes);
      }),
      { seed: 11 },
    );
  });

  it("that is damaged is reported as such, and the next one is read", () => {
    expect(take(bytesOf("$OK#9b$OK#9a")).map(({ kind }) => kind)).toEqual(["damaged", "packet"]);
    expect(take(bytesOf("$OK#zz")).map(({ kind }) => kind)).toEqual(["damaged"]);
  });

  it("that is too long is dropped, and costs no more than the limit", () => {
    const sum = ((0x61 * (MAX_PAYLOAD + 1)) % 256).toString(16).padStart(2, "0");
    expect(take(bytesOf(`$${"a".repeat(MAX_PAYLOAD + 1)}#${sum}$OK#9a`)).map(({ kind }) => kind)).toEqual([
      "too long",
      "packet",
    ]);
  });

  it("begins anew at each $", () => {
    expect(payloads(take(bytesOf("$never finished$OK#9a")))).toEqual(["OK"]);
  });

  it("is told from acknowledgements, interrupts and noise", () => {
    expect(take(bytesOf("+-\x03hello$OK#9a+")).map(({ kind }) => kind)).toEqual([
      "ack",
      "nak",
      "interrupt",
      "packet",
      "ack",
    ]);
  });

  it("of binary data keeps a star and loses its escapes", () => {
    expect(unescaped(Uint8Array.of(0x2a, 0x7d, 0x03, 0x7d, 0x5d, 1, 0x7d))).toEqual(
      Uint8Array.of(0x2a, 0x23, 0x7d, 1, 0x7d),
    );
  });
});
