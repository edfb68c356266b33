import { describe, expect, test } from 'vitest';
import { createDockerfile } from '../../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../../src/lsp/server/parser/parse.ts';
import { BUILDKIT_RULES } from '../../../../../src/lsp/server/rules/buildkit/rules.ts';
import { contextOf } from '../../support/context.ts';
import { findings } from '../../support/examples.ts';

/** Line and words of each finding of a rule. */
async function found(id: string, text: string): Promise<string[]> {
  const rule = BUILDKIT_RULES.find((one) => one.id === id);
  if (!rule) throw new Error(`There is no rule ${id}`);
  return (await findings(rule, text)).map(
    ({ span, reportedAt = span.start }) =>
      `${text.slice(0, reportedAt).split('\n').length} ${text.slice(span.start, span.end)}`,
  );
}

describe('FromAsCasing', () => {
  test('knows upper case letter by letter', async () => {
    expect(await found('FromAsCasing', 'FROM a AßS b\n')).toEqual([]);
    expect(await found('FromAsCasing', 'FROM a Aßs b\n')).toEqual(['1 Aßs']);
  });
});

describe('SecretsUsedInArgOrEnv', () => {
  test('takes the long s and the Kelvin sign for the letters that they are without case', async () => {
    const text = 'FROM a\nENV PA\u017F\u017FWORD=1 \u212Aey=2 a\u017F=3\n';
    expect(await found('SecretsUsedInArgOrEnv', text)).toEqual([
      '2 PA\u017F\u017FWORD',
      '2 \u212Aey',
    ]);
  });
});

describe('UndefinedVar', () => {
  test.each([
    ['each word once', 'COPY $A$A $A /', ['2 $A', '2 $A']],
    ['on the first line', 'ENV A=1 \\\n  B=${C}', ['2 ${C}']],
    ['ENV sees what was before it', 'ENV A=1 B=$A', ['2 $A']],
    ['ARG sees its own', 'ARG A B=$A$B', ['2 $B']],
    ['an ARG without default is known', 'ARG A\nENV B=$A', []],
    ['with a default too', 'ENV A=${B:-c}', ['2 ${B:-c}']],
    ['what the base image has', 'ENV PATH=/a:$PATH', []],
    ['platforms are declared first', 'LABEL a=$TARGETARCH', ['2 $TARGETARCH']],
    ['mounts', 'RUN --mount=type=cache,id=$A,target=/b echo $C', ['2 $A']],
    ['flags', 'COPY --chown=$A --chmod=$B . /', ['2 $A', '2 $B']],
    ['JSON', 'COPY ["$A", "/"]', ['2 $A']],
    ['heredocs', 'COPY <<E /a\n"$A" \\$B\nE', ['2 $A']],
    ['nor words that only look like one', 'COPY ["<<$A", "$B", "/a"]', ['2 $B']],
    ['whose text is not in the file', 'ADD <<$A "x', []],
    ['but not quoted ones', 'COPY <<"E" /a\n$A\nE', []],
    [
      'of a name that stands twice the last one',
      'COPY <<E <<-E /a\n$A\nE\n$B\nE',
      ['2 $B', '2 $B'],
    ],
    ['and each as its own word has it', "COPY <<E <<'E' /a\n$A\nE\n$B\nE", ['2 $B']],
    ['nor commands', 'RUN $A\nCMD $A\nENTRYPOINT $A\nHEALTHCHECK CMD $A', []],
    ['nor ports', 'EXPOSE 80$A', []],
    ['nor single quotes', "ENV A='$B' C=\\$D", []],
  ])('%s', async (_, text, wanted) => {
    expect(await found('UndefinedVar', `FROM a\n${text}\n`)).toEqual(wanted);
  });

  test('reaches into stages that start from another', async () => {
    expect(
      await found('UndefinedVar', 'FROM a AS b\nARG A\nENV B=1\nFROM b\nCOPY $A$B$C /\n'),
    ).toEqual(['5 $C']);
  });

  test('finds what a trigger lacks where it is run', async () => {
    const text = 'FROM a AS b\nONBUILD COPY $A /\nFROM b\n';
    expect(await found('UndefinedVar', text)).toEqual(['3 $A']);
    expect(await found('UndefinedVar', text.replace('FROM b', 'FROM c'))).toEqual([]);
  });
});

describe('JSONArgsRecommended', () => {
  test('not where SHELL is set, also in a stage below', async () => {
    const text = 'FROM a AS b\nSHELL ["x"]\nFROM b\nCMD c\nFROM a\nCMD c\n';
    expect(await found('JSONArgsRecommended', text)).toEqual(['6 c']);
  });
});

describe('WorkdirRelativePath', () => {
  test('the first one of a chain of stages', async () => {
    const text = 'FROM a AS b\nWORKDIR x\nWORKDIR y\nFROM b\nWORKDIR z\nFROM c\nWORKDIR $A/w\n';
    expect(await found('WorkdirRelativePath', text)).toEqual(['2 x']);
  });

  test('on Windows', async () => {
    const text = 'FROM --platform=windows/amd64 a\nWORKDIR C:/x\n';
    expect(await found('WorkdirRelativePath', text)).toEqual([]);
    expect(await found('WorkdirRelativePath', text.replace('C:/x', 'C:x'))).toEqual(['2 C:x']);
  });
});

describe('SecretsUsedInArgOrEnv', () => {
  test.each([
    ['API_KEY', true],
    ['key', true],
    ['MONKEY', false],
    ['PUBLIC_KEY', false],
    ['TOKEN_FILE', false],
    ['a_SECRET_b', true],
    ['KEYS', false],
  ])('%s: %s', async (name, secret) => {
    expect(await found('SecretsUsedInArgOrEnv', `FROM a\nENV ${name}=1\n`)).toHaveLength(
      secret ? 1 : 0,
    );
    expect(await found('SecretsUsedInArgOrEnv', `ARG ${name}\nFROM a\n`)).toEqual([]);
  });

  test('takes a name for what its variables make of it', async () => {
    const text = 'FROM a\nENV A=x\nENV $A_TOKEN=1 ${A}_TOKEN=2\n';
    expect(await found('SecretsUsedInArgOrEnv', text)).toEqual(['3 ${A}_TOKEN']);
  });
});

describe('FromPlatformFlagConstDisallowed', () => {
  test.each([
    ['FROM --platform=linux/amd64 a AS b', true],
    ['FROM --platform=linux/amd64 a AS b-amd64', false],
    ['FROM --platform=linux/arm64 a AS linux', false],
    ['FROM --platform=aarch64 a AS my-arm64', false],
    ['FROM --platform=$BUILDPLATFORM a', false],
    ['FROM --platform=linux/${TARGETARCH} a', false],
  ])('%s: %s', async (text, wrong) => {
    expect(await found('FromPlatformFlagConstDisallowed', text)).toHaveLength(wrong ? 1 : 0);
  });
});

describe('NoEmptyContinuation', () => {
  test.each([
    ['RUN a \\\n\n b', 4],
    ['RUN a \\\n # c\n b', undefined],
    ['RUN a \\\n\n\n b \\\n c\nRUN d', 6],
    ['RUN a \\\n\n\n', 4],
    ['RUN a \\\n', undefined],
    ['RUN a <<E \\\n\n b\n\nE', 4],
  ])('%j', async (text, line) => {
    const lines = (await found('NoEmptyContinuation', `FROM a\n${text}`)).map(parseFloat);
    expect(lines).toEqual(line === undefined ? [] : [line]);
  });
});

describe('CopyIgnoredFile', () => {
  test.each([
    ['app', 'COPY app app/ ./app other/../app/x /', 4],
    ['app', 'COPY /app ../app /', 0],
    ['/app/', 'COPY app /', 1],
    ['*', 'COPY /app ../app . / /', 4],
    ['?\n**', 'COPY . /', 1],
    ['a*', 'COPY . /', 0],
    ['**/app', 'COPY /app /', 1],
    ['*', 'ADD https://a/b git@a:b http://a/b.git /', 0],
    ['*', 'ADD a.b@c:d HTTP://a/b /', 2],
    ['*\n!app', 'COPY app /', 0],
    ['*', 'COPY --from=b app /', 0],
    ['*', 'COPY <<E /\nE', 0],
  ])('%j: %j', async (dockerignore, line, count) => {
    const rule = BUILDKIT_RULES.find(({ id }) => id === 'CopyIgnoredFile');
    const file = createDockerfile(parse(`FROM a\n${line}\n`));
    const context = await contextOf({ '.dockerignore': dockerignore });
    expect(await rule?.checkContext?.(file, context)).toHaveLength(count);
  });
});
