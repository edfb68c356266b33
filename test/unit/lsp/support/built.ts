import { parse as parseShell } from 'unbash';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import type { Instruction } from '../../../../src/lsp/server/parser/tree.ts';

/**
 * What the builder makes of a text: each instruction's keyword, flags and arguments as moby/buildkit's line_parsers.go
 * splits them, and the bodies of heredocs. The command of a RUN is given by `command`.
 */
export function built(text: string, command: (text: string) => unknown): unknown {
  const { instructions, directives, source, escape } = parse(text);
  const one = ({ trigger, ...instruction }: Instruction): unknown => {
    const { logical, args, flags, heredocs } = instruction;
    return [
      instruction.keyword.text,
      trigger && [logical.text.slice(trigger.keyword.from).trimEnd(), one(trigger)],
      flags.map((flag) => flag.text),
      trigger ? '' : values(instruction, logical.text.slice(args.from, args.to), escape, command),
      heredocs.map(({ body, name, chomp, terminator }) => [
        name,
        chomp,
        source.slice(body.start, body.end),
        terminator && source.slice(terminator.start, terminator.end),
      ]),
    ];
  };
  return [directives.map(({ name, value }) => [name, value]), ...instructions.map(one)];
}

function values(
  { name, json, parent }: Pick<Instruction, 'name' | 'json' | 'parent'>,
  rest: string,
  escape: string,
  command: (text: string) => unknown,
): unknown {
  if (json) return JSON.parse(rest);
  switch (name) {
    case 'RUN':
      return parent ? rest : command(rest);
    case 'ENV':
    case 'LABEL':
    case 'ARG': {
      const words = quotedWords(rest, escape);
      if (name === 'ARG' || words[0]?.includes('=')) return words;
      return /^([^\t\v\f\r ]*)[\t\v\f\r ]*([^]*)$/.exec(rest)?.slice(1);
    }
    case 'FROM':
    case 'COPY':
    case 'ADD':
    case 'EXPOSE':
    case 'VOLUME':
      return rest.split(/[\t\v\f\r ]+/);
    case 'HEALTHCHECK':
      return /^([^\t\v\f\r ]*)[\t\v\f\r ]*([^]*)$/.exec(rest)?.slice(1);
    default:
      return rest;
  }
}

/** The words of ENV, LABEL and ARG: white space of Unicode separates them but in quotes and behind the escape character. */
function quotedWords(rest: string, escape: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < rest.length; i++) {
    const char = rest[i] as string;
    if (quote === '' && /[^\S\uFEFF]|\u0085/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    word = (word ?? '') + char;
    if (char === escape && quote !== "'") word += rest[++i] ?? '';
    else if (quote === char) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return word === undefined ? words : [...words, word];
}

/** What a shell makes of a command: its tree without places, words with their exact text. */
export function shellMeaning(text: string): unknown {
  return JSON.parse(
    JSON.stringify(parseShell(text), function (this: Record<string, unknown>, key, value: unknown) {
      if (/^(?:pos|end|errors)$|(?:Pos|End)$/.test(key)) return undefined;
      // The parts say it: in between there may be a command with white space of its own.
      const parts = this['parts'] ?? this['script'] ?? this['expression'];
      return (key === 'text' || key === 'value') && parts !== undefined ? undefined : value;
    }),
  ) as unknown;
}
