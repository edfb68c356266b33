import { argumentWords } from '../parser/words.ts';
import type { Instruction, Tree } from '../parser/tree.ts';
import { toOffset } from '../parser/tree.ts';

const COMMANDS = new Set(['RUN', 'CMD', 'ENTRYPOINT']);
const STAGE_NAME = /^[a-z][a-z0-9_.-]*$/i;

/**
 * A text of the same length in which everything stands at the same offset, but which dockerfile-utils 0.16 reads as
 * BuildKit reads the original: heredocs and shell commands are covered (it takes `3<<EOF` and `<<` in JSON wrongly,
 * and heredocs of ADD not at all), as are lone carriage returns, escaped escapes at line ends, Unicode indentation,
 * and stage names that would send its regular expression into exponential time.
 */
export function maskForLibrary({ source, escape, instructions }: Tree): string {
  const chars = source.split('');
  for (let i = 0; i < chars.length; i++) {
    if (chars[i] === '\uFEFF' || (chars[i] === '\r' && chars[i + 1] !== '\n')) chars[i] = ' ';
  }
  for (const instruction of instructions) {
    for (let i = instruction.start - 1; i >= 0 && chars[i] !== '\n'; i--) chars[i] = ' ';
    coverEscapes(chars, instruction, escape);
    const carrier = instruction.trigger ?? instruction;
    if (
      COMMANDS.has(carrier.name) &&
      carrier.args.from < carrier.args.to &&
      carrier.logical.text[carrier.args.from] !== '['
    ) {
      coverCommand(chars, instruction, toOffset(carrier.logical, carrier.args.from));
    } else {
      coverHeredocs(chars, instruction);
    }
    if (instruction.name === 'FROM') coverStageName(chars, instruction, escape);
  }
  return chars.join('');
}

/** Makes comments of the lines of `[start, end)`, but for the line that `start` is on when `inline`. */
function coverLines(chars: string[], start: number, end: number, inline: boolean): void {
  let first = !inline;
  for (let i = start; i < end; i++) {
    if (chars[i] === '\n') first = true;
    else if (chars[i] !== '\r') {
      chars[i] = first ? '#' : ' ';
      first = false;
    }
  }
}

function coverCommand(chars: string[], instruction: Instruction, start: number): void {
  coverLines(chars, start, instruction.end, true);
  chars[start] = 'x';
}

function coverHeredocs(chars: string[], { heredocs, logical }: Instruction): void {
  const first = heredocs[0];
  const last = heredocs.at(-1);
  if (first && last)
    coverLines(chars, first.body.start, last.terminator?.end ?? last.body.end, false);
  for (let at = logical.text.indexOf('<<'); at >= 0; at = logical.text.indexOf('<<', at + 2)) {
    chars[toOffset(logical, at)] = 'x';
    chars[toOffset(logical, at + 1)] = 'x';
  }
}

function coverEscapes(chars: string[], { logical }: Instruction, escape: string): void {
  const last = logical.text.trimEnd();
  if (last.endsWith(escape + escape)) {
    chars[toOffset(logical, last.length - 1)] = '_';
    chars[toOffset(logical, last.length - 2)] = '_';
  }
}

function coverStageName(chars: string[], instruction: Instruction, escape: string): void {
  for (const word of argumentWords(instruction, escape).slice(2)) {
    if (STAGE_NAME.test(word.text)) continue;
    for (let i = word.from; i < word.to; i++) chars[toOffset(instruction.logical, i)] = 'a';
  }
}
