/** Reads a flattened device tree back, from Devicetree Specification v0.4, chapter 5: the tests' own view of one. */

export interface ReadNode {
  readonly name: string;
  readonly properties: ReadonlyMap<string, Uint8Array>;
  readonly children: readonly ReadNode[];
}

/** @throws Error for anything that the specification forbids */
export function readTree(blob: Uint8Array): ReadNode {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const word = (at: number): number => view.getUint32(at);
  const header = Array.from({ length: 10 }, (_, index) => word(4 * index));
  const [magic, total, treeAt, namesAt, reservationsAt, version, compatible, , namesLen, treeLen] = header as number[];
  if (magic !== 0xd00dfeed || total !== blob.length || version !== 17 || compatible !== 16) throw new Error("header");
  if (reservationsAt! % 8 !== 0 || treeAt! % 4 !== 0) throw new Error("alignment");
  if (view.getBigUint64(reservationsAt!) !== 0n || view.getBigUint64(reservationsAt! + 8) !== 0n)
    throw new Error("reservations");
  const textAt = (at: number): string => new TextDecoder().decode(blob.subarray(at, blob.indexOf(0, at)));
  const aligned = (at: number): number => Math.ceil(at / 4) * 4;
  let at = treeAt!;
  const node = (): ReadNode => {
    if (word(at) !== 1) throw new Error(`no node at ${at}`);
    const name = textAt(at + 4);
    at = aligned(at + 4 + new TextEncoder().encode(name).length + 1);
    const properties = new Map<string, Uint8Array>();
    while (word(at) === 3) {
      const [byteLen, nameAt] = [word(at + 4), word(at + 8)];
      if (nameAt >= namesLen!) throw new Error("name of a property");
      properties.set(textAt(namesAt! + nameAt), new Uint8Array(blob.subarray(at + 12, at + 12 + byteLen)));
      at = aligned(at + 12 + byteLen);
    }
    const children: ReadNode[] = [];
    while (word(at) === 1) children.push(node());
    if (word(at) !== 2) throw new Error(`no end of a node at ${at}`);
    at += 4;
    return { name, properties, children };
  };
  const root = node();
  if (word(at) !== 9 || at + 4 !== treeAt! + treeLen!) throw new Error("end");
  return root;
}

/** The node at a path such as `/cpus/cpu@0`. */
export function nodeAt(root: ReadNode, path: string): ReadNode {
  let node = root;
  for (const part of path.split("/").filter(Boolean)) {
    const child = node.children.find(({ name }) => name === part);
    if (!child) throw new Error(`${path}: no node ${part}`);
    node = child;
  }
  return node;
}

const property = ({ properties, name }: ReadNode, which: string): Uint8Array => {
  const value = properties.get(which);
  if (!value) throw new Error(`${name} has no ${which}`);
  return value;
};

export const cellsOf = (node: ReadNode, which: string): number[] => {
  const bytes = property(node, which);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index));
};

export const textsOf = (node: ReadNode, which: string): string[] =>
  new TextDecoder().decode(property(node, which)).split("\0").slice(0, -1);
