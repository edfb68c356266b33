import { describe, expect, test } from 'vitest';
import { lint } from '../../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { BUILDKIT_RULES } from '../../../../src/lsp/server/rules/buildkit/rules.ts';
import { ERROR_RULES } from '../../../../src/lsp/server/rules/errors/rules.ts';
import { optionsOf } from '../support/options.ts';

const RULES = [...ERROR_RULES, ...BUILDKIT_RULES];

/** `check:line` of what BuildKit's checks find in a text that BuildKit refuses or not. */
function checks(text: string): string[] {
  const config = {
    options: optionsOf(undefined),
    levelOf: (rule: (typeof RULES)[number]) => (rule.off ? undefined : rule.severity),
  };
  return lint(createDockerfile(parse(text)), RULES, config, (_, error) => {
    throw error;
  })
    .filter(({ rule }) => !rule.startsWith('build-error/'))
    .map(
      ({ rule, span, reportedAt = span.start }) =>
        `${rule}:${text.slice(0, reportedAt).split('\n').length}`,
    );
}

const FIRST = 'FROM a as B\nMAINTAINER c\nWORKDIR d\n';

describe('checks before an error are made, those behind it aren’t', () => {
  test.each([
    [
      'none',
      '',
      ['FromAsCasing:1', 'StageNameCasing:1', 'MaintainerDeprecated:2', 'WorkdirRelativePath:3'],
    ],
    ['a text that can’t be read', 'RUN <<EOF\n', []],
    [
      'an unknown instruction',
      'RUNN\nFROM a as c\n',
      ['FromAsCasing:1', 'StageNameCasing:1', 'MaintainerDeprecated:2'],
    ],
    [
      'a broken FROM',
      'FROM a as -x as Y\n',
      ['FromAsCasing:1', 'StageNameCasing:1', 'MaintainerDeprecated:2', 'FromAsCasing:4'],
    ],
    [
      'a circle',
      'copy --from=b x y\n',
      [
        'FromAsCasing:1',
        'StageNameCasing:1',
        'MaintainerDeprecated:2',
        'ConsistentInstructionCasing:4',
      ],
    ],
    [
      'a broken variable',
      'LABEL a b ${\nCMD e\n',
      ['FromAsCasing:1', 'StageNameCasing:1', 'MaintainerDeprecated:2', 'WorkdirRelativePath:3'],
    ],
  ])('%s', (_, last, wanted) => {
    expect(checks(FIRST + last)).toEqual(wanted);
  });

  test('words of FROM: the image, then the platform', () => {
    expect(checks('FROM --platform=$X $A\n')).toEqual([
      'InvalidDefaultArgInFrom:1',
      'UndefinedArgInFrom:1',
    ]);
    expect(checks('FROM --platform=$X a$A\n')).toEqual([
      'UndefinedArgInFrom:1',
      'UndefinedArgInFrom:1',
    ]);
  });

  test('words of one instruction up to the broken one', () => {
    expect(checks('FROM a\nCOPY $X ${Y $Z /\n')).toEqual(['UndefinedVar:2']);
    expect(checks('FROM a\nEXPOSE 80/TCP 99999 81/TCP\n')).toEqual(['ExposeProtoCasing:2']);
  });
});
