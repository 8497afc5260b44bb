/**
 * Profiles as bases of an ISA naming string: `rva22u64` stands for everything that the profile makes mandatory.
 * RISC-V Profiles 1.0, sections "RVA20U64" to "RVA22S64", lists "Mandatory Extensions". Options of a profile are not
 * part of it; write them behind it: `rva22s64_sstc`.
 */

const RVA20U64 = "i m a f d c zicsr zicntr ziccif ziccrse ziccamoa za128rs zicclsm";
const RVA22U64 =
  "i m a f d c zicsr zicntr ziccif ziccrse ziccamoa zicclsm za64rs zihpm zba zbb zbs zic64b zicbom zicbop zicboz " +
  "zihintpause zfhmin zkt";

/** Names of extensions, in lower case, by the name of the profile. */
export const PROFILES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    rva20u64: RVA20U64,
    rva20s64: `${RVA20U64} zifencei svbare sv39 svade ssccptr sstvecd sstvala`,
    rva22u64: RVA22U64,
    rva22s64: `${RVA22U64} zifencei ss1p12 svbare sv39 svade ssccptr sstvecd sstvala sscounterenw svpbmt svinval`,
  }).map(([name, text]) => [name, text.split(" ")]),
);
