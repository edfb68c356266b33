import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureShellcheck, INSTALL_LIMIT_MS } from '../../../scripts/lib/shellcheck.ts';
import { createDockerfile } from '../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../src/lsp/server/parser/parse.ts';
import type { Finding } from '../../../src/lsp/server/rules/rule.ts';
import { placesOf } from '../../../src/lsp/server/shellcheck/places.ts';
import type { Shellcheck } from '../../../src/lsp/server/shellcheck/shellcheck.ts';
import { createShellcheck, MOST_RUNS } from '../../../src/lsp/server/shellcheck/shellcheck.ts';
import { corpusRows, HAS_CORPUS } from './corpus/corpus.ts';
import { applied } from './support/examples.ts';

const shellcheck: Shellcheck = createShellcheck('shellcheck');

beforeAll(ensureShellcheck, INSTALL_LIMIT_MS);

type Named = Finding & { readonly id: string; readonly words: string };

async function check(text: string, by: Shellcheck = shellcheck): Promise<Named[]> {
  const late = await by.check(createDockerfile(parse(text)));
  return [...late]
    .flatMap(([{ id }, findings]) =>
      findings.map((finding) => ({
        ...finding,
        id,
        words: text.slice(finding.span.start, finding.span.end),
      })),
    )
    .toSorted((a, b) => a.span.start - b.span.start);
}

const ids = (found: readonly Named[]) => found.map(({ id }) => id);

describe('ShellCheck', () => {
  it('finds words behind continued lines, comments and letters beyond the basic plane', async () => {
    const found = await check('FROM a\nRUN echo 😀 \\\n  # why\n  && \techo $b \\\n  && cd /x\n');
    expect(found.map(({ id, words }) => `${id} ${words}`)).toEqual([
      'SC2154 $b',
      'SC2086 $b',
      'SC2164 cd /x',
    ]);
  });

  it('finds words in a heredoc that is a script, and in one that a command reads', async () => {
    const script = await check('FROM a\nRUN <<EOF\r\nset -e\r\necho $b\r\nEOF\r\n');
    expect(script.map(({ id, words }) => `${id} ${words}`)).toEqual(['SC2154 $b', 'SC2086 $b']);
    const read = await check('FROM a\nRUN cat <<EOF >/x && echo $c\nfoo ${b}\nEOF\n');
    expect(read.map(({ id, words }) => `${id} ${words}`)).toEqual([
      'SC2154 $c',
      'SC2086 $c',
      'SC2154 ${b}',
    ]);
  });

  it('knows what ARG and ENV define, in the stages where they do', async () => {
    expect(await check('FROM a\nARG b\nENV c=1 d=2\nRUN echo "$b$c$d$http_proxy"\n')).toEqual([]);
    expect(await check('ENV c=1\nRUN echo "$c"\n')).toEqual([]);
    expect(await check('FROM a AS x\nENV c=1\nFROM x\nRUN echo "$c"\n')).toEqual([]);
    const onbuild = 'FROM a\nARG b\nENV c=1\nONBUILD ARG d\nONBUILD RUN echo "$b$c$d"\n';
    expect((await check(onbuild)).map(({ words }) => words)).toEqual(['$b']);
    expect(ids(await check('FROM a\nENV c=1\nFROM b\nRUN echo "$c"\n'))).toEqual(['SC2154']);
  });

  it('speaks the dialect of the shell in effect, and leaves others alone', async () => {
    const body = 'RUN echo "$RANDOM"\n';
    expect(ids(await check(`FROM a\n${body}`))).toEqual(['SC3028']);
    expect(await check(`FROM a\nSHELL ["/bin/bash", "-c"]\n${body}`)).toEqual([]);
    expect(await check(`# hadolint shell=bash\nFROM a\n${body}`)).toEqual([]);
    expect(await check('FROM a\nRUN bash <<EOF\necho "$RANDOM"\nEOF\n')).toEqual([]);
    expect(await check('FROM a\nRUN <<EOF\n#!/bin/bash\necho "$RANDOM"\nEOF\n')).toEqual([]);
    for (const shell of ['zsh', 'pwsh', 'powershell.exe', 'cmd'])
      expect(await check(`FROM a\nSHELL ["${shell}"]\nRUN echo $b\n`)).toEqual([]);
    expect(await check('FROM a\nRUN ["echo", "$b"]\n')).toEqual([]);
    expect(await check('FROM a\nSHELL ["/bin/ash", "-c"]\nRUN . /x\n')).toEqual([]);
  });

  it('fixes what it finds where that is, on either side of a continued line', async () => {
    const text = 'FROM a\nRUN ls ${b}\\\n $c\\\n/d\n';
    const fixes = (await check(text)).flatMap(({ fixes: some = [] }) => some);
    expect(fixes.map((fix) => applied(text, fix))).toEqual([
      'FROM a\nRUN ls "${b}"\\\n $c\\\n/d\n',
      'FROM a\nRUN ls ${b}\\\n "$c"\\\n/d\n',
    ]);
  });

  it('finds nothing where PATH has no such program, and says why one fails, or that a named one is not there', async () => {
    expect(await check('RUN echo $b\n', createShellcheck('no-such-shellcheck'))).toEqual([]);
    await expect(
      check('RUN echo $b\n', createShellcheck('/nonexistent/shellcheck')),
    ).rejects.toThrow(/^\/nonexistent\/shellcheck cannot be run: .*ENOENT/);
    for (const program of ['false', 'cat'])
      await expect(check('RUN echo $b\n', createShellcheck(program))).rejects.toThrow(
        new RegExp(`${program} failed \\(1\\): `),
      );
  });

  it('starts the program for the first RUNs only where there are very many', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-shellcheck-'));
    try {
      const program = join(folder, 'fake');
      const finding =
        '{"line":2,"column":1,"endLine":2,"endColumn":2,"level":"info","code":1000,"message":"m","fix":null}';
      await writeFile(
        program,
        `#!/bin/sh\ncat >/dev/null\necho >>"$0.runs"\necho '{"comments":[${finding}]}'\n`,
        { mode: 0o755 },
      );
      const runs = Array.from({ length: MOST_RUNS + 50 }, (_, index) => `RUN echo ${index}\n`);
      const again = 'RUN echo 0\n';
      const text = `FROM a\n${runs.join('')}${again}`;
      let leftOut = 0;
      const late = await createShellcheck(program).check(
        createDockerfile(parse(text)),
        undefined,
        (count) => (leftOut = count),
      );
      expect((await readFile(`${program}.runs`, 'utf8')).length).toBe(MOST_RUNS);
      const starts = [...late.values()].flat().map(({ span }) => span.start);
      expect(starts).toHaveLength(MOST_RUNS + 1);
      expect(starts.at(-1)).toBe(text.length - again.length + 'RUN '.length);
      expect(leftOut).toBe(50);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);

  it('is cancelled, and checks what it has checked before at once', async () => {
    const file = createDockerfile(parse('FROM a\nRUN echo $b\n'));
    await expect(createShellcheck('shellcheck').check(file, AbortSignal.abort())).rejects.toThrow(
      /abort/i,
    );
    const one = createShellcheck('shellcheck');
    const first = await one.check(file);
    expect(first.size).toBeGreaterThan(0);
    const again = await one.check(file, AbortSignal.abort());
    expect([...again.values()]).toEqual([...first.values()]);
  });
});

describe('ShellCheck’s places', () => {
  it('are counted in characters, and stay in the text', () => {
    const placeOf = placesOf('a😀b\nc');
    expect([placeOf(1, 1), placeOf(1, 3), placeOf(1, 9), placeOf(2, 1), placeOf(9, 1)]).toEqual([
      0, 3, 4, 5, 6,
    ]);
  });
});

interface Row {
  readonly id: string;
  readonly rule: string;
  readonly dockerfile: string;
  readonly dockerfile_onbuild?: string;
  readonly onbuild: boolean;
  readonly expect: boolean;
}

if (!HAS_CORPUS) console.log('No ../shared/corpus here: ShellCheck is not tried on it.');

describe.skipIf(!HAS_CORPUS)('hadolint’s assertions about ShellCheck', () => {
  it('all hold', async () => {
    const rows = HAS_CORPUS ? corpusRows<Row>('hadolint.json') : [];
    const wrong: string[] = [];
    for (const row of rows.filter(({ rule }) => rule === 'SC*')) {
      const text = row.onbuild ? (row.dockerfile_onbuild ?? row.dockerfile) : row.dockerfile;
      if ((await check(text)).length > 0 !== row.expect) wrong.push(row.id);
    }
    expect(wrong).toEqual([]);
  });
});
