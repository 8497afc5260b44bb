/**
 * Attest, Verify in three steps, GetRandom. Komodo reference §1.7: "MAC(data ‖ own measurement ‖ 0[8])". Verify is one
 * call in the paper; "the code splits it in three because data+measure+mac do not fit the registers". The stash belongs to
 * the thread and survives Exit; a Step2 without the others compares against zeros.
 */
import { isSameKomodoMac, KOMODO_MACS, komodoStatement } from "../../../attest/komodo-mac.ts";
import { ENCLAVE_CALL } from "../abi.ts";
import { type CallRow, type EnclaveCall, type KomodoOutcome, replyToEnclave } from "../call.ts";
import { isOn } from "../defects.ts";
import { wordOf } from "../measure.ts";
import type { Dispatcher } from "../page.ts";
import { type KomodoState, pageAt, withPage } from "../state.ts";

const EIGHT = ["word", "word", "word", "word", "word", "word", "word", "word"] as const;

/** R1 to R8. */
const wordsOf = ({ args }: EnclaveCall): Uint32Array => Uint32Array.from(args.slice(0, 8), wordOf);

function mac({ config }: KomodoState, data: Uint32Array, measurement: Uint32Array): Uint32Array {
  const statement = isOn(config, "M7") ? komodoStatement(measurement, data) : komodoStatement(data, measurement);
  return KOMODO_MACS[config.macForm](config.attestKey, statement);
}

export const attest: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.ATTEST,
  name: "Attest",
  args: EIGHT,
  checks: [],
  effect: (call) => {
    const chosen = isOn(call.state.config, "M6") ? pageAt(call.state, call.args[0]!) : undefined;
    const { measurement } = chosen?.type === "addrspace" ? chosen : call.space;
    return replyToEnclave(call, [0, ...mac(call.state, wordsOf(call), measurement.digest())]);
  },
};

/** "dispatcher.verifyWords := data". */
export const verifyStep0: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.VERIFY_STEP0,
  name: "VerifyStep0",
  args: EIGHT,
  checks: [],
  effect: (call) => stash(call, { verifyWords: wordsOf(call) }),
};

/** "dispatcher.verifyMeasurement := meas". */
export const verifyStep1: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.VERIFY_STEP1,
  name: "VerifyStep1",
  args: EIGHT,
  checks: [],
  effect: (call) => stash(call, { verifyMeasurement: wordsOf(call) }),
};

function stash(
  call: EnclaveCall,
  words: Partial<Pick<Dispatcher, "verifyWords" | "verifyMeasurement">>,
): KomodoOutcome {
  const { pages } = call.state;
  let state = withPage(call.state, call.nr, { ...call.dispatcher, ...words });
  if (isOn(state.config, "M10"))
    for (const { from, to, value } of pages.runs())
      for (let nr = from; nr < to; nr++)
        if (value.type === "dispatcher") state = withPage(state, nr, { ...value, ...words });
  return replyToEnclave(call, [0], { state, effects: [] });
}

/** "R1 = 1 iff mac = MAC(verifyWords ‖ verifyMeasurement ‖ 0[8]) else 0". */
export const verifyStep2: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.VERIFY_STEP2,
  name: "VerifyStep2",
  args: EIGHT,
  checks: [],
  effect: (call) => {
    const { verifyWords, verifyMeasurement } = call.dispatcher;
    const [alleged, right] = [wordsOf(call), mac(call.state, verifyWords, verifyMeasurement)];
    const isSame = isOn(call.state.config, "M8") ? alleged[0] === right[0] : isSameKomodoMac(alleged, right);
    return replyToEnclave(call, [0, isSame ? 1 : 0]);
  },
};

/** "R1 = one fresh hardware word". */
export const getRandom: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.GET_RANDOM,
  name: "GetRandom",
  args: [],
  checks: [],
  effect: (call) => {
    const { config, draws } = call.state;
    const state = { ...call.state, draws: isOn(config, "M13") ? draws : draws + 1 };
    return replyToEnclave(call, [0, config.random(draws)], { state, effects: [] });
  },
};
