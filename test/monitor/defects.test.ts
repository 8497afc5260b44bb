/**
 * Each defect of the zoo: the mistake is made with the switch on, and not without it. A defect without a scenario does not
 * compile.
 */
import { describe, expect, test } from "vitest";
import { TVM_DEFECTS, type TvmDefect } from "../../monitor/penglai-tvm/defects.ts";
import { TestHost } from "../../zoo/penglai-tvm/host.ts";
import { TVM_WITNESSES } from "../../zoo/penglai-tvm/witnesses.ts";

const ids = Object.keys(TVM_DEFECTS) as TvmDefect[];

describe.each(ids)("%s", (id) => {
  test("is not made by the monitor as it is", () => {
    expect(TVM_WITNESSES[id]({})).toBe(false);
  });

  test(`switched on: ${TVM_DEFECTS[id].what}`, () => {
    expect(TVM_WITNESSES[id]({ defects: [id] })).toBe(true);
  });
});

test("each says where it was published and which property must catch it", () => {
  for (const id of ids) {
    expect(TVM_DEFECTS[id].killedBy.length).toBeGreaterThan(0);
    expect(TVM_DEFECTS[id].source).toMatch(new RegExp(`${id}$|§`));
  }
});

test("a monitor with a mistake is another monitor: other identity, other keys", () => {
  const [right, wrong] = [new TestHost(), new TestHost({ defects: ["B1"] })];
  expect(right.monitor.device!.identity).not.toEqual(wrong.monitor.device!.identity);
  expect(right.monitor.device!.keys.seal).not.toEqual(wrong.monitor.device!.keys.seal);
});

test("an id that is none is refused", () => {
  expect(() => new TestHost({ defects: ["B0" as TvmDefect] })).toThrow("defects");
});
