/**
 * Slow twin of assembly/walk.ts: the translation algorithm of RISC-V Privileged Architecture 20240411, §10.3.2, step by
 * step, over bigints. Table accesses are granted everywhere in RAM; PMP has a twin of its own (pmp-model.ts).
 */
export type Kind = "load" | "store" | "fetch";

export interface Translation {
  readonly satp: bigint;
  readonly privilege: 0 | 1;
  readonly sum: boolean;
  readonly mxr: boolean;
  readonly pbmte: boolean;
  readonly adue: boolean;
  /** Physical memory that tables may lie in: undefined outside RAM. */
  read64(pa: bigint): bigint | undefined;
}

export type Outcome =
  | { readonly ok: true; readonly pa: bigint; readonly pte: bigint; readonly pteAt: bigint }
  | { readonly ok: false; readonly cause: bigint };

const ACCESS_FAULT = { load: 5n, store: 7n, fetch: 1n } as const;
const PAGE_FAULT = { load: 13n, store: 15n, fetch: 12n } as const;
const PTESIZE = 8n;
const PAGESIZE = 4096n;

const bits = (value: bigint, high: number, low: number): bigint =>
  (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);

/** @returns the physical address, and the entry as the walker leaves it */
export function translate(t: Translation, va: bigint, kind: Kind): Outcome {
  const pageFault = { ok: false, cause: PAGE_FAULT[kind] } as const;
  const mode = bits(t.satp, 63, 60);
  if (mode === 0n) return { ok: true, pa: va, pte: 0n, pteAt: 0n };
  const levels = mode === 8n ? 3 : 4;
  const width = 12 + 9 * levels;
  if (BigInt.asUintN(64, BigInt.asIntN(width, va)) !== va) return pageFault;
  const vpn = (i: number): bigint => bits(va, 20 + 9 * i, 12 + 9 * i);

  // "1. Let a be satp.ppn×PAGESIZE, and let i=LEVELS-1."
  let a = bits(t.satp, 43, 0) * PAGESIZE;
  let i = levels - 1;
  while (true) {
    // "2. Let pte be the value of the PTE at address a+va.vpn[i]×PTESIZE."
    const pteAt = a + vpn(i) * PTESIZE;
    const pte = t.read64(pteAt);
    if (pte === undefined) return { ok: false, cause: ACCESS_FAULT[kind] };
    const [v, r, w, x, u] = [0, 1, 2, 3, 4].map((bit) => bits(pte, bit, bit) === 1n);
    const [accessed, dirty] = [bits(pte, 6, 6) === 1n, bits(pte, 7, 7) === 1n];
    const [n, pbmt, ppn] = [bits(pte, 63, 63), bits(pte, 62, 61), bits(pte, 53, 10)];
    // "3. If pte.v=0, or if pte.r=0 and pte.w=1, or if any bits or encodings that are reserved [...] are set"
    if (!v || (!r && w) || bits(pte, 60, 54) !== 0n) return pageFault;
    if (pbmt !== 0n && (!t.pbmte || pbmt === 3n)) return pageFault;
    if (!r && !x) {
      // "4. [...] this PTE is a pointer to the next level of the page table. Let i=i-1. If i<0, stop"
      if (accessed || dirty || u || n !== 0n || pbmt !== 0n) return pageFault;
      i -= 1;
      if (i < 0) return pageFault;
      a = ppn * PAGESIZE;
      continue;
    }
    // "5. [...] Determine if the requested memory access is allowed by the pte.r, pte.w, pte.x, and pte.u bits"
    if (t.privilege === 0 ? !u : u && (kind === "fetch" || !t.sum)) return pageFault;
    const allowed = kind === "load" ? r || (t.mxr && x) : kind === "store" ? w : x;
    if (!allowed) return pageFault;
    // "6. If i>0 and pte.ppn[i-1:0] ≠ 0, this is a misaligned superpage"
    if (i > 0 && bits(ppn, 9 * i - 1, 0) !== 0n) return pageFault;
    // Svnapot, encodings when pte.N=1: only i = 0 with pte.ppn[0] = x xxxx 1000 is not reserved
    if (n === 1n && (i > 0 || bits(ppn, 3, 0) !== 8n)) return pageFault;
    // "7. If pte.a=0, or if the original memory access is a store and pte.d=0"
    const wanted = pte | 0x40n | (kind === "store" ? 0x80n : 0n);
    if (wanted !== pte && !t.adue) return pageFault;
    // "8. The translation is successful"
    const low = n === 1n ? 4 : 9 * i;
    const page = low === 0 ? ppn : ((ppn >> BigInt(low)) << BigInt(low)) | bits(va, 11 + low, 12);
    return { ok: true, pa: page * PAGESIZE + bits(va, 11, 0), pte: wanted, pteAt };
  }
}
