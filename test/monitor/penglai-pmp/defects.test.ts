/**
 * Each defect of the zoo: the mistake is made with the switch on, and not without it. A defect without a scenario does not
 * compile.
 */
import { describe, expect, test } from "vitest";
import { DEFECTS, type DefectId } from "../../../monitor/penglai-pmp/defects.ts";
import { PmpHost, withDefect } from "../../../zoo/penglai-pmp/host.ts";
import { PMP_WITNESSES } from "../../../zoo/penglai-pmp/witnesses.ts";

const ids = Object.keys(DEFECTS) as DefectId[];

describe.each(ids)("%s", (id) => {
  test("is not made by the monitor as it is", () => {
    expect(PMP_WITNESSES[id]({})).toBe(false);
  });

  test(`switched on: ${DEFECTS[id].what}`, () => {
    expect(PMP_WITNESSES[id](withDefect(id))).toBe(true);
  });
});

test("each says where it comes from and which property must catch it", () => {
  for (const id of ids) {
    expect(DEFECTS[id].killedBy.length).toBeGreaterThan(0);
    expect(DEFECTS[id].source).toContain("§");
  }
});

test("a monitor with a mistake is another monitor: other identity, another key under its reports", () => {
  const [right, wrong] = [new PmpHost(), new PmpHost(withDefect("B8"))];
  expect(right.monitor.device!.identity).not.toEqual(wrong.monitor.device!.identity);
  expect(right.monitor.device!.keyPage.smPub).not.toEqual(wrong.monitor.device!.keyPage.smPub);
});

test("an id that is none is refused", () => {
  expect(() => new PmpHost(withDefect("B0" as DefectId))).toThrow("defects");
});
