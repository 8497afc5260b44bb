/**
 * Flattened device trees: from nodes to the bytes that boot software reads. Devicetree Specification v0.4, chapter 5.
 *
 *     header | memory reservations | structure: tokens, names, values | strings: names of properties, each once
 *
 * Everything is big-endian; tokens are aligned to 4 bytes. No reservation is written: reserved memory is a node.
 */

/** A property: u32 cells, a string, a list of strings, or nothing but its name. */
export type Property = readonly number[] | string | readonly string[] | true;

export interface TreeNode {
  /** `node-name@unit-address`; empty for the root. */
  readonly name: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly children?: readonly TreeNode[];
}

const MAGIC = 0xd00dfeed;
const VERSION = 17;
const LAST_COMPATIBLE_VERSION = 16;
const HEADER_BYTES = 40;
/** The end of the list of reservations: an address and a size of 0. */
const NO_RESERVATIONS = new Uint8Array(16);
const BEGIN_NODE = 1;
const END_NODE = 2;
const PROP = 3;
const END = 9;

/** A number of 64 bits as two cells, as addresses and sizes are written with two cells each. */
export const cells64 = (value: number): [high: number, low: number] => [Math.floor(value / 2 ** 32), value % 2 ** 32];

function cellBytes(cells: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * cells.length);
  const view = new DataView(bytes.buffer);
  for (const [index, cell] of cells.entries()) view.setUint32(4 * index, cell);
  return bytes;
}

const textBytes = (texts: readonly string[]): Uint8Array =>
  new TextEncoder().encode(texts.map((text) => `${text}\0`).join(""));

const isTexts = (values: readonly number[] | readonly string[]): values is readonly string[] =>
  typeof values[0] === "string";

function valueBytes(value: Property): Uint8Array {
  if (value === true) return new Uint8Array(0);
  if (typeof value === "string") return textBytes([value]);
  return isTexts(value) ? textBytes(value) : cellBytes(value);
}

/** The block of names: each stands there once and is known by its offset. */
class Strings {
  readonly #offsets = new Map<string, number>();
  #byteLen = 0;

  offsetOf(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#byteLen;
    this.#offsets.set(name, offset);
    this.#byteLen += textBytes([name]).length;
    return offset;
  }

  bytes(): Uint8Array {
    return textBytes([...this.#offsets.keys()]);
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  result.set(bytes);
  return result;
}

/** "All property definitions for a particular node precede any subnode definitions for that node" (section 5.4.2). */
function* structure(node: TreeNode, strings: Strings): Generator<Uint8Array> {
  yield cellBytes([BEGIN_NODE]);
  yield padded(textBytes([node.name]));
  for (const [name, value] of Object.entries(node.properties)) {
    const bytes = valueBytes(value);
    yield cellBytes([PROP, bytes.length, strings.offsetOf(name)]);
    yield padded(bytes);
  }
  for (const child of node.children ?? []) yield* structure(child, strings);
  yield cellBytes([END_NODE]);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/**
 * @param root the root node, its name empty
 * @param bootCpu `reg` of the cpu that boots
 * @returns the blob; it wants an address that is a multiple of 8
 * @spec Devicetree Specification v0.4, chapter 5
 */
export function flattenTree(root: TreeNode, bootCpu = 0): Uint8Array {
  const strings = new Strings();
  const tree = concatenated([...structure(root, strings), cellBytes([END])]);
  const names = strings.bytes();
  const treeAt = HEADER_BYTES + NO_RESERVATIONS.length;
  const namesAt = treeAt + tree.length;
  const header = cellBytes([
    MAGIC,
    namesAt + names.length,
    treeAt,
    namesAt,
    HEADER_BYTES,
    VERSION,
    LAST_COMPATIBLE_VERSION,
    bootCpu,
    names.length,
    tree.length,
  ]);
  return concatenated([header, NO_RESERVATIONS, tree, names]);
}

/** Bytes that the header of a blob alleges; undefined if it is no flattened device tree, or a cut one. */
export function treeSize(blob: Uint8Array): number | undefined {
  if (blob.length < HEADER_BYTES) return undefined;
  const view = new DataView(blob.buffer, blob.byteOffset);
  const byteLen = view.getUint32(4);
  const isTree = view.getUint32(0) === MAGIC && byteLen >= HEADER_BYTES && byteLen <= blob.length;
  return isTree ? byteLen : undefined;
}
