/**
 * Takes words that Komodo enclaves say to each other from running machines: the material of local-examples.ts.
 *
 * The enclaves are those of guest/komodo/src/meet.c. The channel between them belongs to the operating system, so the
 * command can stand on the other side: it asks with a nonce of its own and carries the answer away.
 */
import { digestOf, SHA256 } from "../../attest/hash.ts";
import { isSameKomodoMac, KOMODO_MACS, komodoStatement } from "../../attest/komodo-mac.ts";
import type { LocalPolicy, LocalReport } from "../../attest/local-report.ts";
import { bytesOfWords, wordsOfBytes } from "../../attest/words.ts";
import { Machine } from "../../core/machine.ts";
import { ArmLoader } from "../../host/komodo/arm-loader.ts";
import { type KomodoImage, komodoImage } from "../../host/komodo/komodo-image.ts";
import type { KomodoLoader } from "../../host/komodo/komodo-loader.ts";
import { armOs } from "../../host/komodo/komodo-os.ts";
import { KomodoProgram, slices } from "../../host/komodo/komodo-program.ts";
import { createKomodo, type KomodoMonitor, type KomodoOptions } from "../../monitor/komodo.ts";
import type { Program } from "../program.ts";
import type { LocalMaterial } from "./local-examples.ts";

const MEMORY = 64 * 2 ** 20;
/** Side i of the channel, at 512 * i: 0 stage, 4 payload bytes, 8 nonce, 40 mac, 72 payload; stage 1 asks, 2 has answered. */
const SIDE_BYTES = 512;
const [STAGE, PAYLOAD_BYTES, NONCE, MAC, PAYLOAD] = [0, 4, 8, 40, 72];
const [ASKED, ANSWERED] = [1, 2];
/** The enclave that speaks, and the one that listens. */
const [SPEAKER, LISTENER] = [0, 1];

/** @param program `meet`. @param nonce of the listener, 32 bytes. @param earlier another one */
export async function gatherLocal(
  program: Program,
  seed: bigint,
  nonce: Uint8Array,
  earlier: Uint8Array,
): Promise<LocalMaterial> {
  const image = komodoImage(program.elf);
  const machine = await boot({ seed });
  const genuine = answer(machine, image, SPEAKER, nonce);
  const elsewhere = async (options: KomodoOptions, other = image): Promise<LocalReport> =>
    answer(await boot({ seed, ...options }), other, SPEAKER, nonce);
  return {
    policy: {
      direction: SPEAKER,
      self: genuine.to,
      peers: [genuine.from],
      verify: verifyBy(machine.monitor),
    },
    nonce,
    genuine,
    earlier: answer(machine, image, SPEAKER, earlier),
    listeners: answer(machine, image, LISTENER, nonce),
    otherProgram: answer(machine, changed(image), SPEAKER, nonce),
    otherMachine: await elsewhere({ seed: seed ^ 1n }),
    debugMonitor: await elsewhere({ debug: true }),
    zeroKey: await elsewhere({ defects: ["M12"] }),
  };
}

/** Nonces must be new; runs are to be repeatable, so one comes from the seed and a purpose. @returns 32 bytes */
export const nonceOf = (seed: bigint, purpose: string): Uint8Array =>
  digestOf(SHA256, new TextEncoder().encode(`atoll local nonce ${seed}: ${purpose}`));

interface KomodoMachine {
  readonly monitor: KomodoMonitor;
  readonly loader: KomodoLoader;
}

async function boot(options: KomodoOptions): Promise<KomodoMachine> {
  const machine = await Machine.create({ mode: "monitor", ramSize: MEMORY });
  const monitor = createKomodo(machine, options);
  return { monitor, loader: new ArmLoader(armOs(machine, monitor)) };
}

/** What an enclave of the image says as number `index` when it is asked with that nonce. */
function answer({ loader }: KomodoMachine, image: KomodoImage, index: number, nonce: Uint8Array): LocalReport {
  const loaded = loader.load(image);
  if (!loaded.ok) throw new Error(`the monitor refused ${image.name}: ${loaded.refusal.explanation}`);
  const [channel] = loader.channel as [number];
  loader.port.store(channel, 0, new Uint8Array(2 * SIDE_BYTES));
  const question = new DataView(new ArrayBuffer(SIDE_BYTES));
  question.setUint32(STAGE, ASKED, true);
  for (const [i, word] of wordsOfBytes(nonce).entries()) question.setUint32(NONCE + 4 * i, word, true);
  loader.port.store(channel, SIDE_BYTES * (1 - index), new Uint8Array(question.buffer));

  const program = new KomodoProgram(loader, loaded.value, { args: ["hello"], index, count: () => 2 });
  for (const _ of slices([program])) {
    const side = loader.port.load(channel, SIDE_BYTES * index, SIDE_BYTES);
    const view = new DataView(side.buffer, side.byteOffset, side.byteLength);
    if (view.getUint32(STAGE, true) !== ANSWERED) continue;
    const mac = bytesOfWords(Array.from({ length: 8 }, (_, i) => view.getUint32(MAC + 4 * i, true)));
    const payload = side.slice(PAYLOAD, PAYLOAD + view.getUint32(PAYLOAD_BYTES, true));
    if (program.outcome.end.kind === "stopped") loader.destroy(loaded.value);
    // It speaks to its like: to an enclave of its own measurement.
    const measurement = bytesOfWords(loaded.value.measurement);
    return { direction: index, from: measurement, to: measurement, nonce, payload, mac };
  }
  throw new Error(`${image.name} ended without an answer`);
}

/** The same program with another byte at the bottom of its stack, which it never reads. */
function changed(image: KomodoImage): KomodoImage {
  const { va: stack } = image.pages.findLast(({ bytes }) => bytes.every((byte) => byte === 0))!;
  const pages = image.pages.map((page) => (page.va === stack ? { ...page, bytes: page.bytes.with(0, 1) } : page));
  return { ...image, pages };
}

/** What Verify answers on that machine. */
const verifyBy =
  ({ state: { config } }: KomodoMonitor): LocalPolicy["verify"] =>
  (data, measurement, mac) =>
    isSameKomodoMac(
      KOMODO_MACS[config.macForm](config.attestKey, komodoStatement(wordsOfBytes(data), wordsOfBytes(measurement))),
      wordsOfBytes(mac),
    );
