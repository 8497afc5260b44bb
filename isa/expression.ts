/**
 * The language of meanings: expressions over 64-bit words and truth values, in C's order of precedence.
 *
 *     choice  := or [ '?' choice ':' choice ]          x y i m pc      operands (a32 b64 rm and so on: floating point)
 *     or      := xor ('|' xor)*                        f(a, b)         a function of FUNCTIONS or FLOAT_FUNCTIONS
 *     xor     := and ('^' and)*                        ~a              bitwise complement
 *     and     := compare ('&' compare)*                12 0x1f         constants
 *     compare := shift [ ('=='|'!='|'<s'|'<u'|'>=s'|'>=u') shift ]
 *     shift   := sum (('<<'|'>>s'|'>>u') sum)*         sum := product (('+'|'-') product)*, product := unary ('*' unary)*
 *
 * Arithmetic is modulo 2^64, a shift amount counts modulo 64, a constant is at most 2^63 - 1.
 */
import { FLOAT_FUNCTIONS } from "./float-functions.ts";
import { type Cell, TableError, within } from "./table-file.ts";

export type Type = "word" | "truth";
export type BinaryOp =
  | "*"
  | "+"
  | "-"
  | "<<"
  | ">>s"
  | ">>u"
  | "=="
  | "!="
  | "<s"
  | "<u"
  | ">=s"
  | ">=u"
  | "&"
  | "^"
  | "|";

export type Expression =
  | { readonly kind: "operand"; readonly name: string; readonly type: "word" }
  | { readonly kind: "constant"; readonly value: bigint; readonly type: "word" }
  | { readonly kind: "not"; readonly of: Expression; readonly type: "word" }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly type: "word" }
  | {
      readonly kind: "binary";
      readonly op: BinaryOp;
      readonly left: Expression;
      readonly right: Expression;
      readonly type: Type;
    }
  | {
      readonly kind: "choice";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly type: "word";
    };

/** Functions and how many words they take; all return a word. */
export const FUNCTIONS: Readonly<Record<string, number>> = {
  sext8: 1,
  sext16: 1,
  sext32: 1,
  zext32: 1,
  mulh: 2,
  mulhu: 2,
  mulhsu: 2,
  divs: 2,
  divu: 2,
  rems: 2,
  remu: 2,
  clz: 1,
  ctz: 1,
  cpop: 1,
  rotl: 2,
  rotr: 2,
  rev8: 1,
  brev8: 1,
  orcb: 1,
  clmul: 2,
  clmulh: 2,
  clmulr: 2,
  xperm4: 2,
  xperm8: 2,
};

const LEVELS: readonly (readonly BinaryOp[])[] = [
  ["|"],
  ["^"],
  ["&"],
  ["==", "!=", "<s", "<u", ">=s", ">=u"],
  ["<<", ">>s", ">>u"],
  ["+", "-"],
  ["*"],
];
const COMPARE_LEVEL = 3;
const MAX_CONSTANT = 2n ** 63n - 1n;
const TOKEN = /\s*(0x[0-9a-f]+|[0-9]+|[a-z][a-z0-9]*|<<|(?:>>|>=|<)[su](?![a-z0-9])|==|!=|[-+*&^|~?:(),])/y;

class Parser {
  readonly #cell: Cell;
  readonly #operands: ReadonlySet<string>;
  #at = 0;
  #token = "";
  #tokenAt = 0;

  constructor(cell: Cell, operands: ReadonlySet<string>) {
    this.#cell = cell;
    this.#operands = operands;
    this.#next();
  }

  whole(type: Type): Expression {
    const expression = this.#a(type, () => this.#choice());
    if (this.#token !== "") throw this.#error(`'${this.#token}' is left over`);
    return expression;
  }

  #error(message: string, at = this.#tokenAt): TableError {
    return new TableError(within(this.#cell, "", at), message);
  }

  #next(): string {
    const taken = this.#token;
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#cell.text);
    this.#tokenAt = this.#at + this.#cell.text.slice(this.#at).search(/\S|$/);
    if (!match && this.#tokenAt < this.#cell.text.length) throw this.#error("not understood from here on");
    this.#token = match?.[1] ?? "";
    this.#at = match ? TOKEN.lastIndex : this.#at;
    return taken;
  }

  #take(token: string): void {
    if (this.#token !== token) throw this.#error(`'${token}' expected${this.#token ? `, not '${this.#token}'` : ""}`);
    this.#next();
  }

  /** Reads an expression that has to be of a type; a wrong one is reported where it begins. */
  #a(type: Type, read: () => Expression): Expression {
    const at = this.#tokenAt;
    return this.#expect(read(), type, at);
  }

  #expect(expression: Expression, type: Type, at: number): Expression {
    if (expression.type !== type) throw this.#error(`a ${type} expected, not a ${expression.type}`, at);
    return expression;
  }

  #choice(): Expression {
    const at = this.#tokenAt;
    const test = this.#binary(0);
    if (this.#token !== "?") return test;
    this.#expect(test, "truth", at);
    this.#next();
    const yes = this.#a("word", () => this.#choice());
    this.#take(":");
    return { kind: "choice", test, yes, no: this.#a("word", () => this.#choice()), type: "word" };
  }

  #binary(level: number): Expression {
    const ops = LEVELS[level];
    if (!ops) return this.#unary();
    const at = this.#tokenAt;
    let left = this.#binary(level + 1);
    while (ops.includes(this.#token as BinaryOp)) {
      this.#expect(left, "word", at);
      const op = this.#next() as BinaryOp;
      const right = this.#a("word", () => this.#binary(level + 1));
      left = { kind: "binary", op, left, right, type: level === COMPARE_LEVEL ? "truth" : "word" };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#token === "~") {
      this.#next();
      return { kind: "not", of: this.#a("word", () => this.#unary()), type: "word" };
    }
    return this.#primary();
  }

  #primary(): Expression {
    if (this.#token === "(") {
      this.#next();
      const inner = this.#choice();
      this.#take(")");
      return inner;
    }
    const at = this.#tokenAt;
    const token = this.#next();
    const here = within(this.#cell, token, at);
    if (/^[0-9]/.test(token)) return constant(here);
    if (this.#token === "(" && /^[a-z]/.test(token)) return this.#call(token, here);
    if (this.#operands.has(token)) return { kind: "operand", name: token, type: "word" };
    throw new TableError(here, token ? `unknown name '${token}'` : "an expression expected");
  }

  #call(name: string, at: Cell): Expression {
    const arity = FUNCTIONS[name] ?? FLOAT_FUNCTIONS.get(name)?.arity;
    if (arity === undefined) throw new TableError(at, `unknown function '${name}'`);
    this.#take("(");
    const args = [this.#a("word", () => this.#choice())];
    while (this.#token === ",") {
      this.#next();
      args.push(this.#a("word", () => this.#choice()));
    }
    this.#take(")");
    if (args.length !== arity) throw new TableError(at, `${name} takes ${arity} words, not ${args.length}`);
    return { kind: "call", name, args, type: "word" };
  }
}

function constant(at: Cell): Expression {
  const value = BigInt(at.text);
  if (value > MAX_CONSTANT) throw new TableError(at, `${at.text} does not fit a word`);
  return { kind: "constant", value, type: "word" };
}

/**
 * Reads an expression.
 * @param operands names that the instruction's format gives a value: x, y, i, m, pc
 * @throws TableError at the column that is wrong
 */
export const parseExpression = (cell: Cell, operands: ReadonlySet<string>, type: Type): Expression =>
  new Parser(cell, operands).whole(type);

/** The operands that an expression uses. */
export function operandsOf(expression: Expression): Set<string> {
  switch (expression.kind) {
    case "operand":
      return new Set([expression.name]);
    case "constant":
      return new Set();
    case "not":
      return operandsOf(expression.of);
    case "call":
      return new Set(expression.args.flatMap((arg) => [...operandsOf(arg)]));
    case "binary":
      return new Set([...operandsOf(expression.left), ...operandsOf(expression.right)]);
    case "choice":
      return new Set([expression.test, expression.yes, expression.no].flatMap((part) => [...operandsOf(part)]));
  }
}

/** The functions that an expression calls. */
export function functionsOf(expression: Expression): Set<string> {
  switch (expression.kind) {
    case "operand":
    case "constant":
      return new Set();
    case "not":
      return functionsOf(expression.of);
    case "call":
      return new Set([expression.name, ...expression.args.flatMap((arg) => [...functionsOf(arg)])]);
    case "binary":
      return new Set([...functionsOf(expression.left), ...functionsOf(expression.right)]);
    case "choice":
      return new Set([expression.test, expression.yes, expression.no].flatMap((part) => [...functionsOf(part)]));
  }
}
