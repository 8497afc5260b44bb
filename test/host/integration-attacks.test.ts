/** The software attacks on the real monitor and machine: caught by default, through when their defence alone is off. */
import { describe, expect, it } from "vitest";
import { UserError } from "../../core/user-error.ts";
import type { Stage } from "../../host/attacks/report.ts";
import { SOFTWARE_ATTACKS, setStage } from "../../host/software-attacker.ts";
import type { PenglaiTvmOptions } from "../../monitor/penglai-tvm.ts";
import type { Defences } from "../../monitor/spec/defences.ts";
import { bootHost, prebuilt } from "./machine-fixture.ts";

type AttackName = keyof typeof SOFTWARE_ATTACKS;

async function stage(options: PenglaiTvmOptions = {}): Promise<Stage> {
  const { host } = await bootHost({ monitor: options });
  return setStage(host, prebuilt("secret"), prebuilt("mem"));
}

const CAUGHT_BY: Record<AttackName, RegExp> = {
  "read-direct-map": /page table/,
  "write-direct-map": /page table/,
  "remap-set-pte": /MAPS_PROTECTED/,
  "write-pt-area": /PMP/,
  "forge-satp": /TVM/,
  "grant-foreign-memory": /NOT_PUBLIC/,
  "grant-too-little": /GRANT_TOO_SMALL/,
  "answer-another-ocall": /WRONG_OCALL/,
  "run-twice": /WRONG_STATE/,
  "read-registers": /world switch/,
  "find-residue": /wiped/,
};

/** Which defence alone stands between the attack and its success; the others have none that can be switched off. */
const NEEDED: Partial<Record<AttackName, keyof Defences>> = {
  "remap-set-pte": "ownershipCheck",
  "write-pt-area": "pmpOnPageTableArea",
  "forge-satp": "satpTrap",
  "grant-too-little": "ocallCheck",
  "answer-another-ocall": "ocallCheck",
  "read-registers": "clearRegistersOnSwitch",
  "find-residue": "wipeOnFree",
};

describe("software attacks on the machine", () => {
  it.each(Object.keys(CAUGHT_BY) as AttackName[])("%s is caught", async (name) => {
    const report = SOFTWARE_ATTACKS[name](await stage());
    expect(report).toMatchObject({ succeeded: false, caughtBy: expect.stringMatching(CAUGHT_BY[name]) });
  });

  it("finds the secret where the victim really keeps it", async () => {
    const { host, victim, secret } = await stage();
    const { machine } = host.driver.kernel.hart;
    // Mixed from a key and random bytes before the first yield: not zero, save once in 2^256.
    expect(machine.readBytes(secret, 32).every((byte) => byte === 0)).toBe(false);
    expect(victim.record.state).toBe("runnable");
  });

  it("wants a victim with a secret", async () => {
    const { host } = await bootHost();
    expect(() => setStage(host, prebuilt("fib"), prebuilt("mem"))).toThrow(UserError);
  });

  it.each(Object.entries(NEEDED) as [AttackName, keyof Defences][])("%s succeeds without %s", async (name, defence) => {
    const report = SOFTWARE_ATTACKS[name](await stage({ defences: { [defence]: false } }));
    expect(report).toMatchObject({ succeeded: true });
  });

  it.each([
    ["catches", {}, { succeeded: false, caughtBy: expect.stringMatching(/GPT/) }],
    ["is what catches", { walkerCheck: false }, { succeeded: true }],
  ])("in GPT mode paper the walker %s a forged satp", async (_what, defences, expected) => {
    expect(SOFTWARE_ATTACKS["forge-satp"](await stage({ gpt: "paper", defences }))).toMatchObject(expected);
  });
});
