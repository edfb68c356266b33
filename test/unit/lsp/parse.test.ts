import { describe, expect, it } from 'vitest';
import { parseImage } from '../../../src/lsp/server/data/images.ts';
import { parse } from '../../../src/lsp/server/parser/parse.ts';
import { toOffset } from '../../../src/lsp/server/parser/tree.ts';

/** Each instruction as its keyword and the text of the document that it covers. */
const instructions = (text: string) =>
  parse(text).instructions.map(({ name, start, end }) => [name, text.slice(start, end)]);

describe('parse', () => {
  it.each<[string, string[]]>([
    ['FROM a\nRUN b\n', ['FROM', 'RUN']],
    ['FROM a\r\nRUN b \\\r\n c\r\n', ['FROM', 'RUN']],
    ['FR\\\nOM a\nRUN b', ['FROM', 'RUN']],
    ['FROM a\nRUN b \\\n\n# c\n  d\nRUN e', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN b \\\\\nRUN c', ['FROM', 'RUN', 'RUN']],
    ['FROM a\rRUN b', ['FROM']],
    ['FROM a\nRUN <<A <<B\nRUN\nA\nCOPY\nB\nRUN c', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN <<-A\nRUN\n\tA\nRUN c', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN cat<<A\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN cat <<<A\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN echo "<<A"\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nENV X=<<A\nRUN b', ['FROM', 'ENV', 'RUN']],
    ['FROM a\nRUN ["<<A"]\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nONBUILD ADD <<A /x\nRUN\nA\nRUN b', ['FROM', 'ONBUILD', 'RUN']],
    ['# escape=`\nFROM a\nRUN b \\\nRUN c `\n d', ['FROM', 'RUN', 'RUN']],
    ['# note\n# escape=`\nFROM a\nRUN b `\nRUN c', ['FROM', 'RUN', 'RUN']],
    ['\uFEFF \u00a0FROM a', ['FROM']],
    ['', []],
  ])('splits %j', (text, expected) => {
    expect(instructions(text).map(([name]) => name)).toEqual(expected);
  });

  it('finds the way back from a continued value to the document', () => {
    const text = 'FROM a\nENV A=x\\\n# note\n  y\n';
    const { logical } = parse(text).instructions[1] ?? {
      logical: { text: '', starts: [], offsets: [] },
    };
    expect(logical.text).toBe('ENV A=x  y');
    expect(text[toOffset(logical, logical.text.indexOf('y'))]).toBe('y');
  });

  it('reads flags up to the first word that is none', () => {
    const [, copy] = parse('FROM a\nCOPY --from=b --link x --chown=c /y\n').instructions;
    expect(copy?.flags.map(({ name, value }) => [name, value?.text])).toEqual([
      ['from', 'b'],
      ['link', undefined],
    ]);
  });

  it('knows stages, their names and what they start from', () => {
    const { stages } = parse('FROM a AS one\nFROM ONE as two\nFROM b\n');
    expect(stages.map(({ name, base }) => [name?.text, base])).toEqual([
      ['one', -1],
      ['two', 0],
      [undefined, -1],
    ]);
  });

  it('reads directives, and none after a comment or twice', () => {
    const { directives, comments } = parse(
      '# Syntax = a\n#check=skip=all\n# syntax=b\n# escape=`\nFROM a\n',
    );
    expect(directives.map(({ name, value }) => [name, value])).toEqual([
      ['syntax', 'a'],
      ['check', 'skip=all'],
    ]);
    expect(comments).toHaveLength(2);
  });
});

describe('parseImage', () => {
  it.each([
    ['alpine', undefined, 'alpine', undefined],
    ['a/b:1', undefined, 'a/b', '1'],
    ['docker.io/a/b', undefined, 'a/b', undefined],
    ['localhost:5000/c:2', 'localhost:5000', 'c', '2'],
    ['ghcr.io/a/b/c@sha256:00', 'ghcr.io', 'a/b/c', undefined],
  ])('takes %s apart', (reference, registry, repository, tag) => {
    expect(parseImage(reference)).toMatchObject({ registry, repository, tag });
  });

  it.each(['Alpine', '', 'a//b', '-a', 'a b', 'é'])('refuses %j', (reference) => {
    expect(parseImage(reference)).toBeUndefined();
  });
});
