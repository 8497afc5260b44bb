/**
 * A piece of a document that qXfer reads. Source: GDB manual (13), "General Query Packets": "m data" if there is more,
 * "l data" for the last piece.
 */
import { MAX_PAYLOAD } from "./packet.ts";

/** Escapes may double it. */
const LONGEST_PIECE = MAX_PAYLOAD / 2 - 16;

/** @param document ASCII. @param length what the reader wants at most */
export function sliceReply(document: string, offset: number, length: number): string {
  const piece = document.slice(offset, offset + Math.min(length, LONGEST_PIECE));
  return `${offset + piece.length < document.length ? "m" : "l"}${piece}`;
}
