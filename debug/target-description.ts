/**
 * The target description: which registers there are, told to GDB as XML. Source: GDB manual (13), "Target Description
 * Format" and "Standard Target Features for RISC-V": cpu is required, fpu, csr and virtual (the privilege level) are not.
 */
import { CSRS } from "../core/isa.gen.ts";
import { FLOAT_REGISTER_NAMES, REGISTER_NAMES } from "../core/operand-role.ts";
import { type DebugHart, FIRST_CSR, FIRST_F, floatsOf, isFloatCsr, PC, PRIVILEGE, readRegister } from "./debug-hart.ts";

const POINTERS: Readonly<Record<string, string>> = { ra: "code_ptr", sp: "data_ptr", gp: "data_ptr", tp: "data_ptr" };

const register = (name: string, number: number, type: string, bits = 64): string =>
  `<reg name="${name}" bitsize="${bits}" type="${type}" regnum="${number}"/>`;

const feature = (name: string, lines: readonly string[]): string =>
  [`<feature name="org.gnu.gdb.riscv.${name}">`, ...lines, "</feature>"].join("\n");

const CPU = feature("cpu", [
  ...REGISTER_NAMES.map((name, number) => register(name, number, POINTERS[name] ?? "int")),
  register("pc", PC, "code_ptr"),
]);

/** A register holds a double or a NaN-boxed single: GDB shows both, and the bits. */
const FPU = feature("fpu", [
  '<union id="riscv_double"><field name="float" type="ieee_single"/><field name="double" type="ieee_double"/></union>',
  ...FLOAT_REGISTER_NAMES.map((name, index) => register(name, FIRST_F + index, "riscv_double")),
]);

const csrFeature = (hart: DebugHart): string =>
  feature(
    "csr",
    CSRS.filter(({ number }) => readRegister(hart, FIRST_CSR + number) !== undefined).map(({ name, number }) =>
      register(name, FIRST_CSR + number, "int", isFloatCsr(number) ? 32 : 64),
    ),
  );

const VIRTUAL = feature("virtual", [register("priv", PRIVILEGE, "int")]);

/** @param hart one of the harts, which are all alike */
export function targetDescription(hart: DebugHart): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE target SYSTEM "gdb-target.dtd">',
    '<target version="1.0">',
    "<architecture>riscv:rv64</architecture>",
    CPU,
    ...(floatsOf(hart) === undefined ? [] : [FPU]),
    csrFeature(hart),
    VIRTUAL,
    "</target>",
    "",
  ].join("\n");
}
