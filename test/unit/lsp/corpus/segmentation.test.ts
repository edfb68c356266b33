import { describe, expect, test } from 'vitest';
import { INSTRUCTIONS } from '../../../../src/lsp/server/data/instructions.ts';
import { readJson } from '../../../../src/lsp/server/parser/json.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import type { Instruction, Tree } from '../../../../src/lsp/server/parser/tree.ts';
import { argumentWords, pairsOf } from '../../../../src/lsp/server/parser/words.ts';
import type { Labelled } from './corpus.ts';
import { corpusRows, HAS_CORPUS, realFiles } from './corpus.ts';

interface Node {
  readonly key: string;
  readonly line: number;
  readonly end: number;
  readonly args?: readonly string[];
  readonly here?: readonly string[];
}

/** Keyword, first and last line of each instruction, as BuildKit counts them. */
function segments({ source, instructions }: Tree): [string, number, number][] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1))
    starts.push(at + 1);
  const lineOf = (offset: number) => {
    let line = 0;
    while (line + 1 < starts.length && (starts[line + 1] as number) <= offset) line++;
    return line + 1;
  };
  return instructions.map(({ keyword, start, end }) => {
    // An instruction that is still to be continued at the end of the text reaches up to it.
    const last = end === source.length && source.endsWith('\n') ? end - 1 : end;
    return [keyword.text.toUpperCase(), lineOf(start), lineOf(last)];
  });
}

/** The arguments as BuildKit's parser hands them on. */
function values(instruction: Instruction, escape: string): readonly string[] {
  const { logical, args, name, json } = instruction;
  const rest = logical.text.slice(args.from, args.to);
  const list = readJson(rest);
  if (json && Array.isArray(list)) return list;
  // The builder keeps nothing of an instruction that it doesn't know.
  if (!(name in INSTRUCTIONS)) return [''];
  if (rest === '') return [];
  switch (name) {
    case 'ONBUILD':
      return instruction.trigger
        ? [instruction.trigger.keyword.text, ...values(instruction.trigger, escape)]
        : [];
    case 'ADD':
    case 'ARG':
    case 'COPY':
    case 'EXPOSE':
    case 'FROM':
    case 'VOLUME':
      return argumentWords(instruction, escape).map(({ text }) => text);
    case 'ENV':
    case 'LABEL':
      return pairsOf(instruction, escape).flatMap(({ key, value }) => [
        key.text,
        value?.text ?? '',
        argumentWords(instruction, escape)[0]?.text.includes('=') ? '=' : '',
      ]);
    case 'HEALTHCHECK': {
      const [, kind = '', command = ''] = /^(\S+)\s*([^]*)$/.exec(rest) ?? [];
      const words = readJson(command);
      return [kind, ...(Array.isArray(words) ? words : command === '' ? [] : [command])];
    }
    case 'CMD':
    case 'ENTRYPOINT':
    case 'MAINTAINER':
    case 'RUN':
    case 'SHELL':
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      return [rest];
    default:
      return [];
  }
}

/** What BuildKit's parser prints of its tree. */
function dump(instruction: Instruction, escape: string): string {
  const flags = instruction.flags.map(({ plain }) => JSON.stringify(plain)).join(' ');
  const head = instruction.keyword.text.toLowerCase() + (flags === '' ? '' : ` [${flags}]`);
  const { trigger } = instruction;
  if (trigger) return `${head} (${dump(trigger, escape)})`;
  return [head, ...values(instruction, escape).map((value) => quoted(value))].join(' ');
}

/** Go's strconv.Quote for the characters that the fixtures hold. */
function quoted(value: string): string {
  return JSON.stringify(value)
    .replaceAll(String.raw`\u000b`, String.raw`\v`)
    .replaceAll(String.raw`\u0000`, String.raw`\x00`);
}

describe.skipIf(!HAS_CORPUS)(
  'instructions are those of BuildKit (corpus beside the repository)',
  () => {
    test.each(['snippets.json', 'mutations.jsonl'])('%s', (file) => {
      let files = 0;
      let same = 0;
      const differing: unknown[] = [];
      for (const row of corpusRows<
        Labelled & { nodes: (Node | [string, number, number])[] | null }
      >(file)) {
        if (row.parse_error || !row.nodes) continue;
        files++;
        const wanted = row.nodes.map((node) =>
          'key' in node ? [node.key, node.line, node.end] : node,
        );
        const found = segments(parse(row.dockerfile));
        if (JSON.stringify(found) === JSON.stringify(wanted)) same++;
        else differing.push([row.id, row.dockerfile, wanted, found]);
      }
      console.log(`${file}: segmentation equal in ${same} of ${files} files`);
      expect(differing).toEqual([]);
      expect(files).toBeGreaterThan(100);
    });

    test('arguments and heredocs of snippets.json', () => {
      let nodes = 0;
      for (const row of corpusRows<Labelled & { nodes: Node[] | null }>('snippets.json')) {
        if (row.parse_error || !row.nodes) continue;
        const { instructions, escape, source } = parse(row.dockerfile);
        // The labels leave ONBUILD's instruction out; buildkit_parser.json has it.
        if (instructions.some(({ name }) => name === 'ONBUILD')) continue;
        const found = instructions.map((instruction) => [
          // The labels put the flags first.
          [...instruction.flags.map(({ plain }) => plain), ...values(instruction, escape)],
          instruction.heredocs.map(({ body }) => source.slice(body.start, body.end)),
        ]);
        expect(found, row.id).toEqual(row.nodes.map(({ args = [], here = [] }) => [args, here]));
        nodes += found.length;
      }
      expect(nodes).toBeGreaterThan(200);
    });

    test('trees of buildkit_parser.json', () => {
      let trees = 0;
      for (const { id, dockerfile, negative, ast } of corpusRows<
        Labelled & { negative: boolean; ast: string | null }
      >('buildkit_parser.json')) {
        const { instructions, escape } = parse(dockerfile);
        if (negative || !ast) continue;
        const found = instructions.map((instruction) => `(${dump(instruction, escape)})`);
        expect(found.join('\n'), id).toBe(ast.trimEnd());
        trees++;
      }
      expect(trees).toBeGreaterThan(20);
    });

    test('every line of the real files belongs to what BuildKit says', () => {
      for (const { dockerfile } of realFiles()) {
        const { instructions, source } = parse(dockerfile);
        let before = 0;
        for (const { start, end, heredocs } of instructions) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeLessThanOrEqual(source.length);
          expect(heredocs.every(({ terminator }) => terminator)).toBe(true);
          before = end;
        }
      }
    });
  },
);
