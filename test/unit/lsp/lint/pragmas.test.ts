import { describe, expect, it } from 'vitest';
import { parsePragma } from '../../../../src/lsp/server/parser/pragma.ts';
import { RULES } from '../../../../src/lsp/server/rules/all.ts';
import { reported } from './reported.ts';

const NONE = () => false;

describe('parsePragma', () => {
  it.each([
    ['# hadolint ignore=DL3002', 'next', ['DL3002']],
    ['#hadolint ignore=DL3002', 'next', ['DL3002']],
    ['# \t hadolint \t ignore \t=\t DL3002 ,\tSC1091  ', 'next', ['DL3002', 'SC1091']],
    ['# hadolint ignore=DL3002 # why', 'next', ['DL3002']],
    ['# hadolint ignore=DL3002,DL3003# why, DL3004', 'next', ['DL3002', 'DL3003']],
    ['# hadolint global ignore=DL3002', 'global', ['DL3002']],
    ['# hadolint  stage  ignore = DL3002', 'stage', ['DL3002']],
    ['# hadolint ignore=DL9999', 'next', ['DL9999']],
  ])('%s', (comment, scope, names) => {
    expect(parsePragma(comment, NONE)).toEqual({ kind: 'ignore', scope, names });
  });

  it.each([
    '# hadolint ignore=crazy,DL3002',
    '# hadolint ignore=dl3002',
    '# hadolint ignore=',
    '# hadolint ignore=DL3002,',
    '# hadolint ignore=DL3002 DL3003',
    '# hadolint ignore=DL3002, # why',
    '# hadolintignore=DL3002',
    '# hadolint globalignore=DL3002',
    '# Hadolint ignore=DL3002',
    '## hadolint ignore=DL3002',
    '# see hadolint ignore=DL3002',
    '# hadolint ignore DL3002',
  ])('takes %s for an ordinary comment', (comment) => {
    expect(parsePragma(comment, NONE)).toBeUndefined();
  });

  it('knows the ids of all rules beside hadolint’s codes', () => {
    const isRule = (id: string) => id === 'stevedore/unused-stage';
    const comment = '# hadolint ignore=DL3006,stevedore/unused-stage';
    const names = ['DL3006', 'stevedore/unused-stage'];
    expect(parsePragma(comment, isRule)).toEqual({ kind: 'ignore', scope: 'next', names });
    expect(parsePragma('# hadolint ignore=stevedore/other', isRule)).toBeUndefined();
  });

  it.each([
    ['# hadolint shell=powershell', 'powershell'],
    ['# hadolint shell = /bin/bash # why', '/bin/bash'],
    ['#hadolint shell=pwsh#x', 'pwsh#x'],
  ])('%s', (comment, shell) => {
    expect(parsePragma(comment, NONE)).toEqual({ kind: 'shell', shell });
  });

  it('takes a shell with arguments for an ordinary comment', () => {
    expect(parsePragma('# hadolint shell=/bin/bash -e', NONE)).toBeUndefined();
  });
});

it.each(['ignore', 'global ignore'])('%s silences nothing that does not build', (words) => {
  const text = `# hadolint ${words}=build-error/invalid-image\nFROM Alpine:3.20\n`;
  expect(reported(text, undefined, RULES).map(({ rule }) => rule)).toContain(
    'build-error/invalid-image',
  );
});

describe('ignore pragmas', () => {
  const codes = (text: string) =>
    reported(text)
      .filter(({ rule, aliases }) => [rule, ...aliases].includes('DL3011'))
      .map(({ span }) => text.slice(span.start, span.end));

  it('silence the instruction on the next line', () => {
    expect(codes('FROM a:1\n# hadolint ignore=DL3011\nEXPOSE 80000\nEXPOSE 80001\n')).toEqual([
      '80001',
    ]);
  });

  it('reach over other comments to a checker, not over what else stands between', () => {
    const pragma = 'FROM a:1\n# hadolint ignore=DL3011\n';
    const rest = 'EXPOSE 80000\n';
    expect(codes(`${pragma}# hadolint ignore=DL3002\n${rest}`)).toEqual([]);
    expect(codes(`${pragma}# check=skip=JSONArgsRecommended\n${rest}`)).toEqual([]);
    expect(codes(`${pragma}# why\n${rest}`)).toEqual(['80000']);
    expect(codes(`${pragma}\n${rest}`)).toEqual(['80000']);
  });

  it('silence indented instructions, with CRLF, and at a continued one wherever the finding is', () => {
    expect(codes('FROM a:1\r\n# hadolint ignore=DL3011\r\n  EXPOSE 80 \\\r\n  80000\r\n')).toEqual(
      [],
    );
  });

  it('silence a stage from its FROM to the next one', () => {
    const pragma = '# hadolint stage ignore=DL3011\n';
    expect(codes(`${pragma}FROM a:1\nEXPOSE 80000\nFROM a:1\nEXPOSE 80001\n`)).toEqual(['80001']);
    expect(codes(`FROM a:1\nEXPOSE 80000\n${pragma}FROM a:1\nEXPOSE 80001\n`)).toEqual(['80000']);
    expect(codes(`${pragma}\nFROM a:1\nEXPOSE 80000\n`)).toEqual(['80000']);
    expect(codes(`ARG A\n${pragma}ARG B\nFROM a:1\nEXPOSE 80000\n`)).toEqual(['80000']);
  });

  it('silence the rest of the stage that they stand in', () => {
    const pragma = '# hadolint stage ignore=DL3011\n';
    expect(codes(`FROM a:1\n${pragma}RUN a\nEXPOSE 80000\n`)).toEqual([]);
    expect(codes(`FROM a:1\n${pragma}\nEXPOSE 80000\nEXPOSE 80001\n`)).toEqual([]);
    const other = '# hadolint stage ignore=DL3002\n';
    const two = `FROM a:1\nEXPOSE 80000\n${pragma}${other}${pragma}RUN a\nEXPOSE 80001\n`;
    expect(codes(`${two}FROM a:1\nEXPOSE 80002\n`)).toEqual(['80000', '80002']);
    expect(codes(`FROM a:1\n${other}EXPOSE 80000\n`)).toEqual(['80000']);
  });

  it('silence the whole file from anywhere', () => {
    expect(codes('FROM a:1\nEXPOSE 80000\n# hadolint global ignore=DL3011\n')).toEqual([]);
  });

  it('stand above either of two instructions that a finding is about', () => {
    const of = (text: string) => reported(text).filter(({ rule }) => rule === 'DL4003').length;
    const ignore = '# hadolint ignore=DL4003\n';
    expect(of('FROM a:1\nCMD ["a"]\nCMD ["b"]\n')).toBe(1);
    expect(of(`FROM a:1\n${ignore}CMD ["a"]\nCMD ["b"]\n`)).toBe(0);
    expect(of(`FROM a:1\nCMD ["a"]\n${ignore}CMD ["b"]\n`)).toBe(0);
  });

  it('count for nothing when the configuration says so', () => {
    const text = '# hadolint global ignore=DL3011\nFROM a:1\nEXPOSE 80000\n';
    expect(reported(text).map(({ rule }) => rule)).not.toContain('DL3011');
    const found = reported(text, 'disable-ignore-pragma: true\n');
    expect(found.map(({ rule }) => rule)).toContain('DL3011');
  });
});
