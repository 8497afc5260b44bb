/**
 * Names of enclaves: 16 bytes that the host gives at creation (Penglai reference §6.7). A server is found by its name, and
 * relay pages are handed on by name (§6.12). A name ends at its first NUL; what stands behind it does not count.
 *
 * A name is the host's word: it says nothing about the program behind it, and an enclave that hands data on by name trusts
 * the host to have started the right one. Whoever wants more asks a server for its report (GET_REPORT) first.
 *
 * Names are kept in a hash table of lists, so that finding one costs the same however many enclaves live.
 */
import { isOn } from "./defects.ts";
import { type Enclave, enclaveById, type MonitorState, NAME_HASHES } from "./state.ts";

export const NAME_BYTE_LEN = 16;

/** @param bytes up to NAME_BYTE_LEN of them */
export function nameFrom(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...(end === -1 ? bytes : bytes.subarray(0, end)));
}

/** What tells one name from another. */
const keyOf = ({ config }: MonitorState, name: string): string => (isOn(config, "S13") ? name.slice(0, 8) : name);

/** FNV-1a, 32 bits, the lower 30 of them. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % NAME_HASHES;
}

/** The state in which an enclave that was just made is found by its name. */
export function withName(state: MonitorState, { eid, name }: Pick<Enclave, "eid" | "name">): MonitorState {
  const at = hashOf(keyOf(state, name));
  return { ...state, names: state.names.set(at, [...(state.names.get(at) ?? []), eid]) };
}

export function withoutName(state: MonitorState, { eid, name }: Pick<Enclave, "eid" | "name">): MonitorState {
  const at = hashOf(keyOf(state, name));
  const others = (state.names.get(at) ?? []).filter((other) => other !== eid);
  return { ...state, names: state.names.set(at, others.length === 0 ? undefined : others) };
}

/** Live enclaves of a name, servers among them. */
export const enclavesNamed = (state: MonitorState, name: string): Enclave[] =>
  (state.names.get(hashOf(keyOf(state, name))) ?? []).flatMap((eid) => {
    const enclave = enclaveById(state, BigInt(eid));
    return enclave !== undefined && keyOf(state, enclave.name) === keyOf(state, name) ? enclave : [];
  });

export const serverNamed = (state: MonitorState, name: string): Enclave | undefined =>
  enclavesNamed(state, name).find(({ server }) => server !== undefined);
