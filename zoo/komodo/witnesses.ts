/** Mistakes of komodo that random calls beside the reference cannot see, each with the shortest way to its harm. */
import { OS_CALL as C, ENCLAVE_CALL as E, mappingWord } from "../../monitor/komodo/abi.ts";
import type { DefectId } from "../../monitor/komodo/defects.ts";
import { KomodoMachine } from "./machine.ts";
import { KomodoOs } from "./os.ts";

type KomodoWitness = (defects: readonly DefectId[]) => boolean | Promise<boolean>;

const DATA = Array.from({ length: 8 }, (_, i) => BigInt(i + 1));
/** Thread pages of the first and second address space that KomodoOs builds. */
const [FIRST_THREAD, SECOND_THREAD] = [7, 15];

/** Two enclaves with different contents. */
function twoEnclaves(defects: readonly DefectId[], seed = 0n): KomodoOs {
  const os = new KomodoOs({ defects, seed });
  os.fill(1, 1);
  os.build(0, 4);
  os.fill(1, 2);
  os.build(1, 12);
  return os;
}

/** What a thread gets for Attest(data). */
function mac(os: KomodoOs, thread: number, data: readonly bigint[] = DATA): readonly bigint[] {
  os.os(C.ENTER, thread, 0, 0, 0);
  const [, ...words] = os.enclave(E.ATTEST, ...data);
  os.exit();
  return words.slice(0, 8);
}

/** Maps R0 of Enter at 0x9000, unmaps it and reads it again. */
const READ_AFTER_UNMAP = `
  mv s3, a0
  mv a1, a0
  li a0, ${E.MAP_DATA}
  li a2, ${mappingWord(0x9000, 3)}
  ecall
  li t0, 0x9000
  sd t0, 0(t0)
  ld t1, 0(t0)
  li a0, ${E.UNMAP_DATA}
  mv a1, s3
  li a2, ${mappingWord(0x9000, 3)}
  ecall
  li t0, 0x9000
  ld a1, 0(t0)
  li a0, ${E.EXIT}
  ecall
`;

export const KOMODO_WITNESSES: Readonly<Partial<Record<DefectId, KomodoWitness>>> = {
  // a translation stays only where there is a TLB
  D3: async (defects) => {
    const komodo = await KomodoMachine.create({ defects });
    const { thread, spare } = komodo.load(READ_AFTER_UNMAP, 1);
    const [error, value] = komodo.call(C.ENTER, thread, spare[0]!);
    return error === 0n && value === 0x9000n;
  },
  // an enclave attests under the measurement of the address space that its first word of data names
  M6: (defects) => {
    const os = twoEnclaves(defects);
    return `${mac(os, FIRST_THREAD)}` === `${mac(os, SECOND_THREAD)}`;
  },
  // a MAC of which one word is right
  M8: (defects) => {
    const os = twoEnclaves(defects);
    const genuine = mac(os, FIRST_THREAD);
    const space = os.page(0);
    if (space.type !== "addrspace") throw new Error("page 0 is no address space");
    const measurement = [...space.measurement.digest()].map(BigInt);
    os.os(C.ENTER, SECOND_THREAD, 0, 0, 0);
    os.enclave(E.VERIFY_STEP0, ...DATA);
    os.enclave(E.VERIFY_STEP1, ...measurement);
    const forged = genuine.map((word, i) => (i === 0 ? word : word ^ 1n));
    return os.enclave(E.VERIFY_STEP2, ...forged)[1] === 1n;
  },
  // two devices with one key
  M12: (defects) => {
    const macs = [1n, 2n].map((seed) => `${mac(twoEnclaves(defects, seed), FIRST_THREAD)}`);
    return macs[0] === macs[1];
  },
};
