/** `monitor csr NAME`: one CSR, by its name or number. */
import { CSRS } from "../../core/isa.gen.ts";
import { nearestName } from "../../core/nearest-name.ts";
import { UserError } from "../../core/user-error.ts";
import { noMore } from "../command-words.ts";
import { FIRST_CSR, readRegister } from "../debug-hart.ts";
import { address } from "../hex.ts";
import type { MonitorCommand } from "../monitor-command.ts";

export const csr: MonitorCommand = {
  name: "csr",
  usage: "NAME",
  summary: "value and meaning of a control and status register",
  run({ hart }, words) {
    noMore(words, 1);
    const [word = ""] = words;
    const row = CSRS.find(
      ({ name, number }) => name === word || (/^(0x)?[0-9a-f]+$/i.test(word) && number === Number(word)),
    );
    const value = row === undefined ? undefined : readRegister(hart, FIRST_CSR + row.number);
    if (row === undefined || value === undefined) throw unknownCsr(word);
    return [`${row.name} (${address(row.number)}) = ${address(value)}`, row.about];
  },
};

function unknownCsr(word: string): UserError {
  const nearest = nearestName(
    word,
    CSRS.map(({ name }) => name),
  );
  return new UserError(
    word === "" ? "the name of a CSR is missing" : `this machine has no CSR "${word}"`,
    nearest === undefined || nearest === word
      ? "write a name of docs/isa.md or a number: monitor csr mstatus"
      : `did you mean ${nearest}?`,
  );
}
