/**
 * Writes every generated file from the tables; with `--check` it only compares and names the files that differ.
 * Usage: node isa/generate.ts [--check]
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadCsrFields } from "./csr-fields.ts";
import { arm } from "./emit-assemblyscript.ts";
import { coreTables } from "./emit-core.ts";
import { csrDocument } from "./emit-csr-docs.ts";
import { decoder } from "./emit-decoder.ts";
import { isaDocument } from "./emit-docs.ts";
import { type Isa, loadIsa } from "./isa.ts";
import { numberOps, type OpIds } from "./op-ids.ts";
import { TableError } from "./table-file.ts";

const root = join(import.meta.dirname, "..");
const banner = (about: string, from: string) =>
  `/** ${about} Generated from isa/${from} by isa/generate.ts: do not edit. */\n`;

const opFile = (ids: OpIds): string =>
  [
    banner("Numbers of the interpreter's operations.", "*.isa"),
    ...ids.names.map(([name, id]) => `export const ${name}: u32 = ${id};`),
    "",
    "/** From here on an operation ends its block. */",
    `export const FIRST_TRANSFER: u32 = ${ids.firstTransfer};`,
    "",
  ].join("\n");

const csrFile = (isa: Isa): string =>
  [
    banner("CSR numbers.", "csr.isa"),
    ...isa.csrs.map(
      (csr) => `/** ${csr.about} */\nexport const ${csr.name.toUpperCase()}: u32 = 0x${csr.number.toString(16)};`,
    ),
    "",
  ].join("\n");

const extensionFile = (isa: Isa): string =>
  [
    banner("Bits of the word EXTENSIONS, by the extension that each stands for.", "extensions.isa"),
    ...isa.extensions.flatMap(({ name, bit, about }) =>
      bit === undefined ? [] : [`/** ${about} */\nexport const ${name.toUpperCase()}: u32 = ${bit};`],
    ),
    "",
  ].join("\n");

const decodeFile = (isa: Isa, ids: OpIds): string => {
  const names = [
    ...new Set(ids.ops.filter((op) => !op.form.startsWith("near") && op.form !== "aligned").map((op) => op.name)),
    "ILLEGAL",
  ];
  return [
    banner("The decoder: a word into a record.", "*.isa"),
    'import { EXTENSIONS } from "./layout.ts";',
    `import { ${names.join(", ")} } from "./op.gen.ts";`,
    'import { F0, put } from "./record.ts";',
    "",
    ...decoder(isa, ids),
    "",
  ].join("\n");
};

const interpreterFile = (ids: OpIds): string => {
  const template = readFileSync(join(root, "isa/interpreter.template"), "utf8");
  const arms = ids.ops
    .flatMap((op) => [
      `case op.${op.name}: {`,
      `  // ${op.instruction.row}${op.form === "whole" ? "" : ` (${op.form})`}`,
      ...arm(op).map((line) => `  ${line}`),
      "}",
    ])
    .map((line) => `      ${line}`)
    .join("\n");
  const marker = "      // @arms";
  if (!template.includes(marker)) throw new Error("interpreter.template has no @arms line");
  return banner("The interpreter.", "*.isa and isa/interpreter.template") + template.replace(marker, () => arms);
};

/** Every generated file, by its path in the repository. */
export function generatedFiles(isa: Isa): Map<string, string> {
  const ids = numberOps(isa);
  return new Map([
    ["assembly/op.gen.ts", opFile(ids)],
    ["assembly/csr.gen.ts", csrFile(isa)],
    ["assembly/extension.gen.ts", extensionFile(isa)],
    ["assembly/decode.gen.ts", decodeFile(isa, ids)],
    ["assembly/interp.gen.ts", interpreterFile(ids)],
    [
      "core/isa.gen.ts",
      banner("Instructions and CSRs as data, for the disassembler and the assembler.", "*.isa") + coreTables(isa),
    ],
    ["docs/isa.md", isaDocument(isa)],
    ["docs/csr.md", csrDocument(isa, loadCsrFields(isa))],
  ]);
}

function main(): void {
  const isCheck = process.argv.includes("--check");
  const stale: string[] = [];
  for (const [path, text] of generatedFiles(loadIsa())) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    stale.push(path);
    if (!isCheck) writeFileSync(file, text);
  }
  if (isCheck && stale.length > 0) {
    console.error(`generated files are out of date: ${stale.join(", ")}\nrun: npm run gen`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
