import { describe, expect, test } from 'vitest';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { BUILDKIT_RULES } from '../../../../src/lsp/server/rules/buildkit/rules.ts';
import { optionsOf } from '../support/options.ts';

/** `rule:line`, with `!` in front of errors. */
function found(text: string): string[] {
  const config = {
    options: optionsOf(undefined),
    levelOf: (rule: (typeof BUILDKIT_RULES)[number]) => (rule.off ? undefined : rule.severity),
  };
  return lint(createDockerfile(parse(text)), BUILDKIT_RULES, config, (_, error) => {
    throw error;
  }).map(
    ({ rule, severity, span, reportedAt = span.start }) =>
      `${severity === 'error' ? '!' : ''}${rule}:${text.slice(0, reportedAt).split('\n').length}`,
  );
}

const BOTH = 'FROM scratch as base\ncopy a b\n';

describe('the directive of a file', () => {
  test.each([
    ['', ['FromAsCasing:1', 'ConsistentInstructionCasing:2']],
    ['# check=skip=all\n', []],
    ['# CHECK = skip=FromAsCasing,ConsistentInstructionCasing\n', []],
    ['# check=skip=FromAsCasing, ConsistentInstructionCasing\n', ['ConsistentInstructionCasing:3']],
    ['# check=skip=FromAsCasing // because\n', ['ConsistentInstructionCasing:3']],
    ['# check=error=true;skip=FromAsCasing\n', ['!ConsistentInstructionCasing:3']],
    ['# check=skip=all;skip=UndefinedVar\n', []],
    [
      '# check=skip=FromAsCasing;skip=UndefinedVar\n',
      ['FromAsCasing:2', 'ConsistentInstructionCasing:3'],
    ],
    [
      '# check=error=false;error=0;skip=FromAsCasing;skip=all\n',
      ['FromAsCasing:2', 'ConsistentInstructionCasing:3'],
    ],
    ['# check=error=false\n', ['FromAsCasing:2', 'ConsistentInstructionCasing:3']],
    ['# comment\n# check=skip=all\n', ['ConsistentInstructionCasing:4']],
    ['# check=skip=all\u0085\n', []],
    ['#\tcheck\f= skip=FromAsCasing\u2003\n', ['ConsistentInstructionCasing:3']],
    ['#\u00a0check=skip=all\n\n#\n', ['FromAsCasing:4', 'ConsistentInstructionCasing:5']],
    ['# check\uFEFF=skip=all\n', ['FromAsCasing:2', 'ConsistentInstructionCasing:3']],
  ])('%j', (head, wanted) => {
    expect(found(head + BOTH)).toEqual(wanted);
  });

  test('turns experimental checks on, which skipping leaves alone', () => {
    const text = '# about it\nARG A\nFROM a\n';
    expect(found(`\n${text}`)).toEqual([]);
    for (const names of ['all', 'InvalidDefinitionDescription'])
      expect(found(`# check=skip=all;experimental=${names}\n\n${text}`)).toEqual([
        'InvalidDefinitionDescription:4',
      ]);
  });

  test('turns experimental checks on for one instruction by the comment above it', () => {
    const text = (names: string) =>
      `FROM a\n# about it\nARG A\n# check=experimental=${names}\n# about it\nARG B\n`;
    for (const names of ['all', 'InvalidDefinitionDescription'])
      expect(found(text(names))).toEqual(['InvalidDefinitionDescription:6']);
    expect(found(text('CopyIgnoredFile'))).toEqual([]);
    expect(found(`# check=experimental=all\n${text('none')}`)).toHaveLength(2);
  });

  test('finds a description wherever BuildKit looks for it, behind blank lines too', () => {
    const described = (above: string) =>
      found(`# check=experimental=all\nFROM a\n${above}ARG A\n`).length;
    expect(described('# about it\n\n\n')).toBe(1);
    expect(described('# about it\n# A it is\n')).toBe(0);
    expect(described('# A it is\n# about it\n')).toBe(1);
    expect(described('# about it\n#\n')).toBe(0);
    expect(described('# about it\n #\n')).toBe(1);
    expect(described(' # A it is\n')).toBe(1);
    expect(described('# check=skip=all\n')).toBe(1);
  });
});

describe('a comment above an instruction', () => {
  test('counts for that one, whatever blank lines and comments stand between', () => {
    const text = (above: string) => `FROM a\n${above}ENV A b\nENV C d\n`;
    const second = (line: number) => [`LegacyKeyValueFormat:${line}`];
    expect(found(text('# check=skip=LegacyKeyValueFormat\n'))).toEqual(second(4));
    expect(found(text('# check=skip=LegacyKeyValueFormat // why\n# more\n'))).toEqual(second(5));
    expect(found(text('# check=skip=all\n'))).toEqual(second(4));
    expect(found(text('# check=skip=all\n\n'))).toEqual(second(5));
    expect(found(text('# check=skip=all\n#\n'))).toHaveLength(2);
    expect(found(text(' # check=skip=all\n'))).toHaveLength(2);
    expect(found(text('# check=skip=UndefinedVar\n'))).toHaveLength(2);
  });

  test('counts when it is the first of them, and can be read', () => {
    const text = (above: string) => `FROM a\n${above}ENV A b\n`;
    const other = '# check=skip=UndefinedVar\n';
    expect(found(text(`# check=skip=all\n${other}`))).toEqual([]);
    expect(found(text(`${other}# check=skip=all\n`))).toHaveLength(1);
    expect(found(text(`${other}#\n# check=skip=all\n`))).toEqual([]);
    expect(found(text('# check=skip=all;x\n'))).toHaveLength(1);
  });

  test('doesn’t count for checks of the whole file', () => {
    expect(found('FROM a\n# check=skip=all\ncopy a b\n')).toEqual([
      'ConsistentInstructionCasing:3',
    ]);
  });

  test('silences a repeated CMD from above the one that stays, where BuildKit finds it', () => {
    const skip = '# check=skip=MultipleInstructionsDisallowed\n';
    expect(found(`FROM a\nCMD ["a"]\n${skip}CMD ["b"]\n`)).toEqual([]);
    expect(found(`FROM a\n${skip}CMD ["a"]\nCMD ["b"]\n`)).toHaveLength(1);
  });
});
