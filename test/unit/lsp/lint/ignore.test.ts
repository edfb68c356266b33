import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../../src/lsp/server/lint/fixes.ts';
import { ignoreHere, ignoreInFile } from '../../../../src/lsp/server/lint/ignore.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';

const at = (text: string, marker: string) => {
  const start = text.indexOf(marker);
  return { span: { start, end: start + marker.length } };
};
const here = (text: string, marker: string, ...names: string[]) =>
  applyEdits(text, ignoreHere(parse(text), at(text, marker), names));
const inFile = (text: string, ...names: string[]) =>
  applyEdits(text, ignoreInFile(parse(text), names));

describe('ignore here', () => {
  test.each([
    [
      'a line for hadolint',
      ['DL3000'],
      'FROM a\nRUN x\n',
      'FROM a\n# hadolint ignore=DL3000\nRUN x\n',
    ],
    ['a line for BuildKit', ['Aa'], 'FROM a\nRUN x\n', 'FROM a\n# check=skip=Aa\nRUN x\n'],
    [
      'both, for a finding of two names, hadolint right above',
      ['Aa', 'DL3000'],
      'FROM a\nRUN x\n',
      'FROM a\n# check=skip=Aa\n# hadolint ignore=DL3000\nRUN x\n',
    ],
    [
      'into the comments that are there',
      ['Aa', 'DL3000'],
      'FROM a\n# check=skip=Bb;error=true\n# hadolint ignore=DL3001 # why\nRUN x\n',
      'FROM a\n# check=skip=Bb,Aa;error=true\n# hadolint ignore=DL3001,DL3000 # why\nRUN x\n',
    ],
    [
      'beside a check comment that skips nothing',
      ['Aa'],
      'FROM a\n# check=error=true\nRUN x\n',
      'FROM a\n# check=error=true;skip=Aa\nRUN x\n',
    ],
    [
      'on a line apart, what hadolint does not take',
      ['stevedore/a'],
      'FROM a\n# hadolint ignore=DL3001\nRUN x\n',
      'FROM a\n# hadolint ignore=stevedore/a\n# hadolint ignore=DL3001\nRUN x\n',
    ],
    [
      'with others of its kind',
      ['stevedore/b'],
      'FROM a\n# hadolint ignore=stevedore/a\nRUN x\n',
      'FROM a\n# hadolint ignore=stevedore/a,stevedore/b\nRUN x\n',
    ],
    [
      'not into a comment of another instruction',
      ['DL3000'],
      'FROM a\n# hadolint ignore=DL3001\n\nRUN x\n',
      'FROM a\n# hadolint ignore=DL3001\n\n# hadolint ignore=DL3000\nRUN x\n',
    ],
    [
      'not into a comment of the stage',
      ['DL3000'],
      'FROM b\n# hadolint stage ignore=DL3001\nFROM a\nRUN x\n',
      'FROM b\n# hadolint stage ignore=DL3001\nFROM a\n# hadolint ignore=DL3000\nRUN x\n',
    ],
    [
      'indented as the instruction, with its line ends',
      ['DL3000'],
      'FROM a\r\n  RUN x\r\n',
      'FROM a\r\n  # hadolint ignore=DL3000\r\n  RUN x\r\n',
    ],
    [
      'at the beginning of the line for BuildKit, which heeds no indented comment',
      ['Aa', 'DL3000'],
      'FROM a\n\tRUN x\n',
      'FROM a\n# check=skip=Aa\n\t# hadolint ignore=DL3000\n\tRUN x\n',
    ],
    [
      'not into an indented comment, which BuildKit does not heed',
      ['Aa'],
      'FROM a\n  # check=skip=Bb\n  RUN x\n',
      'FROM a\n# check=skip=Aa\n  # check=skip=Bb\n  RUN x\n',
    ],
    [
      'behind a byte order mark, above a comment',
      ['stevedore/a'],
      '\uFEFF# hadolint ignore=DL3001\nRUN x\n',
      '\uFEFF# hadolint ignore=stevedore/a\n# hadolint ignore=DL3001\nRUN x\n',
    ],
    [
      'before a remark',
      ['Aa'],
      'FROM a\n# check=skip=Bb // why\nRUN x\n',
      'FROM a\n# check=skip=Bb,Aa // why\nRUN x\n',
    ],
    [
      'by name alone, what BuildKit skips in whole files only',
      ['DuplicateStageName', 'DL3024'],
      'FROM a\nRUN x\n',
      'FROM a\n# hadolint ignore=DuplicateStageName\n# hadolint ignore=DL3024\nRUN x\n',
    ],
    [
      'so that it is no directive of the file',
      ['Aa'],
      '# syntax=x\nFROM a\nRUN x\n',
      '# syntax=x\nFROM a\n# check=skip=Aa\nRUN x\n',
    ],
  ])('%s', (_, names, before, after) => {
    expect(here(before, 'RUN', ...names)).toBe(after);
  });

  test.each([
    ['FROM a\n', '\n# check=skip=Aa\nFROM a\n'],
    ['# syntax=x\nFROM a\n', '# syntax=x\n\n# check=skip=Aa\nFROM a\n'],
    ['\uFEFFFROM a\n', '\uFEFF\n# check=skip=Aa\nFROM a\n'],
    ['# a comment\nFROM a\n', '# a comment\n# check=skip=Aa\nFROM a\n'],
  ])('at the head of the file: %j', (before, after) => {
    expect(here(before, 'FROM', 'Aa')).toBe(after);
    expect(parse(after).directives.some(({ name }) => name === 'check')).toBe(false);
  });

  test('where BuildKit heeds it, and where hadolint does', () => {
    const text = 'FROM a\nCMD x\nCMD y\n';
    const finding = { ...at(text, 'CMD x'), silencedAt: text.indexOf('CMD y') };
    expect(applyEdits(text, ignoreHere(parse(text), finding, ['Aa', 'DL4003']))).toBe(
      'FROM a\n# hadolint ignore=DL4003\nCMD x\n# check=skip=Aa\nCMD y\n',
    );
  });

  test('speaks of the whole instruction, wherever in it', () => {
    const text = 'FROM a\nRUN x \\\n  && y\n';
    expect(here(text, 'y', 'DL3000')).toBe('FROM a\n# hadolint ignore=DL3000\nRUN x \\\n  && y\n');
  });
});

describe('ignore in the file', () => {
  test.each([
    ['a directive', ['Aa'], 'FROM a\n', '# check=skip=Aa\nFROM a\n'],
    ['below the others', ['Aa'], '# syntax=x\nFROM a\n', '# syntax=x\n# check=skip=Aa\nFROM a\n'],
    [
      'into the one that is there, for a second one is an error',
      ['Aa'],
      '# check=skip=Bb\nFROM a\n',
      '# check=skip=Bb,Aa\nFROM a\n',
    ],
    [
      'beside its options',
      ['Aa'],
      '# check=error=true\nFROM a\n',
      '# check=error=true;skip=Aa\nFROM a\n',
    ],
    ['a comment for hadolint', ['DL3000'], 'FROM a\n', '# hadolint global ignore=DL3000\nFROM a\n'],
    [
      'into that',
      ['DL3000'],
      'FROM a\n# hadolint global ignore=DL3001\n',
      'FROM a\n# hadolint global ignore=DL3001,DL3000\n',
    ],
    [
      'both, the directive first',
      ['Aa', 'DL3000'],
      'FROM a\n',
      '# check=skip=Aa\n# hadolint global ignore=DL3000\nFROM a\n',
    ],
    [
      'on a line apart, what hadolint does not take',
      ['stevedore/a'],
      '# hadolint global ignore=DL3001\nFROM a\n',
      '# hadolint global ignore=stevedore/a\n# hadolint global ignore=DL3001\nFROM a\n',
    ],
    ['behind a byte order mark', ['Aa'], '\uFEFFFROM a\n', '\uFEFF# check=skip=Aa\nFROM a\n'],
    ['where the last line has no end', ['Aa'], '# syntax=x', '# syntax=x\n# check=skip=Aa\n'],
  ])('%s', (_, names, before, after) => {
    expect(inFile(before, ...names)).toBe(after);
  });
});
