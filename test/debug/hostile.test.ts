/**
 * A debugger that means harm: random bytes, random packets, and packets that a real session would send with bytes changed,
 * against a bare machine and an enclave, standing and running. Nothing is thrown, nothing hangs, every reply is a packet, and what is kept is bounded.
 * ATOLL_GDB_FUZZ=N sends N pieces to each instead.
 */
import { expect, it } from "vitest";
import { bytesOf } from "../../debug/hex.ts";
import { MAX_PAYLOAD } from "../../debug/packet.ts";
import { System } from "../../host/system.ts";
import { Random } from "../../zoo/scene/random.ts";
import { CODE, place } from "../assembly/place.ts";
import { ecall, FID, program } from "../host/enclave-program.ts";
import { type Debugged, debugged, debuggedEnclave, frame, type Wire } from "./client.ts";

const PIECES = Number(process.env.ATOLL_GDB_FUZZ ?? 3000);
/** What thread 1 is called, in hexadecimal. */
const HART_0 = Buffer.from("hart 0").toString("hex");
const hex = (text: string): string => Buffer.from(text).toString("hex");
const code = CODE.toString(16);

/** What real sessions send. */
const HONEST = [
  ..."? g p20 p7a P5=0100000000000000 qC qfThreadInfo qsThreadInfo qAttached vCont? vMustReplyEmpty Hg1 Hc-1 T1".split(
    " ",
  ),
  ...[`m${code},40`, `M${code},4:13000000`, `X${code},4:abcd`, `Z0,${code},4`, `z0,${code},4`, `Z2,80002000,8`],
  ...[
    "z2,80002000,8",
    "vCont;c",
    "vCont;s:1;c",
    "vCont;r80001000,80001010:1;c",
    "s",
    "c",
    "C05",
    "m1000,8",
    "Z1,1004,4",
  ],
  ...["qSupported:multiprocess+;swbreak+", "qXfer:features:read:target.xml:0,ffb", "qXfer:threads:read::0,fff"],
  ..."help pmp gpt regs harts enclaves foo csr explain".split(" ").map((name) => `qRcmd,${hex(name)}`),
  ...["phys 0x80000000 64", "explain 0x1000", "owner phys:0x80605000", "csr mstatus", "phys 99999999999 1"].map(
    (line) => `qRcmd,${hex(line)}`,
  ),
  `G${"00".repeat(33 * 8)}`,
];

function mutated(random: Random): Uint8Array {
  const bytes = bytesOf(random.pick(HONEST));
  for (let changes = random.between(0, 3); changes > 0 && bytes.length > 0; changes--)
    bytes[random.between(0, bytes.length - 1)] = random.chance(2)
      ? random.between(0, 255)
      : 0x30 + random.between(0, 9);
  return random.chance(8) ? bytes.subarray(0, random.between(0, bytes.length)) : bytes;
}

/** One piece of a hostile conversation. Killing and detaching would end it: they have tests of their own. */
function piece(random: Random): Uint8Array {
  const kind = random.between(0, 19);
  if (kind === 0) return Uint8Array.from({ length: random.between(0, 300) }, () => random.between(0, 255));
  if (kind === 1) return Uint8Array.of(3);
  if (kind === 2) return bytesOf(random.pick(["+", "-", "$", "#", "$x#00", "}"]));
  if (kind === 3) return frame(bytesOf("a".repeat(MAX_PAYLOAD + random.between(-5, 5))));
  const payload = mutated(random);
  const ends = payload[0] === 0x6b || payload[0] === 0x44 || /^vKill/.test(String.fromCharCode(...payload));
  return ends ? bytesOf("+") : frame(payload);
}

/**
 * Sends piece after piece, and now and then waits until the target stands and has answered them all.
 * @returns how many were sent until the program ended
 */
async function converse(wire: Wire, random: Random, count: number): Promise<number> {
  for (let sent = 1; sent <= count; sent++) {
    wire.send(piece(random));
    if (sent % 8 !== 0) continue;
    // whatever was begun is completed, as damaged, before the question that stops the target
    wire.send(bytesOf("zz\x03"));
    wire.tell("qThreadExtraInfo,1");
    for (let reply = ""; reply !== HART_0; ) {
      if (wire.isClosed && wire.replies.length === 0) return sent;
      reply = await wire.reply().catch(() => HART_0);
      expect(reply.length).toBeLessThanOrEqual(MAX_PAYLOAD);
    }
  }
  return count;
}

/** Conversations with fresh targets until all pieces are sent. */
async function talkTo(start: () => Promise<Debugged>, seed: number): Promise<void> {
  const random = new Random(seed);
  for (let left = PIECES; left > 0; ) {
    const { wire, debug, end } = await start();
    const isOver = end.then(() => debug.ended(0));
    left -= await converse(wire, random, Math.min(left, 1000));
    wire.hangUp();
    // a program that runs for ever is ended by its fuel
    await isOver;
    expect(wire.isClosed).toBe(true);
  }
}

it("harms no bare machine", { timeout: 3_600_000 }, async () => {
  await talkTo(async () => {
    const machine = await place("loop: addi t0, t0, 1\nsd t0, 0(sp)\nj loop", { mode: "firmware" });
    machine.x[2] = 0x8000_2000n;
    return debugged({ machine }, 20_000_000);
  }, 4);
});

it("harms no enclave, nor the system around it", { timeout: 3_600_000 }, async () => {
  await talkTo(async () => {
    const system = await System.create({ memory: 2 ** 26, seed: 1n, fuel: 10_000_000 });
    const created = system.host.createEnclave(program(`loop: addi t0, t0, 1\n${ecall(FID.YIELD)}j loop`));
    if (!created.ok) throw new Error(created.refusal.explanation);
    return debuggedEnclave(system, created.value);
  }, 5);
});
