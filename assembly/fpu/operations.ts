/**
 * The floating-point operations by the names that the tables use (isa/float-functions.ts): one for each format. What
 * stands here decides for each operation whether the host's arithmetic may be tried first (fast-*.ts) or not. The rounding
 * mode is one of 0 to 4, resolved by the caller; operands and results are unboxed.
 */
import { fadd, fsub } from "./add.ts";
import { fclass } from "./classify.ts";
import { DOUBLE, HALF, SINGLE } from "./codes.ts";
import { feq, fle, flt, fmax, fmin } from "./compare.ts";
import { fcvt, fcvtFromInt, fcvtToInt } from "./convert.ts";
import { fdiv } from "./divide.ts";
import { doubleOf, fromInt, singleOf, toInt } from "./fast-convert.ts";
import { add64, div64, eq64, fma64, le64, lt64, mul64, sqrt64, sub64 } from "./fast-double.ts";
import { add32, div32, eq32, fma32, le32, lt32, mul32, sqrt32, sub32 } from "./fast-single.ts";
import { fmadd } from "./fused.ts";
import { fmul } from "./multiply.ts";
import { fsqrt } from "./square-root.ts";

export {
  add32,
  add64,
  div32,
  div64,
  eq32,
  eq64,
  fma32,
  fma64,
  le32,
  le64,
  lt32,
  lt64,
  mul32,
  mul64,
  sqrt32,
  sqrt64,
  sub32,
  sub64,
};

export function add16(a: i64, b: i64, rm: u32): i64 {
  return <i64>fadd(HALF, a, b, rm);
}

export function sub16(a: i64, b: i64, rm: u32): i64 {
  return <i64>fsub(HALF, a, b, rm);
}

export function mul16(a: i64, b: i64, rm: u32): i64 {
  return <i64>fmul(HALF, a, b, rm);
}

export function div16(a: i64, b: i64, rm: u32): i64 {
  return <i64>fdiv(HALF, a, b, rm);
}

export function sqrt16(a: i64, rm: u32): i64 {
  return <i64>fsqrt(HALF, a, rm);
}

export function fma16(a: i64, b: i64, c: i64, rm: u32): i64 {
  return <i64>fmadd(HALF, a, b, c, rm);
}

export function min16(a: i64, b: i64): i64 {
  return <i64>fmin(HALF, a, b);
}

export function min32(a: i64, b: i64): i64 {
  return <i64>fmin(SINGLE, a, b);
}

export function min64(a: i64, b: i64): i64 {
  return <i64>fmin(DOUBLE, a, b);
}

export function max16(a: i64, b: i64): i64 {
  return <i64>fmax(HALF, a, b);
}

export function max32(a: i64, b: i64): i64 {
  return <i64>fmax(SINGLE, a, b);
}

export function max64(a: i64, b: i64): i64 {
  return <i64>fmax(DOUBLE, a, b);
}

export function eq16(a: i64, b: i64): i64 {
  return <i64>feq(HALF, a, b);
}

export function lt16(a: i64, b: i64): i64 {
  return <i64>flt(HALF, a, b);
}

export function le16(a: i64, b: i64): i64 {
  return <i64>fle(HALF, a, b);
}

export function class16(a: i64): i64 {
  return <i64>fclass(HALF, a);
}

export function class32(a: i64): i64 {
  return <i64>fclass(SINGLE, a);
}

export function class64(a: i64): i64 {
  return <i64>fclass(DOUBLE, a);
}

export function tow16(a: i64, rm: u32): i64 {
  return <i64>fcvtToInt(HALF, a, rm, true, false);
}

export function tow32(a: i64, rm: u32): i64 {
  return <i64>toInt(SINGLE, a, rm, true, false);
}

export function tow64(a: i64, rm: u32): i64 {
  return <i64>toInt(DOUBLE, a, rm, true, false);
}

export function towu16(a: i64, rm: u32): i64 {
  return <i64>fcvtToInt(HALF, a, rm, false, false);
}

export function towu32(a: i64, rm: u32): i64 {
  return <i64>toInt(SINGLE, a, rm, false, false);
}

export function towu64(a: i64, rm: u32): i64 {
  return <i64>toInt(DOUBLE, a, rm, false, false);
}

export function tol16(a: i64, rm: u32): i64 {
  return <i64>fcvtToInt(HALF, a, rm, true, true);
}

export function tol32(a: i64, rm: u32): i64 {
  return <i64>toInt(SINGLE, a, rm, true, true);
}

export function tol64(a: i64, rm: u32): i64 {
  return <i64>toInt(DOUBLE, a, rm, true, true);
}

export function tolu16(a: i64, rm: u32): i64 {
  return <i64>fcvtToInt(HALF, a, rm, false, true);
}

export function tolu32(a: i64, rm: u32): i64 {
  return <i64>toInt(SINGLE, a, rm, false, true);
}

export function tolu64(a: i64, rm: u32): i64 {
  return <i64>toInt(DOUBLE, a, rm, false, true);
}

export function fromw16(x: i64, rm: u32): i64 {
  return <i64>fcvtFromInt(HALF, x, true, false, rm);
}

export function fromw32(x: i64, rm: u32): i64 {
  return <i64>fromInt(SINGLE, x, true, false, rm);
}

export function fromw64(x: i64, rm: u32): i64 {
  return <i64>fromInt(DOUBLE, x, true, false, rm);
}

export function fromwu16(x: i64, rm: u32): i64 {
  return <i64>fcvtFromInt(HALF, x, false, false, rm);
}

export function fromwu32(x: i64, rm: u32): i64 {
  return <i64>fromInt(SINGLE, x, false, false, rm);
}

export function fromwu64(x: i64, rm: u32): i64 {
  return <i64>fromInt(DOUBLE, x, false, false, rm);
}

export function froml16(x: i64, rm: u32): i64 {
  return <i64>fcvtFromInt(HALF, x, true, true, rm);
}

export function froml32(x: i64, rm: u32): i64 {
  return <i64>fromInt(SINGLE, x, true, true, rm);
}

export function froml64(x: i64, rm: u32): i64 {
  return <i64>fromInt(DOUBLE, x, true, true, rm);
}

export function fromlu16(x: i64, rm: u32): i64 {
  return <i64>fcvtFromInt(HALF, x, false, true, rm);
}

export function fromlu32(x: i64, rm: u32): i64 {
  return <i64>fromInt(SINGLE, x, false, true, rm);
}

export function fromlu64(x: i64, rm: u32): i64 {
  return <i64>fromInt(DOUBLE, x, false, true, rm);
}

export function cvt16to32(a: i64, rm: u32): i64 {
  return <i64>fcvt(HALF, SINGLE, a, rm);
}

export function cvt16to64(a: i64, rm: u32): i64 {
  return <i64>fcvt(HALF, DOUBLE, a, rm);
}

export function cvt32to16(a: i64, rm: u32): i64 {
  return <i64>fcvt(SINGLE, HALF, a, rm);
}

export function cvt32to64(a: i64, rm: u32): i64 {
  return <i64>doubleOf(a, rm);
}

export function cvt64to16(a: i64, rm: u32): i64 {
  return <i64>fcvt(DOUBLE, HALF, a, rm);
}

export function cvt64to32(a: i64, rm: u32): i64 {
  return <i64>singleOf(a, rm);
}
