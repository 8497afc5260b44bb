/**
 * The registers of the Guarded Page Table by name. Penglai (OSDI'21) names reg_hptarea_start, reg_hptarea_size and
 * reg_ms; their CSR numbers were never published, ours are in isa/csr.isa.
 */
import { GPTEND, GPTHPT, GPTMODE, GPTPMD, GPTPTE } from "../assembly/csr.gen.ts";
import { type Pa, pa } from "./units.ts";

/** off and published: the walker checks nothing. paper: it checks each table page that it reads for the host. */
export type GptMode = "off" | "published" | "paper";

const MODES: readonly GptMode[] = ["off", "paper", "published"];
const MODE_MASK = 3n;
const ENCLAVE_WORLD = 0x100n;

/** The CSRs of a machine. */
export interface CsrFile {
  readCsr(csr: number): bigint;
  writeCsr(csr: number, value: bigint): void;
}

export class GptRegisters {
  readonly #csrs: CsrFile;

  constructor(csrs: CsrFile) {
    this.#csrs = csrs;
  }

  get mode(): GptMode {
    return MODES[Number(this.#csrs.readCsr(GPTMODE) & MODE_MASK)] ?? "off";
  }

  set mode(mode: GptMode) {
    this.#csrs.writeCsr(GPTMODE, (this.#csrs.readCsr(GPTMODE) & ~MODE_MASK) | BigInt(MODES.indexOf(mode)));
  }

  /** The world whose tables are walked: an enclave's are not checked. */
  get enclaveMode(): boolean {
    return (this.#csrs.readCsr(GPTMODE) & ENCLAVE_WORLD) !== 0n;
  }

  set enclaveMode(isEnclave: boolean) {
    const rest = this.#csrs.readCsr(GPTMODE) & ~ENCLAVE_WORLD;
    this.#csrs.writeCsr(GPTMODE, isEnclave ? rest | ENCLAVE_WORLD : rest);
  }

  /** First byte of the Host Page Table Area and of its PGD sub-area. */
  get hptBase(): Pa {
    return this.#address(GPTHPT);
  }

  set hptBase(address: Pa) {
    this.#csrs.writeCsr(GPTHPT, BigInt(address));
  }

  /** First byte of the PMD sub-area. */
  get pmdBase(): Pa {
    return this.#address(GPTPMD);
  }

  set pmdBase(address: Pa) {
    this.#csrs.writeCsr(GPTPMD, BigInt(address));
  }

  /** First byte of the PTE sub-area. */
  get pteBase(): Pa {
    return this.#address(GPTPTE);
  }

  set pteBase(address: Pa) {
    this.#csrs.writeCsr(GPTPTE, BigInt(address));
  }

  /** First byte behind the area. */
  get end(): Pa {
    return this.#address(GPTEND);
  }

  set end(address: Pa) {
    this.#csrs.writeCsr(GPTEND, BigInt(address));
  }

  #address(csr: number): Pa {
    return pa(Number(this.#csrs.readCsr(csr)));
  }
}
