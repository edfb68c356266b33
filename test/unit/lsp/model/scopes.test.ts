import { describe, expect, it } from 'vitest';

import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';

/** The variables before the last instruction of `text`, those of the platform and the base image left out. */
function before(text: string): Record<string, string | undefined> {
  const file = createDockerfile(parse(text));
  const last = file.tree.instructions.at(-1);
  if (!last) throw new Error('no instruction');
  return Object.fromEntries(
    file
      .scopeAt(last)
      .definitions()
      .filter(({ origin }) => origin !== 'platform' && origin !== 'base')
      .map(({ name, value }) => [name, value]),
  );
}

describe('scopes', () => {
  it('gives a stage its own variables, each expanded where it stands', () => {
    expect(before('FROM a\nARG X=1 Y=$X\nENV X=2 Z=$X$Y\nENV W ${Z} $N\nRUN')).toEqual({
      X: '2',
      Y: '1',
      Z: '11',
      W: '11 ',
    });
  });

  it('lets an ARG of a stage take the value that stands before the first FROM', () => {
    expect(before('ARG X=1\nARG Y\nFROM a\nARG X\nARG Y\nARG TARGETARCH\nRUN')).toEqual({
      X: '1',
      Y: undefined,
      TARGETARCH: 'amd64',
    });
    expect(before('ARG X=1\nFROM a\nRUN')).toEqual({});
    expect(before('ARG X=1\nARG Y=$X$TARGETOS\nFROM $Y')).toEqual({ X: '1', Y: '1linux' });
  });

  it('lets an ARG hide what ENV says for the rest of its stage, but not in those that start from it', () => {
    const text = 'FROM a AS b\nENV X=env\nARG X=arg X=2\nARG PATH=/x\nENV Y=$X\nARG Z=1\nARG Y=3\n';
    expect(before(`${text}RUN`)).toEqual({ X: '2', PATH: '/x', Y: '3', Z: '1' });
    expect(before(`${text}FROM b\nRUN`)).toEqual({ X: 'env', Y: '2', Z: '1' });
    expect(before(`${text}ENV X=4\nFROM b\nRUN`)).toEqual({ X: '4', Y: '2', Z: '1' });
    expect(before(`${text}FROM b AS c\nARG X=5\nFROM c\nRUN`)).toEqual({
      X: 'env',
      Y: '2',
      Z: '1',
    });
    const trigger = 'FROM a AS b\nENV X=env\nONBUILD ARG X=arg\nFROM b AS c\nENV W=$X\nFROM c\nRUN';
    expect(before(trigger)).toEqual({ X: 'env', W: 'arg' });
  });

  it('leaves ENV as it is where the ARG is one that never becomes a variable', () => {
    const name = 'BUILDKIT_SBOM_SCAN_STAGE';
    expect(before(`FROM a\nENV ${name}=1\nARG ${name}=2\nRUN`)).toEqual({ [name]: '1' });
    expect(before(`FROM a\nARG ${name}=2\nRUN`)).toEqual({ [name]: undefined });
  });

  it('keeps the value of ENV where an ARG without default repeats the name', () => {
    expect(before('FROM a\nENV X=1\nARG X\nRUN')).toEqual({ X: '1' });
    expect(before('FROM a\nENV X=1\nARG X=2\nRUN')).toEqual({ X: '2' });
  });

  it('inherits through stages, also through a variable name', () => {
    expect(before('ARG B=one\nFROM a AS One\nENV X=1\nFROM $B\nENV Y=$X\nRUN')).toEqual({
      X: '1',
      Y: '1',
    });
    expect(before('FROM a AS one\nENV X=1\nFROM b\nRUN')).toEqual({});
  });

  it('runs the triggers of ONBUILD in the stages that start from theirs', () => {
    const text = 'FROM a AS one\nONBUILD ENV X=1\nRUN\nFROM one\nRUN';
    expect(before(text)).toEqual({ X: '1' });
    const file = createDockerfile(parse(text));
    const [, second] = file.tree.stages;
    if (!second) throw new Error('no second stage');
    expect(file.scopes().steps(second)[0]?.place).toBe(second.from);
  });

  it('answers the same whichever stage is asked for first', () => {
    const text =
      'FROM a AS one\nENV B=1\nONBUILD ENV T=1\nFROM b AS two\nENV C=1 B=2\nFROM one\nENV C=$B A=$T\nRUN\nCOPY --from=two a b\n';
    const inOrder = createDockerfile(parse(text));
    const backwards = createDockerfile(parse(text));
    const seen = ({ tree, scopeAt }: typeof inOrder, order: 1 | -1) =>
      Array.from(tree.instructions.keys())
        .sort((a, b) => order * (a - b))
        .map((index) => {
          const instruction = tree.instructions[index];
          const all = instruction ? scopeAt(instruction).definitions() : [];
          return { index, has: all.map(({ name, value }) => `${name}=${value}`) };
        })
        .sort((a, b) => a.index - b.index);
    expect(seen(backwards, -1)).toEqual(seen(inOrder, 1));
    expect(before(text)).toEqual({ B: '1', T: '1', C: '1', A: '1' });
    const last = backwards.tree.instructions.at(-1);
    const names =
      last &&
      backwards
        .scopeAt(last)
        .definitions()
        .map(({ name }) => name);
    expect(names).toEqual(['PATH', 'B', 'T', 'C', 'A']);
  });

  it('says where a variable was defined', () => {
    const text = 'FROM a\nENV A=1 \\\n  LONG=2\nRUN';
    const file = createDockerfile(parse(text));
    const last = file.tree.instructions.at(-1);
    const span = last && file.scopeAt(last).get('LONG')?.span;
    expect(span && text.slice(span.start, span.end)).toBe('LONG');
  });
});
