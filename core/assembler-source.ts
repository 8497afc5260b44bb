/**
 * The outer form of an assembly source: a line is labels, a name and operands between commas.
 *
 *     loop:  addi a0, a0, -1    # comment
 */
import { AssemblyError, type Token } from "./assembly-error.ts";

export interface Statement {
  readonly labels: readonly Token[];
  /** Instruction or directive; missing on a line that has only labels. */
  readonly name?: Token;
  readonly args: readonly Token[];
}

const QUOTED = /"(?:[^"\\]|\\.)*"/;
/** An argument is anything up to a comma that does not stand in quotes. */
const ARGUMENT = new RegExp(`\\s*((?:${QUOTED.source}|[^",])*?)\\s*(,|$)`, "y");
const COMMENT = new RegExp(`^((?:${QUOTED.source}|[^"#])*)#.*$`);
const LABEL = /\s*([A-Za-z_.$][\w.$]*):/y;
const NAME = /\s*(\S+)/y;

function readArguments(text: string, from: number, line: number): Token[] {
  const args: Token[] = [];
  let at = from;
  while (text.slice(at).trim() !== "" || args.length > 0) {
    ARGUMENT.lastIndex = at;
    const match = ARGUMENT.exec(text);
    const column = at + (text.slice(at).search(/\S|$/) + 1);
    if (!match) throw new AssemblyError({ text, line, column }, "a quote is not closed", 'end the text with "');
    const [whole, argument, end] = match as unknown as [string, string, string];
    if (argument === "")
      throw new AssemblyError(
        { text, line, column },
        "an operand is missing",
        "write an operand on either side of a comma",
      );
    args.push({ text: argument, line, column });
    at += whole.length;
    if (end === "") break;
  }
  return args;
}

/** @throws AssemblyError for an operand that is missing and a quote that is not closed */
export function readLine(raw: string, line: number): Statement {
  const text = COMMENT.exec(raw)?.[1] ?? raw;
  const labels: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): Token | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return undefined;
    at = pattern.lastIndex;
    const taken = match[1] as string;
    return { text: taken, line, column: match.index + match[0].indexOf(taken) + 1 };
  };
  for (let label = take(LABEL); label; label = take(LABEL)) labels.push(label);
  const name = take(NAME);
  return name ? { labels, name, args: readArguments(text, at, line) } : { labels, args: [] };
}

/** The statements of a source, one a line. */
export const readSource = (source: string): Statement[] =>
  source.split(/\r?\n/).map((text, index) => readLine(text, index + 1));
