/** How docs/conformance.md comes about: which test counts for what, and what the document says of it. */
import { describe, expect, it } from "vitest";
import { conformanceDocument } from "../../scripts/conformance/document.ts";
import { subjectsOf } from "../../scripts/conformance/test-subjects.ts";

describe("a test counts for", () => {
  it.each([
    ["the extension before the colon", "privileged/a", ["Sv48: 10.5", "a program runs"], ["Sv48"]],
    ["several of them", "privileged/a", ["Svade and Svadu: chapter 14", "x"], ["Svade", "Svadu"]],
    ["a chapter", "assembly/traps", ["Machine-level ISA: delegation", "x"], ["Machine-level ISA"]],
    ["the extension of an instruction that is a title", "isa/three-ways", ["all agree on", "clmul"], ["Zbc", "Zbkc"]],
    ["that of an instruction with a dot", "fpu/a", ["fast fadd.d", "is its slow twin"], ["D"]],
    ["what its file is about", "assembly/svinval", ["an invalidation", "x"], ["Svinval"]],
    ["nothing, where a word only looks like one", "core/elf", ["and", "sub"], []],
    ["nothing, where the head is no extension", "privileged/a", ["Whoever: knows", "x"], []],
  ] as const)("%s", (_, file, titles, subjects) => {
    expect(subjectsOf({ file, titles })).toEqual(subjects);
  });
});

it("the document has a line for each extension and says what nobody compared", () => {
  const counts = new Map([["Zba", { instructions: 8, tests: 1234, lockstep: 5_000_000 }]]);
  const version = { major: 1, minor: 0 };
  const text = conformanceDocument({
    extensions: [
      { name: "Zba", version, presence: "on", implies: [] },
      { name: "Svade", version, presence: "option", implies: [] },
    ],
    counts,
    chapters: ["PMP"],
    handRuns: [{ what: "programs", count: "7", commit: "abc", file: "x.json" }],
    peers: ["QEMU 7.2"],
    deviations: [{ name: "n", peer: "a | b", rule: "the rule", avoidance: "stays away" }],
  });
  expect(text).toContain("| Zba | 1.0 | yes | 8 | 1,234 | 5,000,000 |\n");
  expect(text).toContain("| Svade | 1.0 | if asked for |  | 0 |  |\n");
  expect(text).toContain("| PMP | 0 |\n");
  expect(text).toContain("| a \\| b | the rule | stays away |\n");
});
