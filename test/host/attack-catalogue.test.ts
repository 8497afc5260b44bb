/** The catalogue as a user meets it; what each attack comes to is in test/defences.test.ts. */
import { describe, expect, it } from "vitest";
import { UserError } from "../../core/user-error.ts";
import { ATTACKS, type AttackOutcome, attackByName } from "../../host/attack-catalogue.ts";
import { setDramScene } from "../../host/attacks/dram-scene.ts";
import { sampleGuest } from "../../host/sample-guests.ts";
import { SOFTWARE_ATTACKS, setStage } from "../../host/software-attacker.ts";
import { System } from "../../host/system.ts";
import { MachineHalted } from "../../monitor/kernel/halt.ts";
import { bootHost, prebuilt } from "./machine-fixture.ts";

const outcomeOf = (name: string, seed = 1n, without: string[] = []): Promise<AttackOutcome> =>
  attackByName(name)!.run({ seed, without });

describe("catalogue", () => {
  it("finds each attack by its name, and nothing by another", () => {
    expect(ATTACKS.map(({ name }) => attackByName(name))).toEqual(ATTACKS);
    expect(attackByName("rowhammer")).toBeUndefined();
  });

  it("has every software attack", () => {
    const names = ATTACKS.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(SOFTWARE_ATTACKS)));
  });

  it("refuses a defence that there is not", async () => {
    await expect(outcomeOf("flip-bit", 0n, ["firewall"])).rejects.toThrow(UserError);
  });

  it.each(["remap-set-pte", "replay-mac", "make-text-writable"])(
    "%s comes out the same for the same seed",
    async (name) => {
      expect(await outcomeOf(name, 5n)).toEqual(await outcomeOf(name, 5n));
    },
  );

  it("has other keys for another seed", async () => {
    const [a, b] = [await outcomeOf("snoop", 1n), await outcomeOf("snoop", 2n)];
    expect(a).not.toEqual(b);
  });

  it("has a replay that brings the right old state back, where the tree is off", async () => {
    const outcome = await outcomeOf("replay-counter", 1n, ["tree"]);
    expect(outcome).toMatchObject({ succeeded: true, evidence: expect.stringContaining("two yields ago") });
  });
});

describe("the stage of an attack from the kernel", () => {
  it("has the secret where the victim really keeps it", async () => {
    const { host, victim, secret } = setStage((await bootHost()).host, prebuilt("secret"), prebuilt("mem"));
    const { machine } = host.driver.kernel.hart;
    // Mixed from a key and random bytes before the first yield: not zero, save once in 2^256.
    expect(machine.readBytes(secret, 32).every((byte) => byte === 0)).toBe(false);
    expect(victim.record.state).toBe("runnable");
  });

  it("wants a victim with a secret", async () => {
    const { host } = await bootHost();
    expect(() => setStage(host, prebuilt("fib"), prebuilt("mem"))).toThrow(UserError);
  });
});

describe("memory that does not verify", () => {
  it("ends the enclave before it retires another instruction of that page, and gives its memory back", async () => {
    const { system, victim, stack, faults } = await setDramScene({});
    const { driver } = system.host;
    system.dramAttacker.flip(stack, 3);
    expect(victim.runSlice()).toBe("ended");
    expect(victim.outcome.end).toMatchObject({ kind: "killed", refusal: { guard: "INTEGRITY" } });
    expect(faults[0]).toMatchObject({ level: "data" });
    expect(victim.record.lost).toEqual([]);
    expect(driver.kernel.load(stack, 32)).toEqual({ ok: true, bytes: new Uint8Array(32) });
  });

  it("is found however late the enclave comes back to it", async () => {
    const { system, victim, stack } = await setDramScene({});
    expect(victim.stop().ok).toBe(true);
    system.dramAttacker.flip(stack, 0);
    expect(victim.resume().ok).toBe(true);
    expect(victim.runSlice()).toBe("ended");
    expect(victim.outcome.end).toMatchObject({ kind: "killed", refusal: { guard: "INTEGRITY" } });
  });

  it("is no harm once it is put back", async () => {
    const { system, victim, stack } = await setDramScene({});
    system.dramAttacker.flip(stack, 0);
    system.dramAttacker.flip(stack, 0);
    expect(victim.runSlice()).toBe("yield");
  });

  it("halts the whole machine where that is asked for", async () => {
    const system = await System.create({ memory: 64 * 2 ** 20, onIntegrityFault: "halt" });
    const stage = setStage(system.host, await sampleGuest("secret"), await sampleGuest("mem"));
    system.dramAttacker.flip(stage.secret, 0);
    expect(() => stage.victim.runSlice()).toThrow(/the machine has halted, memory does not verify/);
    expect(() => stage.asker.run()).toThrow(MachineHalted);
  });
});
