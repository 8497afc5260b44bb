/**
 * Guarded Page Table, paper mode: in the host world the walker reads a table page only inside the Host Page Table Area,
 * and only in the sub-area of its level. Penglai (OSDI'21), Guarded Page Table; slow twin: hw-model/gpt.ts. Ownership is
 * never checked per access. The registers' numbers are ours (Penglai published none).
 * No sub-area of a fourth level was ever described, so the root of an Sv48 tree is never in place: were PGD pages good for
 * it, a leaf of 1 GiB in one of them would be read as one of 512 GiB.
 *
 *     gpthpt        gptpmd        gptpte               gptend
 *       | PGD pages   | PMD pages   | PTE pages          |
 */
import { CSR_GPT_END, CSR_GPT_HPT, CSR_GPT_MODE, CSR_GPT_PMD, CSR_GPT_PTE } from "../layout.ts";

const MODE_WALKER: i64 = 1;
const ENCLAVE_WORLD: i64 = 0x100;

/** May the walker read the table page at `pa` as a table of `level` (2: root of Sv39, 3: of Sv48)? */
export function isGuarded(level: u32, pa: i64): bool {
  const mode = load<i64>(CSR_GPT_MODE);
  if (!(mode & MODE_WALKER) || mode & ENCLAVE_WORLD) return true;
  if (level > 2) return false;
  const from = level == 2 ? load<u64>(CSR_GPT_HPT) : level == 1 ? load<u64>(CSR_GPT_PMD) : load<u64>(CSR_GPT_PTE);
  const to = level == 2 ? load<u64>(CSR_GPT_PMD) : level == 1 ? load<u64>(CSR_GPT_PTE) : load<u64>(CSR_GPT_END);
  return <u64>pa >= from && <u64>pa < to;
}
