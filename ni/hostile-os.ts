/**
 * Carries out the actions of a hostile operating system on one machine, with the calls and S-mode accesses that a real
 * kernel has, and says what each returned. It keeps the driver's books as the honest driver does (host/driver.ts), for an
 * attacker needs memory and parameters like everybody else; between two world exits it does exactly one action, so every
 * exit is seen by itself.
 *
 * Not modelled: a second hart, DMA, a kernel that destroys its own page table.
 */
import { SATP } from "../assembly/csr.gen.ts";
import type { AccessFault } from "../core/guest-access.ts";
import { S_MODE } from "../core/platform.ts";
import { canonical, GIGAPAGE, MEGAPAGE, PTE_A, PTE_D, PTE_R, PTE_V, PTE_W, pteOf, satpOf } from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import type { Driver, Shadow } from "../host/driver.ts";
import { type Enclave, type Result, resultsOf } from "../host/enclave.ts";
import { type EnclaveImage, enclaveImage } from "../host/enclave-image.ts";
import type { PenglaiResult } from "../host/hart.ts";
import { serveOcall } from "../host/ocall-service.ts";
import {
  HostCall,
  KBUFFER_LAST_BYTE,
  PENGLAI_HOST_EXTENSION,
  ResumeFrom,
  RunResult,
  SetPte,
} from "../host/penglai-abi.ts";
import { encodeArguments } from "../host/program-arguments.ts";
import type { Answer, OsAction, Place } from "./action.ts";
import type { Observed } from "./observation.ts";
import { Places } from "./places.ts";
import type { Program } from "./program.ts";

type Seen = Readonly<Record<string, Observed>>;

const KERNEL_LEAF = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;
/** Page-table pages that a scene's enclaves get: enough for two requests for memory, and small, so that many fit. */
const SLACK_PAGES = 8;
/** Functions that end in a kernel without memory or page tables of its own: not an attack on enclaves. */
const SELF_DESTRUCTION: readonly number[] = [HostCall.SM_INIT, HostCall.PT_AREA_SEPARATION];

const NOT_THERE: Seen = { result: "there is no such enclave" };
const EXITS = new Map<bigint, string>([
  [RunResult.EXITED, "exited"],
  [RunResult.TIMER, "timer"],
  [RunResult.YIELD, "yield"],
  [RunResult.OCALL, "ocall"],
]);

export class HostileOs {
  readonly places: Places;
  /** The OS's window shows something else than the direct map. */
  windowIsOpen = false;
  readonly #driver: Driver;
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #created: (enclave: Enclave, program: Program) => void;
  readonly #enclaves = new Map<string, Enclave>();
  readonly #shadows = new Map<string, Shadow>();

  /** @param created called for each enclave and shadow after it was measured */
  constructor(driver: Driver, programs: readonly Program[], created: (enclave: Enclave, program: Program) => void) {
    this.#driver = driver;
    this.#programs = new Map(programs.map((program) => [program.name, program]));
    this.#created = created;
    this.places = new Places(driver.kernel, (name) => this.#enclaves.get(name));
  }

  /** @returns what came back, by observable. @throws RangeError for a program that is not of the scene */
  act(action: OsAction): Seen {
    try {
      return this.#act(action);
    } catch (error) {
      // The kernel has no memory for it: a fact about the kernel, known to it.
      if (error instanceof UserError) return { result: error.message };
      throw error;
    }
  }

  #act(action: OsAction): Seen {
    switch (action.do) {
      case "create":
      case "create-shadow":
        return this.#create(action.do, action.as, action.program);
      case "fork":
        return this.#fork(action.as, action.shadow);
      case "run":
        return this.#enter(action.enclave, action.ticks, (enclave) => this.#driver.enter(enclave));
      case "resume":
        return this.#resume(action.enclave, action.from, action.ticks);
      case "answer":
        return this.#enter(action.enclave, action.ticks, (enclave) => this.#answer(enclave, action.how));
      case "stop":
        return this.#with(action.enclave, (enclave) => this.#call("STOP_ENCLAVE", enclave.eid));
      case "destroy":
        return this.#with(action.enclave, (enclave) => this.#destroy(enclave));
      case "attest":
        return this.#with(action.enclave, (enclave) => this.#attest(enclave, action.nonce));
      case "load":
        return this.#at(action.at, (at) => this.#load(at));
      case "store":
        return this.#at(action.at, (at) => accessed(this.#driver.kernel.store(at, word(action.value))));
      case "map-window":
        return this.#at(action.target, (target) => this.#mapWindow(target, action.by));
      case "forge-satp":
        return this.#at(action.target, (target) => this.#forgeSatp(target));
      case "call":
        return this.#anyCall(action.fid, action.args);
      case "probe":
        return this.#probe();
    }
  }

  // --- life cycle ---

  #create(how: "create" | "create-shadow", name: string, programName: string): Seen {
    const program = this.#programs.get(programName);
    if (program === undefined) throw new RangeError(`the scene has no program "${programName}"`);
    if (this.#enclaves.has(name)) return { result: "the name is taken" };
    const created = how === "create" ? this.#createEnclave(program) : this.#createShadow(name, program);
    if (!created.ok) return { result: created.refusal.value };
    this.#enclaves.set(name, created.value);
    this.#created(created.value, program);
    return { result: BigInt(created.value.eid) };
  }

  #createEnclave(program: Program): Result<Enclave> {
    return this.#driver.create(imageOf(program, "enclave"), this.#options(program));
  }

  #createShadow(name: string, program: Program): Result<Enclave> {
    const created = this.#driver.createShadow(imageOf(program, "shadow"));
    if (!created.ok) return created;
    this.#shadows.set(name, created.value);
    return { ok: true, value: created.value.enclave };
  }

  #fork(name: string, shadowName: string): Seen {
    const shadow = this.#shadows.get(shadowName);
    const program = shadow && this.#programs.get(shadow.image.name);
    if (program === undefined || this.#enclaves.has(name)) return NOT_THERE;
    this.#enclaves.set(name, this.#driver.fork(shadow!, this.#options(program)));
    return { result: 0n };
  }

  #options({ args = [] }: Program) {
    return { slackPages: SLACK_PAGES, ...(args.length > 0 && { shm: encodeArguments(args) }) };
  }

  #destroy(enclave: Enclave): Seen {
    if (enclave.state === "ended") return this.#call("DESTROY_ENCLAVE", enclave.eid);
    const destroyed = this.#driver.destroy(enclave);
    return { result: destroyed.ok ? 0n : destroyed.refusal.value };
  }

  #attest(enclave: Enclave, nonce: bigint): Seen {
    if (enclave.state === "ended") return NOT_THERE;
    const report = this.#driver.attest(enclave, nonce);
    return report.ok ? { result: 0n, report: report.value } : { result: report.refusal.value };
  }

  // --- entering ---

  #resume(name: string, from: "timer" | "stop", ticks: number): Seen {
    if (from === "timer") return this.#enter(name, ticks, (enclave) => this.#penglaiResume(enclave, ResumeFrom.TIMER));
    return this.#with(name, (enclave) => this.#call("RESUME_ENCLAVE", enclave.eid, ResumeFrom.STOP));
  }

  /** One stay of an enclave on the hart, and what it left for the driver. */
  #enter(name: string, ticks: number, enter: (enclave: Enclave) => PenglaiResult): Seen {
    return this.#with(name, (enclave) => {
      // The driver gave its memory back; its mailbox may be another's by now.
      if (enclave.state === "ended") return { result: "it has ended" };
      this.#driver.kernel.hart.setTimer(ticks);
      const before = this.#driver.kernel.hart.retired;
      const result = enter(enclave);
      enclave.statistics.instructions += this.#driver.kernel.hart.retired - before;
      if (!result.ok) return { result: "the enclave keeps the hart" };
      const exit = EXITS.get(result.value);
      if (exit === undefined) return { result: result.value };
      return { result: result.value, exit, ...this.#left(enclave, result.value) };
    });
  }

  #left(enclave: Enclave, exit: bigint): Seen {
    const { kernel } = this.#driver;
    const results = resultsOf(enclave.mailbox);
    if (exit === RunResult.EXITED) {
      const value = kernel.load64(results.exitValue);
      this.#driver.release(enclave);
      return { "exit-value": value };
    }
    enclave.state = "runnable";
    if (exit !== RunResult.OCALL) return {};
    const id = kernel.load64(results.ocallId);
    const seen = {
      "ocall id": id,
      "ocall arg0": kernel.load64(results.ocallArg0),
      "ocall arg1": kernel.load64(results.ocallArg1),
    };
    const text = kernel.load(enclave.kbuffer, KBUFFER_LAST_BYTE);
    return text.ok ? { ...seen, console: cText(text.bytes) } : seen;
  }

  #answer(enclave: Enclave, how: Answer): PenglaiResult {
    const { kernel } = this.#driver;
    const results = resultsOf(enclave.mailbox);
    const id = kernel.load64(results.ocallId);
    const arg0 = kernel.load64(results.ocallArg0);
    const arg1 = kernel.load64(results.ocallArg1);
    const resume = (...args: readonly bigint[]) => this.#penglaiResume(enclave, ResumeFrom.OCALL, ...args);
    if (typeof how === "object") {
      const at = this.places.resolve(how.foreign) ?? 0;
      return resume(id, BigInt(at - (at % PAGE_SIZE)), arg1);
    }
    switch (how) {
      case "honest":
        // The monitor writes only the words that an ocall has; the next one must not find these.
        kernel.put(results.ocallArg0, new Uint8Array(16));
        return resume(id, ...(serveOcall(this.#driver, enclave, id, arg0, arg1) ?? [0n, 0n]));
      case "nothing":
        return resume(id, 0n, 0n);
      case "too-little":
        return resume(id, BigInt(this.places.scratch.at), BigInt(PAGE_SIZE));
      case "wrong-id":
        return resume(id + 1n, 0n, 0n);
    }
  }

  #penglaiResume(enclave: Enclave, from: bigint, ...args: readonly bigint[]): PenglaiResult {
    return this.#driver.kernel.hart.penglai("RESUME_ENCLAVE", enclave.eid, from, ...args);
  }

  // --- memory and mappings ---

  #load(at: Pa): Seen {
    const outcome = this.#driver.kernel.load(at, 8);
    return outcome.ok ? { result: 0n, loaded: outcome.bytes } : accessed(outcome);
  }

  #mapWindow(target: Pa, by: "SET_PTE" | "store"): Seen {
    const { kernel } = this.#driver;
    const { at: window } = this.places.window;
    const entry = kernel.middleEntry(window);
    const block = pa(target - (target % MEGAPAGE));
    const leaf = pteOf(block, KERNEL_LEAF);
    const seen =
      by === "store"
        ? accessed(kernel.store(entry, word(leaf)))
        : this.#call("SET_PTE", SetPte.ONE, BigInt(entry), leaf);
    if (seen.result !== 0n) return seen;
    kernel.hart.fence();
    this.windowIsOpen = block !== window;
    return seen;
  }

  /**
   * The root is a page of the OS's own whose first entry maps the gigabyte of `target` at virtual address 0. What the 2 MiB
   * around the target show there is seen as through the window.
   */
  #forgeSatp(target: Pa): Seen {
    const { kernel } = this.#driver;
    const { hart } = kernel;
    const root = this.places.scratch.at;
    const gigabyte = target - (target % GIGAPAGE);
    const made = kernel.store(root, word(pteOf(pa(gigabyte), KERNEL_LEAF)));
    if (!made.ok) return accessed(made);
    hart.writeSatp(satpOf(root));
    if (hart.machine.readCsr(SATP) !== satpOf(root)) return { result: "satp was not written" };
    hart.fence();
    const seen: Record<string, Observed> = { result: 0n };
    const block = target - (target % MEGAPAGE);
    for (let at = block; at < block + MEGAPAGE; at += PAGE_SIZE) {
      const outcome = hart.machine.loadAs(S_MODE, canonical(BigInt(at - gigabyte)), PAGE_SIZE);
      if (outcome.ok) seen[`window 0x${at.toString(16)}`] = outcome.bytes;
    }
    hart.writeSatp(kernel.satp);
    hart.fence();
    return seen;
  }

  // --- anything else ---

  #anyCall(fid: number, args: readonly (bigint | Place)[]): Seen {
    if (SELF_DESTRUCTION.includes(fid)) return { result: "the kernel would lose itself" };
    const values = args.map((arg) => (typeof arg === "bigint" ? arg : BigInt(this.places.resolve(arg) ?? 0)));
    const result = this.#driver.kernel.hart.sbi(PENGLAI_HOST_EXTENSION, BigInt(fid), ...values);
    if (!result.ok) return { result: "the enclave keeps the hart" };
    return { result: result.error === 0n ? result.value : result.error };
  }

  /** Calls that only say whether an id exists and in which state. */
  #probe(): Seen {
    const seen: Record<string, Observed> = { result: 0n };
    const known = [...this.#enclaves.values()].map(({ eid }) => eid);
    for (let eid = 0; eid <= Math.max(0, ...known) + 1; eid++) {
      for (const call of ["STOP_ENCLAVE", "DESTROY_ENCLAVE", "DESTROY_SHADOW"] as const)
        seen[`result of ${call} ${eid}`] = this.#call(call, eid).result!;
    }
    return seen;
  }

  #call(...call: Parameters<Driver["kernel"]["hart"]["penglai"]>): Seen {
    const result = this.#driver.kernel.hart.penglai(...call);
    return { result: result.ok ? result.value : "the enclave keeps the hart" };
  }

  #with(name: string, act: (enclave: Enclave) => Seen): Seen {
    const enclave = this.#enclaves.get(name);
    return enclave ? act(enclave) : NOT_THERE;
  }

  #at(place: Place, act: (at: Pa) => Seen): Seen {
    const at = this.places.resolve(place);
    return at === undefined ? NOT_THERE : act(at);
  }
}

const accessed = (outcome: { readonly ok: true } | AccessFault): Seen =>
  outcome.ok ? { result: 0n } : { result: "trapped", "trap cause": outcome.cause, "trap address": outcome.tval };

const word = (value: bigint): Uint8Array => new Uint8Array(BigUint64Array.of(value).buffer);

function cText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

const images = new WeakMap<Program, Partial<Record<"enclave" | "shadow", EnclaveImage>>>();

/** Laid out once a program: thousands of worlds load the same. */
function imageOf(program: Program, kind: "enclave" | "shadow"): EnclaveImage {
  const known = images.get(program) ?? {};
  known[kind] ??= { ...enclaveImage(program.elf, { kind }), name: program.name };
  images.set(program, known);
  return known[kind];
}
