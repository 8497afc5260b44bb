/**
 * What the hostile operating system does, one concrete action at a time: plain data, so that a trace can be recorded,
 * shortened and read. Enclaves go by a name that their creation gives, so a shortened trace still means the same ones.
 *
 * An action is always possible to express and need not succeed (Komodo reference §4.6): a call on an enclave that is not
 * there, in the wrong state or with a foreign address is part of the test.
 */

/** A physical address, relative to something that the OS knows. Offsets are taken modulo its length. */
export type Place =
  | { readonly in: "ram" | "scratch" | "window" | "monitor" | "pt_area" | "mbitmap"; readonly offset: number }
  | { readonly in: "region" | "kbuffer" | "shm"; readonly of: string; readonly offset: number };

/** How the OS answers an ocall: as asked for, with no memory, or falsely (Iago attacks, Penglai reference §6.4). */
export type Answer = "honest" | "nothing" | "too-little" | "wrong-id" | { readonly foreign: Place };

/** `ticks` of the timebase until the timer takes the hart back; a tick is ten instructions, 0 is at once. */
export type OsAction =
  | { readonly do: "create" | "create-shadow"; readonly as: string; readonly program: string }
  | { readonly do: "fork"; readonly as: string; readonly shadow: string }
  | { readonly do: "run"; readonly enclave: string; readonly ticks: number }
  | { readonly do: "resume"; readonly enclave: string; readonly from: "timer" | "stop"; readonly ticks: number }
  | { readonly do: "answer"; readonly enclave: string; readonly how: Answer; readonly ticks: number }
  | { readonly do: "stop" | "destroy"; readonly enclave: string }
  | { readonly do: "attest"; readonly enclave: string; readonly nonce: bigint }
  | { readonly do: "load"; readonly at: Place }
  | { readonly do: "store"; readonly at: Place; readonly value: bigint }
  /** Points 2 MiB of the OS's own addresses at the 2 MiB around `target`, by SET_PTE or by a store to its page table. */
  | { readonly do: "map-window"; readonly target: Place; readonly by: "SET_PTE" | "store" }
  /** Builds a page table of its own, points satp at it, loads the 2 MiB around `target` and goes back. */
  | { readonly do: "forge-satp"; readonly target: Place }
  /** Any function of the host extension with any arguments. */
  | { readonly do: "call"; readonly fid: number; readonly args: readonly (bigint | Place)[] }
  /** Asks every page and every id who it is: the end of a trace. */
  | { readonly do: "probe" };

/** One line for people. */
export function describeAction(action: OsAction): string {
  switch (action.do) {
    case "create":
    case "create-shadow":
      return `${action.do} ${action.as}: ${action.program}`;
    case "fork":
      return `fork ${action.as} from ${action.shadow}`;
    case "run":
      return `run ${action.enclave} for ${action.ticks} ticks`;
    case "resume":
      return `resume ${action.enclave} from ${action.from}${action.from === "timer" ? ` for ${action.ticks} ticks` : ""}`;
    case "answer":
      return `answer ${action.enclave}: ${describeAnswer(action.how)}, then ${action.ticks} ticks`;
    case "attest":
      return `attest ${action.enclave}`;
    case "load":
      return `load ${describePlace(action.at)}`;
    case "store":
      return `store 0x${action.value.toString(16)} to ${describePlace(action.at)}`;
    case "map-window":
      return `map ${describePlace(action.target)} by ${action.by}`;
    case "forge-satp":
      return `forge satp, load ${describePlace(action.target)}`;
    case "call":
      return `call ${action.fid}(${action.args.map(describeArgument).join(", ")})`;
    case "probe":
      return "probe every page and id";
    default:
      return `${action.do} ${action.enclave}`;
  }
}

const describeAnswer = (how: Answer): string => (typeof how === "string" ? how : `grant ${describePlace(how.foreign)}`);

const describeArgument = (value: bigint | Place): string =>
  typeof value === "bigint" ? `${value}` : describePlace(value);

const describePlace = (place: Place): string =>
  `${place.in}${"of" in place ? ` of ${place.of}` : ""} + 0x${place.offset.toString(16)}`;
