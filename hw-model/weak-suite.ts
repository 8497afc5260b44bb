/**
 * Cipher and MAC as an engine uses them that hands over less than it should: the defects that are in the arguments or the
 * result of the functions, for any CryptoSuite. Without a defect it hands everything over.
 * Source: Komodo reference §4.9, X2 to X5; the others are ours (mmt-defects.ts).
 */
import type { Counter } from "./counters.ts";
import type { CryptoSuite } from "./crypto-suite.ts";
import type { MmtDefects } from "./mmt-defects.ts";
import type { Pa } from "./units.ts";

const NO_COUNTER: Counter = { major: 0n, minor: 0 };

export function weakSuite(suite: CryptoSuite, defects: MmtDefects): CryptoSuite {
  const addressOf = (linePa: Pa): Pa => (defects.has("X3") ? 0 : linePa);
  const counterOf = ({ major, minor }: Counter): Counter => ({ major, minor: defects.has("X2") ? 0 : minor });
  const isClear = defects.has("X13");
  const mac: CryptoSuite["mac"] = (domain, linePa, counter, contents) =>
    suite.mac(
      domain,
      defects.has(domain === "data" ? "X4b" : "X19") ? 0 : linePa,
      defects.has(domain === "data" ? "X4a" : "X18") ? NO_COUNTER : counter,
      contents,
    );
  return {
    encrypt: (linePa, counter, line) =>
      isClear ? line.slice() : suite.encrypt(addressOf(linePa), counterOf(counter), line),
    decrypt: (linePa, counter, line) =>
      isClear ? line.slice() : suite.decrypt(addressOf(linePa), counterOf(counter), line),
    mac: (...statement) => (defects.has("X5") ? mac(...statement).fill(0, 1) : mac(...statement)),
  };
}
