import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cells64, flattenTree, type Property, type TreeNode, treeSize } from "../../core/device-tree.ts";
import { type ReadNode, readTree } from "./tree-reader.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9,._+-]{0,20}$/);
const property: fc.Arbitrary<Property> = fc.oneof(
  fc.array(fc.nat(0xffff_ffff), { minLength: 1, maxLength: 6 }),
  name,
  fc.array(name, { minLength: 1, maxLength: 4 }),
  fc.constant(true as const),
);
/** A node with up to `depth` generations below it. */
const nodeOf = (depth: number): fc.Arbitrary<TreeNode> =>
  fc.record({
    name,
    properties: fc.dictionary(name, property, { maxKeys: 5 }),
    children: depth > 0 ? fc.array(nodeOf(depth - 1), { maxLength: 3 }) : fc.constant([]),
  });

function bytesOf(value: Property): Uint8Array {
  if (value === true) return new Uint8Array(0);
  if (typeof value === "string") return Buffer.from(`${value}\0`);
  return Buffer.concat(
    value.map((each) => {
      if (typeof each === "string") return Buffer.from(`${each}\0`);
      const cell = Buffer.alloc(4);
      cell.writeUInt32BE(each);
      return cell;
    }),
  );
}

const expected = ({ name, properties, children = [] }: TreeNode): ReadNode => ({
  name,
  properties: new Map(Object.entries(properties).map(([key, value]) => [key, Uint8Array.from(bytesOf(value))])),
  children: children.map(expected),
});

describe("a flattened device tree", () => {
  it("reads back as what was written", () => {
    fc.assert(
      fc.property(nodeOf(3), (tree) => {
        const blob = flattenTree(tree);
        expect(readTree(blob)).toEqual(expected(tree));
        expect(treeSize(blob)).toBe(blob.length);
      }),
      { seed: 17, numRuns: 300 },
    );
  });

  it("writes the name of a property once", () => {
    const child = { name: "a", properties: { status: "okay" } };
    const blob = flattenTree({ name: "", properties: { status: "okay" }, children: [child, child] });
    expect(Buffer.from(blob).toString("latin1").split("status").length - 1).toBe(1);
  });

  it("writes numbers of 64 bits as two cells", () => {
    expect(cells64(0x12_3456_789a)).toEqual([0x12, 0x3456789a]);
    expect(cells64(0xffff_ffff)).toEqual([0, 0xffff_ffff]);
  });

  it.each([
    ["nothing", new Uint8Array(0)],
    ["a header cut short", flattenTree({ name: "", properties: {} }).slice(0, 39)],
    ["a blob cut short", flattenTree({ name: "", properties: { a: "b" } }).slice(0, -1)],
    ["text", new TextEncoder().encode("/dts-v1/; / { model = 'a device tree in source form'; };")],
  ])("is not %s", (_, bytes) => {
    expect(treeSize(bytes)).toBeUndefined();
  });
});
