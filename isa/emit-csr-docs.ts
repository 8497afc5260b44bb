/** `docs/csr.md`: what a write and a reset leave in each CSR, field by field. */
import type { CsrField } from "./csr-fields.ts";
import type { Isa } from "./isa.ts";

const HEAD = [
  "# Control and status registers",
  "",
  "Generated from `isa/csr-fields.isa` by `npm run gen`: do not edit. `test/privileged/csr-fields.test.ts` drives the machine",
  "through this table. Bits that stand in no row are read-only zero. Sections are those of RISC-V Volume II, 20240411; `I-` those",
  "of Volume I; `Debug-` those of the Debug Specification 1.0.",
  "",
  "What a write leaves:",
  "",
  "- *any*: what was written. *any but 2*: 2 leaves the field as it was. *any but 2 as 0*: 2 is taken as 0.",
  "- *0 8 9*: another value makes the whole write void.",
  "- *sticky*: 1 stays until a reset. *=2*: read-only 2. *hardware*: read-only, it shows what goes on elsewhere.",
  "- A field that needs an extension which `--isa` turned off is read-only zero.",
];

const row = ({ name, text, reset, needs, section, about }: CsrField): string =>
  `| ${name} | ${text.bits} | ${text.writes} | ${reset ?? ""} | ${needs ?? ""} | ${section} | ${about} |`;

/** Text of `docs/csr.md`. */
export function csrDocument(isa: Pick<Isa, "csrs">, fields: readonly CsrField[]): string {
  const names = [...new Set(fields.map(({ csr }) => csr))];
  return [
    ...HEAD,
    ...names.flatMap((name) => {
      const first = isa.csrs.find((csr) => csr.name === name.replace(/-[0-9]+$/, ""))!;
      return [
        "",
        `## ${name}`,
        "",
        `\`0x${first.number.toString(16).padStart(3, "0")}\`: ${first.about}.`,
        "",
        "| field | bits | a write leaves | reset | needs | section | what it is |",
        "|---|---|---|---|---|---|---|",
        ...fields.filter(({ csr }) => csr === name).map(row),
      ];
    }),
    "",
  ].join("\n");
}
