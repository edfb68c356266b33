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

  test('words of FROM: the stage’s name after both', () => {
    expect(checks('FROM --platform=linux a$A AS b.\n')).toEqual([
      'FromPlatformFlagConstDisallowed:1',
      'UndefinedArgInFrom:1',
    ]);
    expect(checks('FROM --platform=$TARGETPLATFORM a AS b..c\n')).toEqual([
      'RedundantTargetPlatform:1',
    ]);
    expect(checks('FROM --platform=$X a AS b.\n')).toEqual(['UndefinedArgInFrom:1']);
  });

  test('a path of white space, which is refused as the text is parsed', () => {
    for (const paths of ['["\u0085"]', '["\\u00a0"]', 'a \u0085 b'])
      expect(checks(`FROM a\nWORKDIR b\nVOLUME ${paths}\n`)).toEqual([]);
    expect(checks('FROM a\nWORKDIR b\nVOLUME ""\n')).toEqual(['WorkdirRelativePath:2']);
  });

  test('a pair without = in a trigger, read with the file or only when a stage runs it', () => {
    const text = '# escape=`\nFROM a As b\nONBUILD ENV A=` }\nFROM b\n';
    expect(checks(text)).toEqual(['FromAsCasing:2']);
    expect(checks(text.replace('` }', '\\ }'))).toEqual([]);
  });

  test('a command of nothing, which is refused when all has been checked', () => {
    expect(checks('FROM a\nRUN []\nWORKDIR b\n')).toEqual(['WorkdirRelativePath:3']);
  });

  test('quotes in a mount’s value, which are read as the stages run', () => {
    expect(checks('FROM a\nRUN --mount=="\'\nFROM b As c\n')).toEqual(['FromAsCasing:3']);
  });

  test('words of one instruction up to the broken one', () => {
    expect(checks('FROM a\nCOPY $X ${Y $Z /\n')).toEqual(['UndefinedVar:2']);
    expect(checks('FROM a\nRUN --mount=target=/x,a=$X,source=$Y ls\n')).toEqual(['UndefinedVar:2']);
    expect(checks('FROM a\nCOPY x$X y${Y /\n')).toEqual(['UndefinedVar:2']);
  });

  test('names in a word up to where it can’t be read on', () => {
    for (const line of [
      'WORKDIR "$X',
      'COPY a "b${X}c',
      'ENV A="b" B="$X',
      'ARG A="$X',
      'COPY a $X${Y:?z}',
      'WORKDIR ${A:-$X${C}',
    ])
      expect(checks(`FROM a\n${line}\n`).filter((one) => one === 'UndefinedVar:2')).not.toEqual([]);
    expect(checks('FROM a\nCOPY "$X $Y /\n')).toEqual(['UndefinedVar:2']);
  });

  test('ports in the order of their texts', () => {
    const once = ['ExposeProtoCasing:2'];
    expect(checks('FROM a\nEXPOSE 80/TCP 99999 81/TCP\n')).toEqual([...once, ...once]);
    expect(checks('FROM a\nEXPOSE 99999 80/TCP\n')).toEqual(once);
    expect(checks('FROM a\nEXPOSE 80/TCP 11111111 81/TCP\n')).toEqual([]);
  });

  test('of a port with three colons that it has an address, which isn’t one', () => {
    expect(checks('FROM a\nEXPOSE :::80\n')).toEqual(['ExposeInvalidFormat:2']);
    expect(checks('FROM a\nEXPOSE ::80\n')).toEqual([]);
  });

  test.each([
    'COPY --chmod=999 $X /y',
    'COPY https://a.b/c $X /y',
    'ADD --checksum=x a $X',
    'ADD https://a/b.git?foo=1 $X',
    'COPY github.com/a?foo=1 $X',
    'STOPSIGNAL $X',
    'RUN --mount=type=cache,target=$X ls',
    'RUN --device=a/b=c --mount=type=cache,target=/x$X ls',
    'RUN --mount=type=secret,source=a,id=a,target=$X ls',
    'COPY --from=later $X /y',
  ])('all variables, when what they make is refused: %s', (line) => {
    expect(checks(`FROM a\n${line}\nFROM a AS later\n`)).toEqual(['UndefinedVar:2']);
  });

  test('all that is said as the text is parsed, when it has no stage', () => {
    const text = '# check=experimental=all\n# x\nARG A\n# x\nARG B\n';
    expect(checks(text)).toEqual([
      'InvalidDefinitionDescription:3',
      'InvalidDefinitionDescription:5',
    ]);
  });

  test('what the triggers say before the one that is refused, of a base that a variable names', () => {
    const text =
      'ARG BASE=b\nFROM a AS b\nONBUILD CMD c\nONBUILD STOPSIGNAL $X\nFROM ${BASE}\nWORKDIR d\n';
    expect(checks(text)).toEqual(['JSONArgsRecommended:5', 'UndefinedVar:5']);
    // A stage that the last one doesn't need runs none.
    const unused = text.replace('FROM ${BASE}\n', 'FROM b\nFROM b\n');
    expect(checks(unused)).toEqual(['JSONArgsRecommended:6', 'UndefinedVar:6']);
  });

  test('none, when the frontend that is to read the text has no valid name', () => {
    expect(checks('# syntax=B\nFROM a as B\n')).toEqual([]);
  });

  test('each variable of a list', () => {
    expect(checks('FROM a\nVOLUME $X $Y\n')).toEqual(['UndefinedVar:2', 'UndefinedVar:2']);
  });

  test.each([
    'VOLUME [""]',
    'COPY --chown="a b c',
    'FROM --platform="linux a',
    'VOLUME ["\\t "]',
    'RUN --mount= ls',
    'RUN --mount=a,b\\"c ls',
  ])('none that are made as the stages run, when a value is refused as it stands: %s', (line) => {
    expect(checks(`FROM a AS B\nENV a b\n${line}\n`)).toEqual(['StageNameCasing:1']);
  });

  test('none that are made as the stages run, when stages take files from each other', () => {
    const text = 'FROM a AS B\nENV a b\nCOPY --from=c x y\nFROM a AS c\nCOPY --from=b x y\n';
    expect(checks(text)).toEqual(['StageNameCasing:1']);
  });

  test('triggers, which are parsed when a stage is to run them', () => {
    const after = ' x\nFROM b\nLABEL a b\n';
    const surveyed = ['StageNameCasing:1', 'ConsistentInstructionCasing:2'];
    expect(checks(`FROM a AS B\nenv a=b\nONBUILD COPY${after}`).sort()).toEqual(
      surveyed.toSorted(),
    );
    // That stage comes behind the one that they stand in.
    expect(
      checks('FROM a AS b\nONBUILD ENV a b\nONBUILD LABEL x=${\nCMD x\nFROM b\nCMD x\n'),
    ).toEqual(['LegacyKeyValueFormat:5', 'JSONArgsRecommended:4']);
  });
});
