/**
 * What a test is about, by its file and its title: a title begins with extensions or a chapter of the manual and a colon
 * ("Svade and Svadu: ..."), or names an instruction; of a file about one thing the file's name says it.
 */
import { COMPRESSED, EXTENSIONS, INSTRUCTIONS } from "../../core/isa.gen.ts";

export interface Titled {
  /** Path below test/, without ".test.ts". */
  readonly file: string;
  /** From the outermost describe to the test. */
  readonly titles: readonly string[];
}

/** Tests elsewhere are not about what the manual says. */
const FOLDERS = /^(assembly|privileged|isa|fpu|golden|peers)\/|^core\/(assembler|disassembler)$/;

const SUBJECTS_OF_FILES: Readonly<Record<string, readonly string[]>> = {
  "assembly/alignment": ["C"],
  "assembly/atomics": ["Zaamo", "Zalrsc"],
  "assembly/cache-block": ["Zicbom", "Zicboz", "Zicbop"],
  "assembly/compare-and-swap": ["Zacas", "Zawrs"],
  "assembly/counters": ["Zicntr"],
  "assembly/float-state": ["F", "D"],
  "assembly/harts-atomics": ["Zaamo", "Zalrsc"],
  "assembly/interrupts": ["Machine-level ISA"],
  "assembly/self-modifying": ["Zifencei"],
  "assembly/svinval": ["Svinval"],
};

const extensionNames = new Set(EXTENSIONS.map(({ name }) => name));
const extensionsOf = new Map<string, readonly string[]>();
for (const { name, extensions } of [...INSTRUCTIONS, ...COMPRESSED]) extensionsOf.set(name, extensions);

/** @returns extensions and chapters; nothing for a test of something else */
export function subjectsOf({ file, titles }: Titled): readonly string[] {
  if (!FOLDERS.test(file)) return [];
  const named = titles.flatMap((title) => [...headSubjects(title), ...instructionSubjects(title)]);
  // a section of the machine level with files of its own
  if (/\/pmp/.test(file)) named.push("PMP");
  return [...new Set(named.length > 0 ? named : (SUBJECTS_OF_FILES[file] ?? []))];
}

/** "Smepmp and PMP: ..." */
function headSubjects(title: string): string[] {
  const head = /^([A-Z][^:]*):/.exec(title)?.[1];
  const names = head?.split(/,? and |, /) ?? [];
  return names.every((name) => extensionNames.has(name) || CHAPTERS.has(name)) ? names : [];
}

/** Chapters of the privileged manual that are no extension. */
export const CHAPTERS: ReadonlySet<string> = new Set(["Machine-level ISA", "PMP"]);

/** An instruction's name is a title by itself, or has a dot in it, which no English word has. */
function instructionSubjects(title: string): string[] {
  const whole = extensionsOf.get(title);
  if (whole) return [...whole];
  const words = title.match(/[a-z][a-z0-9]*(?:\.[a-z0-9]+)+/g) ?? [];
  return words.flatMap((word) => extensionsOf.get(word.replace(/\.(aq|rl|aqrl)$/, "")) ?? []);
}
