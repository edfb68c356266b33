import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAGS } from '../../../src/lsp/server/data/flags.ts';
import { INSTRUCTIONS } from '../../../src/lsp/server/data/instructions.ts';
import { lint } from '../../../src/lsp/server/lint/lint.ts';
import { NO_HADOLINT_CONFIG } from '../../../src/lsp/server/lint/hadolintConfig.ts';
import { lintConfig } from '../../../src/lsp/server/lint/levels.ts';
import { createDockerfile } from '../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../src/lsp/server/parser/parse.ts';
import type { Span } from '../../../src/lsp/server/parser/tree.ts';
import { RULES } from '../../../src/lsp/server/rules/all.ts';
import { mutate, seeded } from '../../lsp/random.ts';

/** How many texts; FUZZ=100000 for a thorough run, and FUZZ_SEED to repeat one. */
const RUNS = Number(process.env['FUZZ'] ?? 2000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
const LONGEST_MS = 1000;
const SHORT = 4000;

const fixture = (name: string) =>
  readFileSync(new URL(`../../lsp/fixtures/${name}`, import.meta.url), 'utf8');

/** Texts to damage: each rule's examples hold what that rule looks at. */
const texts = [
  ...['app.Dockerfile', 'crlf.Dockerfile', 'windows.Dockerfile'].map(fixture),
  ...RULES.flatMap(({ examples }) => examples.flatMap(({ bad, good }) => [bad, good])),
].filter(({ length }) => length < SHORT);

const PIECES = [
  ...Object.keys(INSTRUCTIONS),
  ...Object.values(FLAGS).flatMap((flags) => Object.keys(flags).map((name) => `--${name}=`)),
  ...'type=cache type=secret target=/x id=a from=a from=0 sharing=locked 80 8000-9000/udp alpine:3 a AS NONE CMD'.split(
    ' ',
  ),
  ...'apt-get install -y curl && cd /x | sudo wget pip npm ${A:-b} ${A#*x} ${A/b/c} $A ${ $( $(( << <<EOF <<-"E F" EOF'.split(
    ' ',
  ),
  '["a", "b"]',
  '[1, "a"]',
  '"',
  "'",
  '\\',
  '`',
  '=',
  '#',
  '# escape=`',
  '# check=skip=all',
  '# hadolint ignore=DL3006',
  '\uFEFF',
  '\u00A0',
  '\u2028',
  '\0',
  '😀',
  '\r',
  '\t',
  ';',
  ',',
];

const damaged = fc
  .tuple(fc.constantFrom(...texts), fc.integer())
  .map(([text, seed]) => mutate(text, seeded(seed)));
const composed = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...PIECES) },
        { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
      ),
      fc.constantFrom(' ', ' ', ' ', '\n', '\n', ' \\\n', '\r\n', ''),
    ),
    { maxLength: 60 },
  )
  .map((pairs) => pairs.flat().join(''));
const any = fc.string({ unit: 'binary', maxLength: 200 });

const config = lintConfig(NO_HADOLINT_CONFIG, {});

/** What is wrong with how a text is read, in a word; undefined when nothing is. */
function fault(text: string): string | undefined {
  const within = ({ start, end }: Span) => 0 <= start && start <= end && end <= text.length;
  const tree = parse(text);
  for (const { keyword, flags, heredocs, comments, start, end } of tree.instructions)
    for (const span of [
      { start, end },
      keyword,
      ...flags,
      ...comments,
      ...heredocs.map(({ body }) => body),
    ])
      if (!within(span)) return `span ${span.start} to ${span.end} of an instruction`;
  const found = lint(createDockerfile(tree), RULES, config, (rule, error) => {
    throw new Error(`${rule.id} failed`, { cause: error });
  });
  for (const { rule, span, reportedAt = 0, fixes = [] } of found) {
    const spans = [span, ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span))];
    if (!spans.every(within) || reportedAt > text.length) return `span of ${rule}`;
  }
  return undefined;
}

/** A text, and it with something else from a place on, as an edit leaves it. */
const edits = fc
  .tuple(fc.oneof(damaged, composed), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer())
  .map(([text, part, seed]): [string, string] => {
    const at = Math.floor(text.length * part);
    return [text, text.slice(0, at) + mutate(text.slice(at), seeded(seed))];
  });

describe('an edited text', () => {
  test(
    'is read the same with what was read of it before',
    () => {
      let taken = 0;
      fc.assert(
        fc.property(fc.array(edits, { minLength: 1, maxLength: 3 }), (texts) => {
          for (const [text, edited] of texts) {
            const before = parse(text);
            const after = parse(edited, before);
            expect(after).toEqual(parse(edited));
            if (after.instructions[0] && after.instructions[0] === before.instructions[0])
              taken += 1;
            // And back, from what was partly taken over.
            expect(parse(text, after)).toEqual(before);
          }
        }),
        { seed: SEED, numRuns: RUNS / 2 },
      );
      expect(taken).toBeGreaterThan(RUNS / 20);
    },
    20_000 + RUNS * 20,
  );
});

describe('any text', () => {
  test(
    `is read without a fault (seed ${SEED}, ${RUNS} texts)`,
    () => {
      let slowest = 0;
      fc.assert(
        fc.property(
          fc.oneof(
            { weight: 5, arbitrary: damaged },
            { weight: 4, arbitrary: composed },
            { weight: 1, arbitrary: any },
          ),
          (text) => {
            // What else the machine does slows this down as well: what takes long is tried again.
            let spent = Infinity;
            for (let round = 0; round < 5 && !(spent < LONGEST_MS); round++) {
              const begun = process.cpuUsage();
              expect(fault(text)).toBeUndefined();
              const { user, system } = process.cpuUsage(begun);
              spent = Math.min(spent, (user + system) / 1000);
            }
            slowest = Math.max(slowest, spent);
            expect(spent).toBeLessThan(LONGEST_MS);
          },
        ),
        { seed: SEED, numRuns: RUNS },
      );
      console.log(`fuzz: seed ${SEED}, ${RUNS} texts, the slowest ${Math.round(slowest)} ms`);
    },
    20_000 + RUNS * 20,
  );
});
