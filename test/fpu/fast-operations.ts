/** The fast paths (assembly/fpu/fast-*.ts) as operations: what is exact and hard for their slow twins is so for them. */
import { DOUBLE, SINGLE } from "../../assembly/fpu/codes.ts";
import type { CoreExports } from "../../core/core-module.ts";
import type { Random } from "../../zoo/scene/random.ts";
import { INTEGERS, type Operation, operationsOf } from "./operations.ts";

type Run = Operation["core"];
const WIDTHS = [
  { letter: "s", format: SINGLE, width: 32 },
  { letter: "d", format: DOUBLE, width: 64 },
] as const;

/** By the name of the slow twin. */
const RUNS: ReadonlyMap<string, Run> = new Map<string, Run>([
  ...WIDTHS.flatMap(({ letter, format, width }): [string, Run][] => [
    ...(["add", "sub", "mul", "div"] as const).map((name): [string, Run] => [
      `f${name}.${letter}`,
      (exports: CoreExports, [a, b], rm) => exports[`${name}${width}`](a!, b!, rm),
    ]),
    ...(["eq", "lt", "le"] as const).map((name): [string, Run] => [
      `f${name}.${letter}`,
      (exports: CoreExports, [a, b]) => exports[`${name}${width}`](a!, b!),
    ]),
    [`fsqrt.${letter}`, (exports, [a], rm) => exports[`sqrt${width}`](a!, rm)],
    [`fmadd.${letter}`, (exports, [a, b, c], rm) => exports[`fma${width}`](a!, b!, c!, rm)],
    ...INTEGERS.flatMap(({ letter: integer, isSigned, bits }): [string, Run][] => {
      const type = [Number(isSigned), Number(bits === 64)] as const;
      return [
        [`fcvt.${integer}.${letter}`, (exports, [a], rm) => exports.toInt(format, a!, rm, ...type)],
        [`fcvt.${letter}.${integer}`, (exports, [value], rm) => exports.fromInt(format, value!, ...type, rm)],
      ];
    }),
  ]),
  ["fcvt.s.d", (exports, [a], rm) => exports.singleOf(a!, rm)],
  ["fcvt.d.s", (exports, [a], rm) => exports.doubleOf(a!, rm)],
]);

export interface Twins {
  readonly slow: Operation;
  readonly fast: Operation;
}

/** All of them: 36. */
export function twinsOf(random: Random): Twins[] {
  return operationsOf(random).flatMap((slow) => {
    const core = RUNS.get(slow.name);
    return core === undefined ? [] : [{ slow, fast: { ...slow, name: `fast ${slow.name}`, core } }];
  });
}
