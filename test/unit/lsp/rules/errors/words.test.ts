import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../../../src/lsp/server/lint/fixes.ts';
import { createDockerfile } from '../../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../../src/lsp/server/parser/parse.ts';
import { extraArgument } from '../../../../../src/lsp/server/rules/errors/extraArgument.ts';
import { invalidImage } from '../../../../../src/lsp/server/rules/errors/invalidImage.ts';
import { invalidPort } from '../../../../../src/lsp/server/rules/errors/invalidPort.ts';
import { missingEquals } from '../../../../../src/lsp/server/rules/errors/missingEquals.ts';
import { ERROR_RULES } from '../../../../../src/lsp/server/rules/errors/rules.ts';
import { unknownMountKey } from '../../../../../src/lsp/server/rules/errors/unknownMountKey.ts';
import { unterminatedHeredoc } from '../../../../../src/lsp/server/rules/errors/unterminatedHeredoc.ts';
import { optionsOf } from '../../support/options.ts';

const options = optionsOf(undefined);

const stage = (...lines: readonly string[]) => ['FROM alpine:3', ...lines, ''].join('\n');

describe('an image that variables without a value spoil', () => {
  const GIVE = 'An ARG with a default before the first FROM gives one.';
  it.each([
    ['ARG V\nFROM a:$V', `This names no image, as V has no value here. ${GIVE}`],
    ['ARG A B\nFROM $A/b:${B}-c', `This names no image, as A, B have no value here. ${GIVE}`],
    ['ARG A\nFROM a@sha256:$A', `This names no image, as A has no value here. ${GIVE}`],
    ['ARG A\nFROM a@$A', `This names no image, as A has no value here. ${GIVE}`],
    ['ARG A=\nFROM a:${A:-$B}', `This names no image, as A, B have no value here. ${GIVE}`],
    // These would be none with a value, either.
    ['ARG A\nFROM ${A}Alpine', 'The name of an image is lower case. (Alpine)'],
    ['ARG A\nARG B=a:\nFROM $A$B', /^This is not a tag/],
    ['FROM a:-', /^This is not a tag/],
  ])('%j', (text, message) => {
    const found = [...invalidImage.check(createDockerfile(parse(text)), options)];
    expect(found).toHaveLength(1);
    if (typeof message === 'string') expect(found[0]?.message).toBe(message);
    else expect(found[0]?.message).toMatch(message);
  });
});

it.each([
  [
    '--start-period=$DELAY',
    'Variables aren’t replaced here: write a time, as 30s, 1m30s or 500ms.',
  ],
  ['--timeout=${T:-3s}', 'Variables aren’t replaced here: write a time, as 30s, 1m30s or 500ms.'],
  ['--interval=30 --retries=$N', 'Variables aren’t replaced here: write a whole number from 0 on.'],
  ['--interval=3x', 'This is not a time; one looks like 30s, 1m30s or 500ms.'],
  ['--retries=-1', '--retries takes a whole number from 0 on.'],
])('says that HEALTHCHECK replaces no variables: %s', (flags, message) => {
  const file = createDockerfile(parse(stage(`HEALTHCHECK ${flags} CMD true`)));
  const found = ERROR_RULES.flatMap((rule) => [...rule.check(file, options)]);
  expect(found.map((one) => one.message)).toContain(message);
});

describe('a tag that blanks part from its image', () => {
  const found = (text: string) => [...extraArgument.check(createDockerfile(parse(text)), options)];
  it.each([
    ['FROM a : 1', 'FROM a:1'],
    ['FROM a :1', 'FROM a:1'],
    ['FROM a: 1', 'FROM a:1'],
    ['FROM a : $V AS b', 'FROM a:$V AS b'],
    [
      'FROM --platform=$BUILDPLATFORM a/b \\\n  :1 as c',
      'FROM --platform=$BUILDPLATFORM a/b:1 as c',
    ],
    [`FROM a @ sha256:${'0'.repeat(64)}`, `FROM a@sha256:${'0'.repeat(64)}`],
  ])('%j', (text, mended) => {
    const all = found(text);
    expect(all.map(({ message }) => message)).toEqual([
      'Blanks stand within the name of an image: write it as one word.',
    ]);
    expect(applyEdits(text, all[0]?.fixes?.[0]?.edits ?? [])).toBe(mended);
  });

  it.each(['FROM a : AS b', 'FROM a b', 'FROM a : 1 c', 'FROM a: 1 2'])('is none in %j', (text) => {
    expect(found(text).map(({ message }) => message)).not.toContain(
      'Blanks stand within the name of an image: write it as one word.',
    );
  });
});

it('knows keys that mounts of docker run have', () => {
  const text = stage('RUN --mount=type=tmpfs,target=/x,tmpfs-size=64M ls');
  const [found] = [...unknownMountKey.check(createDockerfile(parse(text)), options)];
  expect(found?.message).toBe('No mount has the key tmpfs-size. Did you mean size?');
  expect(applyEdits(text, found?.fixes?.[0]?.edits ?? [])).toBe(text.replace('tmpfs-', ''));
});

it('ends with a heredoc those before it that never end', () => {
  const text = stage('COPY <<A <<-B <<"C" /x/', '1', 'B');
  const found = unterminatedHeredoc.check(createDockerfile(parse(text)), options);
  const after = Array.from(found, ({ message, fixes }) => {
    const fix = fixes?.[0];
    const next = createDockerfile(parse(applyEdits(text, fix?.edits ?? [])));
    const left = Array.from(unterminatedHeredoc.check(next, options)).length;
    return { message, title: fix?.title, left };
  });
  expect(after).toEqual([
    { message: 'The heredoc never ends: no line is just A.', title: 'Add A at the end', left: 2 },
    {
      message: 'The heredoc never ends, for that of A before it doesn’t.',
      title: 'Add A and B at the end',
      left: 1,
    },
    {
      message: 'The heredoc never ends, for that of A before it doesn’t.',
      title: 'Add A, B and C at the end',
      left: 0,
    },
  ]);
});

it('offers one fix for many heredocs that never end, not one for each that repeats those before', () => {
  const names = Array.from({ length: 200 }, (_, index) => `E${index}`);
  const text = stage(`COPY ${names.map((name) => `<<${name}`).join(' ')} /x/`);
  const found = [...unterminatedHeredoc.check(createDockerfile(parse(text)), options)];
  expect(found).toHaveLength(200);
  expect(JSON.stringify(found.map(({ fixes = [] }) => fixes)).length).toBeLessThan(3000);
  const [fix, ...others] = found.flatMap(({ fixes = [] }) => fixes);
  expect(others).toEqual([]);
  expect(fix?.title).toBe('Add the ends of all 200 heredocs');
  const next = createDockerfile(parse(applyEdits(text, fix?.edits ?? [])));
  expect(Array.from(unterminatedHeredoc.check(next, options))).toEqual([]);
});

describe('a line of ENV or LABEL that begins as an instruction does', () => {
  it.each([
    ['ENV A=1 \\\nENV B=2', 'This ENV is part of the ENV above, because', 'ENV A=1\nENV B=2'],
    [
      'LABEL a=b \\\nRUN make',
      'This RUN is part of the LABEL above, because',
      'LABEL a=b\nRUN make',
    ],
    ['ENV A=1 \\\n  B=2 \\\n\nCOPY a b', 'This COPY is part of', 'ENV A=1 \\\n  B=2\n\nCOPY a b'],
  ])('ends what is above it in %j', (lines, message, parted) => {
    const text = stage(lines);
    const [finding, ...more] = missingEquals.check(createDockerfile(parse(text)), options);
    expect(more).toEqual([]);
    expect(finding?.message).toContain(message);
    expect((finding?.fixes ?? []).map(({ edits }) => applyEdits(text, edits))).toEqual([
      stage(parted),
    ]);
  });

  it.each(['ENV A=1 \\\n  ENV B=2', 'ENV A=1 COPY b', 'ENV A=1 \\\nENV'])(
    'is none in %j',
    (lines) => {
      const [finding] = missingEquals.check(createDockerfile(parse(stage(lines))), options);
      expect(finding?.message).toContain('has no =.');
    },
  );
});

describe('a line of EXPOSE or STOPSIGNAL that begins as an instruction does', () => {
  it.each([
    ['EXPOSE 80 \\\nCMD ["a", "b"]', 'This CMD is part of the EXPOSE', 'EXPOSE 80\nCMD ["a", "b"]'],
    ['STOPSIGNAL INT \\\nRUN a b', 'This RUN is part of the STOPSIGNAL', 'STOPSIGNAL INT\nRUN a b'],
  ])('is all that is said of %j', (lines, message, parted) => {
    const text = stage(lines);
    const file = createDockerfile(parse(text));
    const found = ERROR_RULES.flatMap((rule) => [...rule.check(file, options)]);
    expect(found.map((one) => one.message)).toEqual([expect.stringContaining(message)]);
    expect((found[0]?.fixes ?? []).map(({ edits }) => applyEdits(text, edits))).toEqual([
      stage(parted),
    ]);
  });

  it('leaves the ports before it as they are', () => {
    const file = createDockerfile(parse(stage('EXPOSE http \\\n80 \\\nUSER a')));
    const messages = [...invalidPort.check(file, options)].map((one) => one.message);
    expect(messages).toEqual([
      expect.stringContaining('This is not a port'),
      expect.stringContaining('This USER is part of'),
    ]);
  });
});
