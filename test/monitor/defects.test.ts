/**
 * Each defect of the zoo: the mistake is made with the switch on, and not without it. A defect without a scenario does not
 * compile.
 */
import { describe, expect, test } from "vitest";
import { TVM_DEFECTS, type TvmDefect } from "../../monitor/penglai-tvm/defects.ts";
import { TestHost } from "../../zoo/penglai-tvm/host.ts";
import { ARGUMENTS } from "../../zoo/penglai-tvm/witnesses/arguments.ts";
import { HARTS } from "../../zoo/penglai-tvm/witnesses/harts.ts";
import { LIFE_CYCLE } from "../../zoo/penglai-tvm/witnesses/life-cycle.ts";
import { MEASUREMENT } from "../../zoo/penglai-tvm/witnesses/measurement.ts";
import { MEMORY } from "../../zoo/penglai-tvm/witnesses/memory.ts";
import { PAGE_TABLES } from "../../zoo/penglai-tvm/witnesses/page-tables.ts";
import type { Scenario } from "../../zoo/penglai-tvm/witnesses/scenario.ts";
import { SERVERS } from "../../zoo/penglai-tvm/witnesses/servers.ts";
import { SHARED_MEMORY } from "../../zoo/penglai-tvm/witnesses/shared-memory.ts";
import { WORLD_SWITCH } from "../../zoo/penglai-tvm/witnesses/world-switch.ts";

const SCENARIOS: Readonly<Record<TvmDefect, Scenario>> = {
  ...ARGUMENTS,
  ...PAGE_TABLES,
  ...MEMORY,
  ...LIFE_CYCLE,
  ...MEASUREMENT,
  ...SHARED_MEMORY,
  ...WORLD_SWITCH,
  ...SERVERS,
  ...HARTS,
};
const ids = Object.keys(TVM_DEFECTS) as TvmDefect[];

describe.each(ids)("%s", (id) => {
  test("is not made by the monitor as it is", () => {
    expect(SCENARIOS[id]({})).toBe(false);
  });

  test(`switched on: ${TVM_DEFECTS[id].what}`, () => {
    expect(SCENARIOS[id]({ defects: [id] })).toBe(true);
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
