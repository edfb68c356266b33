import { describe, expect, test } from 'vitest';
import { applyEdits, combine, fixAll } from '../../../../src/lsp/server/lint/fixes.ts';
import { NO_HADOLINT_CONFIG } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import { lintConfig } from '../../../../src/lsp/server/lint/levels.ts';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { RULES } from '../../../../src/lsp/server/rules/all.ts';
import type { Finding, Fix, Rule } from '../../../../src/lsp/server/rules/rule.ts';

const CONFIG = lintConfig(NO_HADOLINT_CONFIG, {});

const fix = (...edits: [number, number, string][]): Fix => ({
  title: 'x',
  edits: edits.map(([start, end, text]) => ({ span: { start, end }, text })),
  safe: true,
});
const apply = (text: string, ...fixes: Fix[]) => applyEdits(text, combine(fixes).edits);

describe('combined fixes', () => {
  test('are applied together where they do not overlap', () => {
    expect(apply('abcdef', fix([4, 5, 'E']), fix([0, 1, 'A'], [2, 3, 'C']))).toBe('AbCdEf');
  });

  test('leave out one that overlaps another, whole', () => {
    expect(combine([fix([0, 3, 'x']), fix([2, 4, 'y'], [5, 6, 'z'])]).taken).toBe(1);
    expect(apply('abcdef', fix([0, 3, 'x']), fix([2, 4, 'y'], [5, 6, 'z']))).toBe('xdef');
  });

  test('leave out one that inserts where another does, and one inside of another', () => {
    expect(apply('ab', fix([1, 1, 'x']), fix([1, 1, 'y']))).toBe('axb');
    expect(apply('abcd', fix([0, 4, 'x']), fix([2, 2, 'y']))).toBe('x');
  });

  test('may stand side by side', () => {
    expect(apply('abcd', fix([0, 2, 'x']), fix([2, 4, 'y']))).toBe('xy');
  });

  test('may insert where they replace', () => {
    expect(apply('ab', fix([0, 1, 'x'], [0, 0, '['], [1, 1, ']']))).toBe('[x]b');
  });

  test('leave out a fix whose own edits overlap', () => {
    expect(combine([fix([0, 2, 'x'], [1, 3, 'y'])])).toEqual({ edits: [], taken: 0 });
  });
});

describe('fixing all', () => {
  const finding = (...fixes: Fix[]): Finding => ({
    span: { start: 0, end: 1 },
    message: 'm',
    fixes,
  });

  test('goes on until nothing is left', async () => {
    const find = (text: string) =>
      text.startsWith('a') ? [finding(fix([0, 1, ''])), finding(fix([0, 1, '']))] : [];
    expect(await fixAll('aaab', find)).toEqual({ text: 'b', fixed: 3 });
  });

  test('takes only what is safe', async () => {
    const { safe, ...unsafe } = fix([0, 1, 'x']);
    expect(safe).toBe(true);
    expect(await fixAll('a', () => [finding(unsafe)])).toEqual({ text: 'a', fixed: 0 });
  });

  test('ends where fixes never come to rest', async () => {
    const { text } = await fixAll('', () => [finding(fix([0, 0, 'x']))]);
    expect(text).toBe('x'.repeat(10));
  });
});

describe('fixes that write lines', () => {
  const lines: Rule = {
    id: 'build-error/x',
    severity: 'error',
    title: '',
    why: '',
    examples: [{ bad: '', good: '' }],
    check: () => [finding(fix([0, 0, 'ARG A\nARG B\n'], [1, 2, 'x']))],
  };
  const finding = (...fixes: Fix[]): Finding => ({
    span: { start: 0, end: 4 },
    message: 'm',
    fixes,
  });
  const written = (text: string) => {
    const fail = (_: Rule, error: unknown) => {
      throw error;
    };
    const found = lint(createDockerfile(parse(text)), [lines], CONFIG, fail);
    return found[0]?.fixes?.[0]?.edits.map((edit) => edit.text);
  };

  test('take the line ends of the file', () => {
    expect(written('FROM a\r\nUSER b\r\n')).toEqual(['ARG A\r\nARG B\r\n', 'x']);
    expect(written('FROM a\nUSER b\r\n')).toEqual(['ARG A\nARG B\n', 'x']);
    expect(written('FROM a')).toEqual(['ARG A\nARG B\n', 'x']);
  });
});

test('no fix of an example brings what was not there, but for what it uncovers', () => {
  const namesIn = (text: string) => {
    const found = lint(
      createDockerfile(parse(text)),
      RULES,
      { ...CONFIG, beyondErrors: true },
      (_, error) => {
        throw error;
      },
    );
    return { found, names: found.flatMap(({ rule, aliases }) => [rule, ...aliases]) };
  };
  const brought = (text: string) => {
    const { found, names } = namesIn(text);
    return found.flatMap(({ rule, fixes = [] }) =>
      fixes.flatMap((one) => {
        const left = [...names];
        return namesIn(apply(text, one)).names.flatMap((name) => {
          const at = left.indexOf(name);
          if (at >= 0) left.splice(at, 1);
          return at >= 0 ? [] : `${rule}, ${one.title}: ${name}`;
        });
      }),
    );
  };
  const texts = new Set(RULES.flatMap(({ examples }) => examples.map(({ bad }) => bad)));
  expect([...texts].flatMap(brought).sort()).toEqual([
    // What was an error, or another program's, is looked at only now.
    'DL3004, Remove sudo: DL3009',
    'build-error/extra-argument, Change to alpine:3: stevedore/moved-tag',
    'build-error/invalid-healthcheck, Put CMD before it: DL3025',
    'build-error/invalid-image, Change to lower case: stevedore/moved-tag',
    'build-error/unknown-flag, Change to --from: DL3022',
    'build-error/unknown-instruction, Change to COPY: DL3045',
  ]);
});
