import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureShellcheck, INSTALL_LIMIT_MS } from '../../scripts/lib/shellcheck.ts';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => {
  await ensureShellcheck();
  session = await connect({ settings: {} });
}, INSTALL_LIMIT_MS);
afterAll(() => session.close());

const published = (uri: string) => session.published.filter((params) => params.uri === uri);
const latest = (uri: string) =>
  published(uri)
    .at(-1)
    ?.diagnostics.map(({ code }) => code);

it('what ShellCheck finds follows what the rules find', async () => {
  const doc = await session.open('FROM scratch\nMAINTAINER me\nRUN echo $nothing\n');
  await expect.poll(() => latest(doc.uri)).toContain('SC2154');
  expect(published(doc.uri)[0]?.diagnostics.map(({ code }) => code)).toEqual([
    'MaintainerDeprecated',
  ]);
  const found = published(doc.uri)
    .at(-1)
    ?.diagnostics.find(({ code }) => code === 'SC2154');
  expect(found).toMatchObject({
    range: { start: { line: 2, character: 9 }, end: { line: 2, character: 17 } },
    codeDescription: { href: 'https://www.shellcheck.net/wiki/SC2154' },
  });
});

it('it stays where its instruction goes, and goes when it is mended', async () => {
  const doc = await session.open('FROM scratch\nRUN echo $nothing\n');
  await expect.poll(() => latest(doc.uri)).toContain('SC2154');
  await doc.change('FROM scratch\nUSER 1\nRUN echo $nothing\n');
  // With the first answer, before ShellCheck has been asked again.
  expect((await doc.diagnostics()).map(({ code }) => code)).toContain('SC2154');
  await doc.change('FROM scratch\nUSER 1\nRUN echo nothing\n');
  expect((await doc.diagnostics()).map(({ code }) => code)).not.toContain('SC2154');
});

it('comments and settings silence it', async () => {
  const doc = await session.open(
    'FROM scratch\n# hadolint ignore=SC2154\nRUN echo $nothing\nRUN echo $more\n',
  );
  await expect
    .poll(() =>
      published(doc.uri)
        .at(-1)
        ?.diagnostics.filter(({ code }) => code === 'SC2154'),
    )
    .toMatchObject([{ range: { start: { line: 3 } } }]);
  await session.configure({ lint: { rules: { SC2154: 'off' } } });
  await expect.poll(() => latest(doc.uri)).not.toContain('SC2154');
});
