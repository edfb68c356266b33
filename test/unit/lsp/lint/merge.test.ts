import { describe, expect, it } from 'vitest';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import type { Fix, Rule } from '../../../../src/lsp/server/rules/rule.ts';
import { finds } from './finds.ts';
import { reported } from './reported.ts';

const brief = (text: string, ...rules: Rule[]) =>
  reported(text, undefined, rules).map(({ rule, aliases, severity, span }) => [
    text.slice(span.start, span.end),
    rule,
    ...aliases,
    severity,
  ]);

describe('merge', () => {
  it('makes one finding of two in one instruction, named by BuildKit first, of the graver level', () => {
    const expected = [['CMD', 'Check', 'DL1', 'error']];
    const text = 'FROM a\nCMD b\n';
    const check = finds('Check', 'CMD');
    const code = finds('DL1', 'b', { same: 'Check', severity: 'error' });
    expect(brief(text, check, code)).toEqual(expected);
    expect(brief(text, code, check)).toEqual(expected);
    expect(
      brief(text, { ...check, same: 'DL1' }, finds('DL1', 'b', { severity: 'error' })),
    ).toEqual(expected);
  });

  it('leaves alone what is in another instruction, and what has no counterpart', () => {
    const check = finds('Check', 'b');
    const code = finds('DL1', 'c', { same: 'Check' });
    expect(brief('FROM b\nCMD c\n', check, code)).toEqual([
      ['b', 'Check', 'warning'],
      ['c', 'DL1', 'warning'],
    ]);
    expect(brief('CMD c\n', check, code)).toEqual([['c', 'DL1', 'warning']]);
  });

  it('pairs several findings of one instruction by where they are', () => {
    const check = finds('Check', 'B');
    const code = finds('DL1', '_B', { same: 'Check' });
    expect(brief('ENV X_B=1 Y_B=2 B=3\n', check, code)).toEqual([
      ['B', 'Check', 'DL1', 'warning'],
      ['B', 'Check', 'DL1', 'warning'],
      ['B', 'Check', 'warning'],
    ]);
  });

  it('does not take two names of one ENV for the same thing', () => {
    const check = finds('Check', 'B');
    expect(brief('ENV A=1 B=2\n', check, finds('DL1', 'A', { same: 'Check' }))).toEqual([
      ['A', 'DL1', 'warning'],
      ['B', 'Check', 'warning'],
    ]);
  });

  it('collects the names of several rules', () => {
    const rules = [
      finds('Check', 'CMD'),
      finds('DL1', 'CMD', { same: 'Check' }),
      finds('DL2', 'b', { same: 'Check' }),
    ];
    expect(brief('CMD b\n', ...rules)).toEqual([['CMD', 'Check', 'DL1', 'DL2', 'warning']]);
  });

  it('keeps the fixes of both, each once', () => {
    const edit = (text: string, end = 1): Fix => ({
      title: text,
      edits: [{ span: { start: 0, end }, text }],
    });
    const rules = [
      finds('Check', 'CMD', { fix: edit('x') }),
      finds('DL1', 'CMD', { same: 'Check', fix: { ...edit('x'), title: 'again' } }),
      finds('DL2', 'CMD', { same: 'Check', fix: edit('xMD', 3) }),
      finds('DL3', 'CMD', { same: 'Check', fix: edit('y') }),
    ];
    const [found] = reported('CMD b\n', undefined, rules);
    expect(found?.fixes?.map(({ title }) => title)).toEqual(['x', 'y']);
  });

  it('leaves the other alone where one is silenced or off', () => {
    const rules = [finds('Check', 'CMD'), finds('DL1', 'CMD', { same: 'Check' })];
    const ignored = (id: string) => brief(`# hadolint ignore=${id}\nCMD b\n`, ...rules);
    expect(ignored('DL1')).toEqual([['CMD', 'Check', 'warning']]);
    expect(ignored('Check')).toEqual([['CMD', 'DL1', 'warning']]);
    const off = reported('CMD b\n', undefined, rules, { Check: 'off' });
    expect(off.map(({ rule }) => rule)).toEqual(['DL1']);
  });
});

describe('lint', () => {
  it('tells of a rule that fails, and keeps what the others find', () => {
    const broken = finds('Broken', 'CMD', {
      check: () => {
        throw new Error('broken');
      },
    });
    const failed: string[] = [];
    const config = {
      options: { trustedRegistries: [], labelSchema: new Map(), strictLabels: false },
      levelOf: ({ severity }: Rule) => severity,
    };
    const found = lint(
      createDockerfile(parse('CMD b\n')),
      [broken, finds('Check', 'b')],
      config,
      ({ id }, error) => failed.push(`${id}: ${String(error)}`),
    );
    expect(found.map(({ rule }) => rule)).toEqual(['Check']);
    expect(failed).toEqual(['Broken: Error: broken']);
  });

  it('sorts by place', () => {
    expect(brief('FROM a\nCMD b\n', finds('Second', 'b'), finds('First', 'a'))).toEqual([
      ['a', 'First', 'warning'],
      ['b', 'Second', 'warning'],
    ]);
  });
});
