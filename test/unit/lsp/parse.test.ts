import { describe, expect, it } from 'vitest';
import { parseImage } from '../../../src/lsp/server/data/images.ts';
import { parse } from '../../../src/lsp/server/parser/parse.ts';
import { toOffset } from '../../../src/lsp/server/parser/tree.ts';
import { argumentWords, pairsOf } from '../../../src/lsp/server/parser/words.ts';

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
    ['FROM a\r\r\nRUN b\r', ['FROM', 'RUN']],
    ['FROM a\nRUN b \\\n  \\\nRUN c', ['FROM', 'RUN']],
    ['FROM a\nRUN x 3<<EOF\nRUN\nEOF\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN <<"E F"\nRUN\nE F\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN <<E\\OF\nRUN\nEOF\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN x << y\nRUN z\ny\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN x <<\t y z\nRUN z\ny\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN x $((1 << 2))\nRUN z\n2))\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN x <<\nRUN z\n\nRUN b', ['FROM', 'RUN', 'RUN', 'RUN']],
    ['FROM a\nRUN x <<- y\nRUN z', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN x <<""\nRUN z\n\nRUN b', ['FROM', 'RUN', 'RUN', 'RUN']],
    ['FROM a\nRUN <<A${x:+y}\nRUN z', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN b${x:+y}<<A\nRUN z', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nCOPY << A /b\nRUN\nA\nRUN c', ['FROM', 'COPY', 'RUN']],
    ['FROM a\nRUN echo "open <<A\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN echo ${x[0]} <<A\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN echo ${x:-y} <<A\nRUN b\nA', ['FROM', 'RUN']],
    ['FROM a\nRUN echo ${x:- <<A }\nRUN b\nA', ['FROM', 'RUN']],
    ['FROM a\nRUN echo "${x:- <<A }"\nRUN b', ['FROM', 'RUN', 'RUN']],
    ['FROM a\nRUN ["a"] <<A\nRUN b\nA', ['FROM', 'RUN']],
    ['FROM a\nONBUILD ONBUILD RUN <<A\nRUN b', ['FROM', 'ONBUILD', 'RUN']],
    ['FROM a\nCMD <<A\nRUN b', ['FROM', 'CMD', 'RUN']],
    ['#!/bin/x\n# escape=`\nFROM a\nRUN b `\nRUN c', ['FROM', 'RUN', 'RUN']],
    ['\t# escape=`\nFROM a\nRUN b `\nRUN c', ['FROM', 'RUN']],
    ['FROM a\u00a0b\nONBUİLD RUN \u0000', ['FROM', 'ONBUILD']],
    ['\\\n\\\n  FROM a', ['FROM']],
    ['FROM a\n\\', ['FROM', '']],
    ['', []],
  ])('splits %j', (text, expected) => {
    expect(instructions(text).map(([name]) => name)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ['1.3', 'RUN cat <<E\nRUN b\n', ['RUN', 'RUN']],
    ['1.2.1', 'RUN x $((1 << 2))\nCOPY <<E /b\nRUN b\n', ['RUN', 'COPY', 'RUN']],
    ['1.3', 'RUN <<A <<B\nCOPY\nA\nRUN b\n', ['RUN', 'RUN']],
    ['1.3', 'RUN <<-E\nCOPY\n\tE\nRUN <<E\nRUN b\n', ['RUN', 'RUN', 'RUN']],
    ['1.3', 'RUN <<E\nCOPY\nE\r\nRUN b\n', ['RUN', 'RUN']],
    ['1.4', 'RUN cat <<E\nRUN b\n', ['RUN']],
    ['1.3-labs', 'RUN cat <<E\nRUN b\n', ['RUN']],
    ['1', 'RUN cat <<E\nRUN b\n', ['RUN']],
  ])('for the syntax %s splits %j', (version, text, expected) => {
    const file = `# syntax=docker/dockerfile:${version}\nFROM a\n${text}`;
    expect(instructions(file).map(([name]) => name)).toEqual(['FROM', ...expected]);
  });

  it('takes for a heredoc of an old syntax what gets an end', () => {
    const text = '# syntax=docker/dockerfile:1.3\nFROM a\nRUN cat <<E\nRUN b\nRUN c\n';
    const ended = `${text}E\n`;
    expect(parse(ended, parse(text))).toEqual(parse(ended));
    expect(parse(text, parse(ended))).toEqual(parse(text));
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

  it.each<[string, boolean]>([
    [' ["a", "b"]', true],
    ['[]', true],
    ['["\\u0041\\ud800"]', true],
    ["['a']", false],
    ['["a",]', false],
    ['["a"] b', false],
    ['["a\tb"]', false],
    ['[\u00a0"a"]', false],
    ['[1e999]', false],
    ['[null]', false],
    ['null', false],
  ])('takes %j for a list as Go does: %s', (args, json) => {
    expect(parse(`FROM a\nCMD ${args}\n`).instructions[1]?.json).toBe(json);
  });

  it('reads words up to the builder’s white space', () => {
    const { instructions, escape } = parse(
      'FROM a\nENV a=b\u2003c="d e" f=g\\ h\nENV "k l" v\nCOPY --x="a b" --y=\\ c -- --from=b\u00a0c /d\nRUN --x=Р ls\nARG a b=\\\\\\',
    );
    const texts = (index: number) =>
      instructions[index] && argumentWords(instructions[index], escape).map(({ text }) => text);
    expect(texts(1)).toEqual(['a=b', 'c="d e"', String.raw`f=g\ h`]);
    expect(
      instructions[2] &&
        pairsOf(instructions[2], escape).map((pair) => [pair.key.text, pair.value?.text]),
    ).toEqual([['"k', 'l" v']]);
    expect(instructions[3]?.flags.map(({ plain }) => plain)).toEqual(['--x=a b', '--y= c']);
    expect(texts(3)).toEqual(['--from=b\u00a0c', '/d']);
    expect(instructions[4]?.flags.map(({ text }) => text)).toEqual(['--x=Р']);
    expect(texts(5)).toEqual(['a', String.raw`b=\\ `.trim()]);
  });

  it('knows what the builder takes for a second directive', () => {
    expect(parse('# escape=`\n# Escape=\\\nFROM a').repeated?.name).toBe('escape');
    expect(parse('# escape=`\n\n# escape=`\nFROM a').repeated).toBeUndefined();
    expect(parse('#!/x\n# check=skip=all\nFROM a').directives).toHaveLength(1);
    expect(parse(' # check=skip=all\nFROM a').directives).toEqual([]);
    expect(parse(' # check=skip=all\n# check=skip=all\nFROM a').repeated?.name).toBe('check');
    expect(parse('#!/x\n# escape=`\n# escape=`\n# check=skip=all\nFROM a').directives).toEqual([]);
    expect(parse('# escape= \nFROM a').directives[0]?.value).toBe(' ');
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
