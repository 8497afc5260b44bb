/** Requests to a target that stands: registers, memory, points, threads, what it says of itself. */
import { beforeEach, describe, expect, it } from "vitest";
import { MSTATUS, SATP } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { bytesOf, textOf } from "../../debug/hex.ts";
import { Session } from "../../debug/session.ts";
import { CODE, place } from "../assembly/place.ts";

let machine: Machine;
let session: Session;
const code = CODE.toString(16);

beforeEach(async () => {
  machine = await place("li t0, 1\nj .", { mode: "firmware" });
  session = new Session({ machine });
});

/** The reply's text; fails for a request that is answered otherwise. */
function ask(request: string, of = session): string {
  const answer = of.answer(bytesOf(request));
  if (answer.kind !== "reply") throw new Error(`${request} is answered by "${answer.kind}"`);
  return textOf(answer.payload);
}

const little = (value: bigint, byteLen = 8): string =>
  Buffer.from(new BigUint64Array([value]).buffer, 0, byteLen).toString("hex");

describe("registers", () => {
  it("are told all at once, and set", () => {
    machine.x[31] = 0x1122_3344_5566_7788n;
    const all = ask("g");
    expect(all).toHaveLength(33 * 16);
    expect(all.slice(31 * 16)).toBe(little(0x1122_3344_5566_7788n) + little(BigInt(CODE)));
    expect(ask(`G${little(5n).repeat(33)}`)).toBe("OK");
    expect([machine.x[0], machine.x[1], machine.x[31], machine.pc]).toEqual([0n, 5n, 5n, 4n]);
  });

  it("are told one by one: integer, pc, CSRs, privilege", () => {
    machine.x[10] = 42n;
    expect(ask("pa")).toBe(little(42n));
    expect(ask("p20")).toBe(little(BigInt(CODE)));
    expect(ask(`p${(65 + MSTATUS).toString(16)}`)).toBe(little(machine.readCsr(MSTATUS)));
    expect(ask(`p${(65 + 4096).toString(16)}`)).toBe(little(3n));
    expect(ask(`P${(65 + 4096).toString(16)}=${little(1n)}`)).toBe("OK");
    expect(machine.privilege).toBe(1);
    expect(ask(`P${(65 + SATP).toString(16)}=${little(0x8000_0000_0008_0000n)}`)).toBe("OK");
    expect(machine.readCsr(SATP)).toBe(0x8000_0000_0008_0000n);
  });

  it.each([
    ["a register that there is not", "pffff", "E14"],
    ["a CSR that there is not", `p${(65 + 0x7ff).toString(16)}`, "E14"],
    ["no number", "pxyz", "E16"],
    ["a value of another size", "P5=0011", "E16"],
    ["a read-only CSR", `P${(65 + 0xf14).toString(16)}=${little(1n)}`, "E14"],
    ["a privilege level that there is not", `P${(65 + 4096).toString(16)}=${little(2n)}`, "E14"],
    ["too few of all", "G00", "E16"],
  ])("refuse %s", (_, request, reply) => {
    expect(ask(request)).toBe(reply);
  });

  it("of floating point are not there without F", async () => {
    machine = await place("j .", { mode: "firmware", isa: "rv64imac_zicsr" });
    const without = new Session({ machine });
    expect(["p21", "p40", "p42", "p44"].map((request) => ask(request, without))).toEqual(Array(4).fill("E14"));
    expect(ask(`P21=${little(1n)}`, without)).toBe("E14");
    expect(ask("qXfer:features:read:target.xml:0,3ff0", without)).not.toMatch(/riscv\.fpu|fcsr/);
    expect([ask("p21"), ask("p44")]).toEqual([little(0n), little(0n, 4)]);
  });

  it("of a monitor's machine stay as they are where they are not the program's", async () => {
    const guarded = await place("j .");
    const other = new Session({ machine: guarded });
    expect(ask(`P${(65 + MSTATUS).toString(16)}=${little(0n)}`, other)).toBe("E14");
    expect(ask(`P${(65 + 4096).toString(16)}=${little(3n)}`, other)).toBe("E14");
    expect(ask(`P5=${little(9n)}`, other)).toBe("OK");
    expect(guarded.x[5]).toBe(9n);
  });
});

describe("memory", () => {
  it("is read and written in hexadecimal and as bytes", () => {
    expect(ask(`M${code},4:13000000`)).toBe("OK");
    expect(ask(`m${code},4`)).toBe("13000000");
    expect(ask(`X${code},3:}\x03}]*`)).toBe("OK");
    expect(machine.readBytes(CODE, 3)).toEqual(Uint8Array.of(0x23, 0x7d, 0x2a));
    // GDB asks whether X is known by writing nothing
    expect(ask("X0,0:")).toBe("OK");
  });

  it("is told as far as it is there", () => {
    machine.writeBytes(pa(machine.ramBase + machine.ramSize - 2), Uint8Array.of(1, 2));
    const end = (machine.ramBase + machine.ramSize - 2).toString(16);
    expect(ask(`m${end},8`)).toBe("0102");
    expect(ask("m1000,8")).toBe("E14");
    expect(ask(`m${"f".repeat(16)},8`)).toBe("E14");
    expect(ask(`m${code},ffffffff`)).toHaveLength(0x4000 - 16);
    expect(ask(`m${code},0`)).toBe("");
  });

  it("that is not RAM, a device for one, is neither read nor written", () => {
    expect(ask("m10000000,1")).toBe("E14");
    expect(ask("M10000000,1:41")).toBe("E14");
  });

  it.each(["m", "m1", "m,4", "mxyz,4", "M80000000,4:0011", "M80000000,4", "Mzz", "X80000000,2:a"])(
    "refuses %s",
    (request) => {
      expect(ask(request)).toBe("E16");
    },
  );
});

describe("break- and watchpoints", () => {
  it.each(["0", "1", "2", "3", "4"])("of type %s are known", (type) => {
    expect(ask(`Z${type},${code},4`)).toBe("OK");
    expect(ask(`z${type},${code},4`)).toBe("OK");
  });

  it("of other types are not", () => {
    expect(ask(`Z5,${code},4`)).toBe("");
  });

  it("are as many as the machine has places for, and a watchpoint has bytes", () => {
    for (let i = 0; i < 512; i++) expect(ask(`Z0,${(CODE + 2 * i).toString(16)},2`)).toBe("OK");
    expect(ask("Z0,90000000,4")).toBe("E14");
    expect(ask("z0,90000000,4")).toBe("OK");
    expect(ask(`Z2,${code},0`)).toBe("E14");
    expect(ask("Z2,ffffffffffffffff,2")).toBe("E14");
    expect(ask("Z2,ffffffffffffffff,1")).toBe("OK");
    expect(ask("Z2")).toBe("E16");
  });
});

describe("the target says of itself", () => {
  it("what it supports", () => {
    expect(ask("qSupported:multiprocess+;swbreak+;xmlRegisters=i386")).toBe(
      "PacketSize=4000;QStartNoAckMode+;qXfer:features:read+;qXfer:threads:read+;vContSupported+;swbreak+;hwbreak+",
    );
    expect(ask("vCont?")).toBe("vCont;c;C;s;S;t;r");
    expect(ask("qAttached")).toBe("1");
    expect(ask("qSymbol::")).toBe("OK");
  });

  it("nothing to what it does not know", () => {
    for (const request of ["vMustReplyEmpty", "qTStatus", "QNonStop:1", "R00", "b", "", "qXfer:auxv:read::0,100"])
      expect(ask(request), request).toBe("");
  });

  it("its registers as XML, in pieces that fit a packet", () => {
    let xml = "";
    for (let more = true; more; ) {
      const piece = ask(`qXfer:features:read:target.xml:${xml.length.toString(16)},ffb`);
      more = piece[0] === "m";
      xml += piece.slice(1);
    }
    expect(xml).toContain("<architecture>riscv:rv64</architecture>");
    expect(xml).toContain('<reg name="sp" bitsize="64" type="data_ptr" regnum="2"/>');
    expect(xml).toContain(`<reg name="mstatus" bitsize="64" type="int" regnum="${65 + MSTATUS}"/>`);
    expect(xml).toContain('<reg name="fa0" bitsize="64" type="riscv_double" regnum="43"/>');
    expect(xml.trimEnd().endsWith("</target>")).toBe(true);
    expect(ask("qXfer:features:read:other.xml:0,100")).toBe("E00");
    expect(ask("qXfer:features:read:target.xml:xyz,100")).toBe("E16");
    expect(ask("qXfer:features:read:target.xml:ffffff,100")).toBe("l");
  });

  it("its harts as threads", () => {
    expect(ask("qfThreadInfo")).toBe("m1");
    expect(ask("qsThreadInfo")).toBe("l");
    expect(Buffer.from(ask("qThreadExtraInfo,1"), "hex").toString()).toBe("hart 0");
    expect(ask("qXfer:threads:read::0,fff")).toContain('<thread id="1" name="hart 0"/>');
    expect(["Hg1", "Hg0", "Hc-1", "T1"].map((request) => ask(request))).toEqual(["OK", "OK", "OK", "OK"]);
    expect(["Hg2", "Hx1", "T9", "Tx"].map((request) => ask(request))).toEqual(["E14", "E14", "E14", "E14"]);
  });
});

describe("how to go on", () => {
  it.each([
    ["c", "continue"],
    ["C05", "continue"],
    ["s", "step"],
    ["S05;80001000", "step"],
    ["vCont;c", "continue"],
    ["vCont;s:1;c", "step"],
    ["vCont;S05:1", "step"],
    ["vCont;C05:-1", "continue"],
    ["vCont;r80001000,80001010:1;c", "step"],
  ])("is understood of %s", (request, kind) => {
    const answer = session.answer(bytesOf(request));
    expect(answer.kind).toBe("resume");
    if (answer.kind === "resume") expect(answer.resumption.get(0)?.kind).toBe(kind);
  });

  it.each(["vCont", "vCont;", "vCont;x", "vCont;s:9", "vCont;rzz,1:1", "vCont;t", "cxyz", "Cxx;zz"])(
    "is refused of %s",
    (request) => {
      expect(ask(request)).toBe("E16");
    },
  );
});
