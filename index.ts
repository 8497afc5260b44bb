/**
 * The library: a RISC-V machine with enclave hardware, the security monitor on it, and the laboratories around it.
 *
 * ```ts
 * import { parseElf, System } from "atoll";
 *
 * const system = await System.create({ memory: 2 ** 30, seed: 7n });
 * const created = system.host.createEnclave(parseElf(bytes));
 * if (created.ok) console.log(created.value.run().output);
 * ```
 */

// Attestation.
export type { Check } from "./attest/appraise.ts";
export {
  type DeviceEndorsement,
  simulatedEndorsement,
  simulatedKeyPage,
  simulatedManufacturer,
} from "./attest/device-chain.ts";
export { type Evidence, makeEvidence } from "./attest/evidence.ts";
export { decodeEvidence, encodeEvidence } from "./attest/evidence-binary.ts";
export { EvidenceError } from "./attest/evidence-error.ts";
export { evidenceFromJson, evidenceToJson } from "./attest/evidence-json.ts";
export type { KeyPage } from "./attest/key-page.ts";
export { deriveMonitorKeys, enclaveKey, type MonitorIdentity, simulatedDeviceRoot } from "./attest/keys.ts";
export { type KomodoMacForm, komodoHmac, komodoMac, komodoStatement } from "./attest/komodo-mac.ts";
export { KomodoMeasurement } from "./attest/komodo-measurement.ts";
export {
  challenge,
  encodeLocalReport,
  type LocalCheckName,
  type LocalPolicy,
  type LocalReport,
  type LocalSession,
  type LocalStatement,
  localDigest,
  take,
  verifyLocalReport,
} from "./attest/local-report.ts";
export type { MacAlgorithm } from "./attest/mac.ts";
export { type Measurement, measure, measuredDigest } from "./attest/measure.ts";
export { diffLogs, explainDifference, type LogDifference, type MeasurementLog } from "./attest/measurement-log.ts";
export { ATOLL, type MeasurementProfile, PENGLAI_PMP, PENGLAI_TVM } from "./attest/measurement-profile.ts";
export type { SigningForm } from "./attest/penglai-signing.ts";
export {
  certifyQuoting,
  encodeQuote,
  provePossession,
  type Quote,
  type QuoteClaims,
  type QuotingCertificate,
  type SessionView,
  sessionContext,
} from "./attest/quote.ts";
export { answerQuoteRequest, encodeQuoteRequest, type QuotingEnclave } from "./attest/quoting.ts";
export { decodeReport, encodeReport, evidenceOf, type Report, reportOf } from "./attest/report.ts";
export { boundMeasurement, signedReport } from "./attest/signed-report.ts";
export { type CheckName, type Policy, type Verdict, verifyEvidence } from "./attest/verify.ts";
export { type RemoteCheckName, type RemoteEvidence, type RemotePolicy, verifyRemote } from "./attest/verify-quote.ts";
export { type ReportCheckName, type ReportPolicy, verifyReport } from "./attest/verify-report.ts";
// The machine.
export { type BootImage, type RawImage, readBootImage } from "./core/boot-image.ts";
export type { Flavour } from "./core/core-module.ts";
export type { DebugPoints, Watchpoint } from "./core/debug-points.ts";
export { type Disassembly, disassemble } from "./core/disassembler.ts";
export { checkFitsRam, type ElfImage, type ElfSegment, parseElf } from "./core/elf.ts";
export { bootFirmware, type FirmwareOptions, type FirmwareOutcome, runFirmware } from "./core/firmware.ts";
export type { AccessFault, LoadOutcome, StoreOutcome } from "./core/guest-access.ts";
export type { Hart, HartState } from "./core/hart.ts";
export { Machine, type MachineOptions } from "./core/machine.ts";
export { IntegrityError, type Platform, type Privilege, type Trap } from "./core/platform.ts";
export { restoreSnapshot, type Snapshot, takeSnapshot } from "./core/snapshot.ts";
export { type Commit, type RegisterWrite, spikeLine } from "./core/spike-log.ts";
export type { Stop } from "./core/stop.ts";
export { attachTracer, observeCommits, traceRun } from "./core/trace.ts";
export { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, paOfPage, type Va, va } from "./core/units.ts";
export { UserError } from "./core/user-error.ts";
// The untrusted side: kernel, host library, attackers.
export {
  ATTACKS,
  type AttackOptions,
  type AttackOutcome,
  attackByName,
  type CatalogueEntry,
} from "./host/attack-catalogue.ts";
export { type BlockDevice, MemoryDisk } from "./host/block-device.ts";
export { DEFENCE_NAMES } from "./host/defence-names.ts";
export { type AttackReport as DramAttackReport, DramAttacker, type Recording } from "./host/dram-attacker.ts";
export type { EnclaveEnd, Refusal, RelaySource, Result } from "./host/enclave.ts";
export { EnclaveHost, type HostOptions } from "./host/enclave-host.ts";
export { type EnclaveImage, enclaveImage, measurableImage } from "./host/enclave-image.ts";
export { HostedEnclave, HostedServer, HostedShadow, type RunOutcome } from "./host/hosted.ts";
export type { LaunchOptions } from "./host/launch.ts";
export { measurePmp } from "./host/penglai-pmp/pmp-measurement.ts";
export { type PmpApplication, PmpProgram } from "./host/penglai-pmp/pmp-program.ts";
export { type PmpLaunchOptions, PmpSystem, type PmpSystemOptions } from "./host/penglai-pmp/pmp-system.ts";
export type { SliceEnd } from "./host/run-loop.ts";
export { type Attack, SOFTWARE_ATTACKS, type Stage, setStage } from "./host/software-attacker.ts";
export { System, type SystemOptions } from "./host/system.ts";
// Hardware models.
export { Cache, type CacheShape } from "./hw-model/cache.ts";
export { type CacheConfig, CacheHierarchy } from "./hw-model/cache-hierarchy.ts";
export { type DramPort, DramView } from "./hw-model/dram.ts";
export type { Checked, IntegrityFault } from "./hw-model/integrity-fault.ts";
export { Mmt, type MmtOptions } from "./hw-model/mmt.ts";
export type { Explanation } from "./monitor/kernel/explanation.ts";
export type { CallRecord } from "./monitor/kernel/personal-monitor.ts";
export { ABSENT_KOMODO_DEFECTS, KOMODO_DEFECTS } from "./monitor/komodo/defects.ts";
export { KOMODO_RISCV_DEFECTS } from "./monitor/komodo/riscv/defects.ts";
// The monitors.
export { createKomodo, type KomodoMonitor, type KomodoOptions } from "./monitor/komodo.ts";
export { createKomodoRiscv, type KomodoRiscvMonitor, type KomodoRiscvOptions } from "./monitor/komodo-riscv.ts";
export type { Monitor, World } from "./monitor/monitor.ts";
export { DEFECTS as PMP_DEFECTS } from "./monitor/penglai-pmp/defects.ts";
export {
  createPenglaiPmp,
  type PenglaiPmp,
  type PenglaiPmpOptions,
  trustedPmpIdentity,
} from "./monitor/penglai-pmp.ts";
export type { Defences } from "./monitor/penglai-tvm/defences.ts";
export type { Denial, GuardName } from "./monitor/penglai-tvm/guards.ts";
export type { GptMode } from "./monitor/penglai-tvm/state.ts";
export { createPenglaiTvm, type PenglaiTvm, type PenglaiTvmOptions, trustedIdentity } from "./monitor/penglai-tvm.ts";
