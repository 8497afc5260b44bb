import { describe, expect, it } from "vitest";
import { replay, type Strategy, twoTrace } from "../../ni/two-trace.ts";
import { Vault, type VaultAction, vault } from "./vault-world.ts";

const secrets = [Uint8Array.of(0), Uint8Array.of(1)] as const;
const revealing: VaultAction[] = ["open", "wait", "open", "ask", "close"];

describe("two traces", () => {
  it("are equal where nothing leaks, and say what that is worth", async () => {
    expect(await twoTrace({ makeWorld: vault(false), secrets, actions: revealing })).toEqual({
      equal: true,
      steps: 5,
      secretUsed: true,
      tally: { acts: 5 },
    });
  });

  it("are worth nothing when nobody used the secret", async () => {
    const verdict = await twoTrace({ makeWorld: vault(true), secrets, actions: ["open", "open", "wait"] });
    expect(verdict).toMatchObject({ equal: true, secretUsed: false });
  });

  it("end at the first difference, with the action that showed it", async () => {
    const verdict = await twoTrace({ makeWorld: vault(true), secrets, actions: revealing });
    expect(verdict).toMatchObject({
      equal: false,
      firstDifference: { step: 3, action: "ask", observable: "result", left: "0x0", right: "0x1" },
    });
    expect(!verdict.equal && verdict.left.length).toBe(4);
  });

  it("never differ when the secrets do not", async () => {
    const same = [Uint8Array.of(1), Uint8Array.of(1)] as const;
    expect(await twoTrace({ makeWorld: vault(true), secrets: same, actions: revealing })).toMatchObject({
      equal: true,
    });
  });

  it("leave out what the observer does not see", async () => {
    const observer = { name: "deaf", sees: (observable: string) => observable !== "result" };
    expect(await twoTrace({ makeWorld: vault(true), secrets, actions: revealing, observer })).toMatchObject({
      equal: true,
    });
  });

  it("follow a strategy that adapts to what it saw, the same in both worlds", async () => {
    const worlds: Vault[] = [];
    const makeWorld = async (secret: Uint8Array) => {
      const world = new Vault(secret, false);
      worlds.push(world);
      return world;
    };
    const untilFive: Strategy<VaultAction> = (past) => {
      if (past.at(-1)?.observation.get("result") === 5n) return undefined;
      return past.length < 3 ? "wait" : "ask";
    };
    await twoTrace({ makeWorld, secrets, actions: untilFive });
    expect(worlds.map(({ acts }) => acts)).toEqual([
      ["wait", "wait", "wait", "ask"],
      ["wait", "wait", "wait", "ask"],
    ]);
  });

  it("can be replayed from a list", () => {
    const next = replay<VaultAction>(["open", "ask"]);
    const step = { action: "open" as const, observation: new Map() };
    expect([next([]), next([step]), next([step, step])]).toEqual(["open", "ask", undefined]);
  });
});
