/**
 * The language of meanings: expressions over 64-bit words and truth values, in C's order of precedence.
 *
 *     choice  := or [ '?' choice ':' choice ]          x y i m pc      operands
 *     or      := xor ('|' xor)*                        f(a, b)         a function of FUNCTIONS
 *     xor     := and ('^' and)*                        ~a              bitwise complement
 *     and     := compare ('&' compare)*                12 0x1f         constants
 *     compare := shift [ ('=='|'!='|'<s'|'<u'|'>=s'|'>=u') shift ]
 *     shift   := sum (('<<'|'>>s'|'>>u') sum)*         sum := product (('+'|'-') product)*, product := unary ('*' unary)*
 */
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
  sext32: 1,
  zext32: 1,
  mulh: 2,
  mulhu: 2,
  mulhsu: 2,
  divs: 2,
  divu: 2,
  rems: 2,
  remu: 2,
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
const TOKEN = /\s*(0x[0-9a-f]+|[0-9]+|[a-z][a-z0-9]*|<<|>>s|>>u|>=s|>=u|==|!=|<s|<u|[-+*&^|~?:(),])/y;

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
    const expression = this.#choice();
    if (this.#token !== "") throw this.#error(`'${this.#token}' is left over`);
    return this.#expect(expression, type);
  }

  #error(message: string): TableError {
    return new TableError(within(this.#cell, "", this.#tokenAt), message);
  }

  #next(): string {
    const taken = this.#token;
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#cell.text);
    this.#tokenAt = match ? TOKEN.lastIndex - (match[1] as string).length : this.#at;
    if (!match && this.#at < this.#cell.text.trimEnd().length) throw this.#error("not understood from here on");
    this.#token = match?.[1] ?? "";
    this.#at = match ? TOKEN.lastIndex : this.#at;
    return taken;
  }

  #take(token: string): void {
    if (this.#token !== token) throw this.#error(`'${token}' expected${this.#token ? `, not '${this.#token}'` : ""}`);
    this.#next();
  }

  #expect(expression: Expression, type: Type): Expression {
    if (expression.type !== type) throw this.#error(`a ${type} expected, not a ${expression.type}`);
    return expression;
  }

  #choice(): Expression {
    const test = this.#binary(0);
    if (this.#token !== "?") return test;
    this.#expect(test, "truth");
    this.#next();
    const yes = this.#expect(this.#choice(), "word");
    this.#take(":");
    return { kind: "choice", test, yes, no: this.#expect(this.#choice(), "word"), type: "word" };
  }

  #binary(level: number): Expression {
    const ops = LEVELS[level];
    if (!ops) return this.#unary();
    let left = this.#binary(level + 1);
    while (ops.includes(this.#token as BinaryOp)) {
      this.#expect(left, "word");
      const op = this.#next() as BinaryOp;
      const right = this.#expect(this.#binary(level + 1), "word");
      left = { kind: "binary", op, left, right, type: level === COMPARE_LEVEL ? "truth" : "word" };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#token === "~") {
      this.#next();
      return { kind: "not", of: this.#expect(this.#unary(), "word"), type: "word" };
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
    if (/^[0-9]/.test(token)) return { kind: "constant", value: BigInt(token), type: "word" };
    if (this.#token === "(" && /^[a-z]/.test(token)) return this.#call(token, here);
    if (this.#operands.has(token)) return { kind: "operand", name: token, type: "word" };
    throw new TableError(here, token ? `unknown name '${token}'` : "an expression expected");
  }

  #call(name: string, at: Cell): Expression {
    const arity = FUNCTIONS[name];
    if (arity === undefined) throw new TableError(at, `unknown function '${name}'`);
    this.#take("(");
    const args = [this.#expect(this.#choice(), "word")];
    while (this.#token === ",") {
      this.#next();
      args.push(this.#expect(this.#choice(), "word"));
    }
    this.#take(")");
    if (args.length !== arity) throw new TableError(at, `${name} takes ${arity} words, not ${args.length}`);
    return { kind: "call", name, args, type: "word" };
  }
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
