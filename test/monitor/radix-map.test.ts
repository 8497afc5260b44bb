import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RadixMap } from "../../monitor/kernel/radix-map.ts";

describe("RadixMap", () => {
  test("agrees with a plain array, and older versions keep their values", () => {
    const size = 3000;
    const range = fc.tuple(fc.nat(size), fc.nat(size)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(range, fc.nat(3)), { maxLength: 20 }), range, (fills, [from, to]) => {
        const twin = new Array<number>(size).fill(0);
        let map = RadixMap.uniform(size, 0);
        const versions: [RadixMap<number>, number[]][] = [];
        for (const [[a, b], value] of fills) {
          map = map.fill(a, b, value);
          twin.fill(value, a, b);
          versions.push([map, [...twin]]);
        }
        for (const [version, values] of versions)
          expect([...version.runs()].flatMap((run) => new Array(run.to - run.from).fill(run.value))).toEqual(values);
        const isTwo = (value: number): boolean => value === 2;
        const index = twin.slice(from, to).findIndex(isTwo);
        expect(map.find(from, to, isTwo)).toBe(index < 0 ? undefined : from + index);
        expect(twin.every((value, at) => map.get(at) === value)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("names exactly the indices that differ from an earlier version", () => {
    const size = 3000;
    const fill = fc.tuple(fc.nat(size), fc.nat(size), fc.nat(3));
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 10 }), fc.array(fill, { maxLength: 10 }), (first, second) => {
        const build = (map: RadixMap<number>, fills: typeof first) =>
          fills.reduce((next, [a, b, value]) => next.fill(Math.min(a, b), Math.max(a, b), value), map);
        const earlier = build(RadixMap.uniform(size, 0), first);
        const later = build(earlier, second);
        const named = [...later.changesSince(earlier)].flatMap(({ from, to, value }) =>
          Array.from({ length: to - from }, (_, index) => [from + index, value]),
        );
        const wanted = Array.from({ length: size }, (_, index) => [index, later.get(index)]).filter(
          ([index, value]) => earlier.get(index!) !== value,
        );
        expect(named).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  test("an update that changes nothing returns the same object", () => {
    const map = RadixMap.uniform(2 ** 27, 0).fill(100, 5000, 7);
    expect(map.fill(200, 300, 7)).toBe(map);
    expect(map.fill(10, 10, 9)).toBe(map);
  });

  test("a range that becomes uniform again is one run", () => {
    const map = RadixMap.uniform(2 ** 27, 0)
      .fill(5, 2 ** 20, 1)
      .fill(5, 2 ** 20, 0);
    expect([...map.runs()]).toEqual([{ from: 0, to: 2 ** 27, value: 0 }]);
  });

  test("512 GiB of pages in thousands of owners stay quick", () => {
    let map = RadixMap.uniform(2 ** 27, 0);
    for (let i = 0; i < 10_000; i++) map = map.fill(i * 513, i * 513 + 512, i + 1);
    expect(map.get(513 * 9999)).toBe(10_000);
    expect(map.find(0, 2 ** 27, (value) => value === 10_000)).toBe(513 * 9999);
  });

  test("refuses indices outside the map", () => {
    const map = RadixMap.uniform(10, 0);
    expect(() => map.get(10)).toThrow(RangeError);
    expect(() => map.fill(5, 11, 1)).toThrow(RangeError);
    expect(() => map.fill(5, 4, 1)).toThrow(RangeError);
  });
});
