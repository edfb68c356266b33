import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { CodeActionRequest, CompletionRequest, HoverRequest } from 'vscode-languageserver/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImagesRequest } from '../../src/util/imageRequest.ts';
import { IMAGES_CHANGED } from '../../src/util/imageRequest.ts';
import type { Doc } from './harness.ts';
import type { ImageClient } from './imageClient.ts';
import { createImageClient, NOTHING } from './imageClient.ts';

const digest = (pair: string) => `sha256:${pair.repeat(32)}`;

let client: ImageClient;
beforeEach(() => void (client = createImageClient()));
afterEach(() => client.session.close());

async function actions(doc: Doc, { range }: Pick<Diagnostic, 'range'>): Promise<CodeAction[]> {
  const params = { range, context: { diagnostics: [] } };
  const list = await doc.request(CodeActionRequest.type, params);
  return (list ?? []).filter((one): one is CodeAction => 'edit' in one || 'kind' in one);
}

/** What the first actions make of a text, by their titles. */
const results = (doc: Doc, list: readonly CodeAction[]) =>
  list.map(({ title, edit }) => [title, doc.apply(edit?.changes?.[doc.uri]).split('\n')[0]]);

describe('the platform of a base image', () => {
  const RULE = 'InvalidBaseImagePlatform';
  const words = async (text: string) => {
    const { doc, findings } = await client.found(text, RULE);
    return findings.map(({ range, message }) => [doc.text(range), message]);
  };

  it('is compared with the engine, and with what is written', async () => {
    client.local['arm:1'] = { platforms: ['linux/arm64/v8'] };
    client.local['amd:1'] = { platforms: ['linux/amd64'] };
    await client.start();
    expect(await words('FROM arm:1\nFROM amd:1')).toEqual([
      ['arm:1', 'arm:1 is for linux/arm64/v8, and linux/amd64 is wanted.'],
    ]);
    expect(await words('FROM --platform=linux/arm64 arm:1\nFROM --platform=arm64 amd:1')).toEqual([
      ['amd:1', 'amd:1 is for linux/amd64, and arm64 is wanted.'],
    ]);
  });

  it('takes the variables of the platform from the engine', async () => {
    client.builder = 'linux/arm64';
    client.local['arm:1'] = { platforms: ['linux/arm64'] };
    await client.start();
    const from = (platform: string) => `FROM --platform=${platform} arm:1`;
    expect(
      await words(
        ['$BUILDPLATFORM', '${TARGETPLATFORM}', 'linux/$TARGETARCH', 'linux'].map(from).join('\n'),
      ),
    ).toEqual([]);
    expect(await words('ARG TARGETPLATFORM=linux/amd64\nARG V=1\nFROM arm:$V')).toEqual([]);
  });

  it('is no matter where the engine or the registry has the one that is wanted', async () => {
    client.local['both:1'] = { platforms: ['linux/arm64', 'linux/amd64'] };
    client.local['more:1'] = { platforms: ['linux/arm64'] };
    client.remote['more:1'] = { platforms: ['linux/amd64', 'linux/arm64'] };
    await client.start();
    expect(await words('FROM both:1\nFROM more:1\nFROM none:1 AS a\nFROM a\nFROM scratch')).toEqual(
      [],
    );
    expect(client.asked.filter((one) => one.from === 'registries' && 'reference' in one)).toEqual([
      { from: 'registries', about: 'image', reference: 'more:1', aside: true },
      { from: 'registries', about: 'image', reference: 'end:1.0.0', aside: true },
    ]);
  });
});

describe('a tag that has moved on', () => {
  const RULE = 'stevedore/moved-tag';
  beforeEach(() => {
    client.local['app:1.2.3'] = { digest: digest('aa'), created: 1_700_000_000 };
    client.remote['app:1.2.3'] = { digest: digest('bb'), created: 1_710_000_000 };
  });

  it('is told with its dates, and can be pinned to either image', async () => {
    await client.start();
    const { doc, findings } = await client.found('FROM app:1.2.3 AS x', RULE);
    expect(findings.map(({ message }) => message)).toEqual([
      "app:1.2.3 has moved on since it was pulled (the registry's image was made on 2024-03-09, the engine's was made on 2023-11-14): a machine that pulls it anew builds on something else. Pull it, or pin it to a digest.",
    ]);
    const list = await actions(doc, findings[0]!);
    expect(results(doc, list).slice(0, 2)).toEqual([
      [
        'Pin to the image that the registry has now (sha256:bbbbbbbbbbbb…)',
        `FROM app:1.2.3@${digest('bb')} AS x`,
      ],
      [
        'Pin to the image that the engine has (sha256:aaaaaaaaaaaa…)',
        `FROM app:1.2.3@${digest('aa')} AS x`,
      ],
    ]);
  });

  it('stands beside what is said of a channel, and has no fix where a variable stands', async () => {
    client.local['node:lts'] = { digest: digest('aa') };
    client.remote['node:lts'] = { digest: digest('bb') };
    await client.start();
    const { doc, findings } = await client.found('ARG T=lts\nFROM node:$T', RULE);
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^node:lts names a channel/),
      expect.stringMatching(/^node:lts has moved on since it was pulled: /),
    ]);
    const titles = (await actions(doc, findings[0]!)).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('Pin'))).toEqual([]);
  });

  it('is no matter of what is the same, was built here, is pinned or unknown to its registry', async () => {
    client.local['same:1.0.0'] = { digest: digest('aa'), digests: [digest('bb')] };
    client.remote['same:1.0.0'] = { digest: digest('bb') };
    client.local['built:1.0.0'] = {};
    client.remote['built:1.0.0'] = { digest: digest('bb') };
    client.local['built:2.0.0'] = { digest: digest('cc') };
    client.remote['built:2.0.0'] = { digest: digest('bb') };
    client.gone.add(digest('cc'));
    client.local['own:1.0.0'] = { digest: digest('aa') };
    client.local['odd:1.0.0'] = { digest: digest('aa') };
    client.remote['odd:1.0.0'] = { digest: 'sha256:no\nRUN x' };
    const pinned = `app:1.2.3@${digest('aa')}`;
    await client.start();
    const text = [
      'same:1.0.0',
      'built:1.0.0',
      'built:2.0.0',
      'own:1.0.0',
      'odd:1.0.0',
      pinned,
      '$x',
      'A B',
    ];
    expect(
      (await client.found(text.map((one) => `FROM ${one}`).join('\n'), RULE)).findings,
    ).toEqual([]);
  });

  it('asks no registry when the setting says so, and nothing where the rule is off', async () => {
    await client.start({ settings: { completion: { registries: false } } });
    expect((await client.found('FROM app:1.2.3', RULE)).findings).toEqual([]);
    expect(client.asked.filter(({ from }) => from === 'registries')).toEqual([]);
    await client.session.configure({ lint: { rules: { 'stevedore/moved-tag': 'off' } } });
    expect((await client.found('FROM app:1.2.3', RULE)).findings).toEqual([]);
    expect(client.asked.filter(({ about }) => about === 'digest')).toEqual([]);
  });

  it('stays while one types elsewhere, and asks once', async () => {
    await client.start();
    const { doc } = await client.found('FROM app:1.2.3', RULE);
    const before = client.asked.filter(({ about }) => about === 'digest').length;
    expect(before).toBe(2);
    await doc.change('# more\nFROM app:1.2.3\nFROM end:1.0.0\n');
    const first = await doc.diagnostics();
    expect(first.map(({ code }) => code)).toContain(RULE);
    await expect.poll(() => client.session.published.at(-1)?.version).toBe(2);
    expect(client.asked.filter(({ about }) => about === 'digest')).toHaveLength(before);
  });
});

it('what has changed on the engine is checked anew', async () => {
  await client.start();
  const codes = (doc: Doc) => client.published(doc).map(({ code }) => code);
  const doc = await client.session.open('FROM app:1.2.3\n');
  await expect.poll(() => client.asked.filter(({ about }) => about === 'image').length).toBe(1);
  client.local['app:1.2.3'] = { platforms: ['linux/arm64'] };
  await client.session.connection.sendNotification(IMAGES_CHANGED);
  await expect.poll(() => codes(doc)).toContain('InvalidBaseImagePlatform');
  client.local['app:1.2.3'] = { platforms: ['linux/amd64'] };
  await client.session.connection.sendNotification(IMAGES_CHANGED);
  await expect.poll(() => codes(doc)).not.toContain('InvalidBaseImagePlatform');
});

describe('a client that knows nothing, is slow or fails', () => {
  it('is not asked when it does not answer', async () => {
    await client.start({ answers: [] });
    const doc = await client.session.open('FROM end:1.0.0\nRUN cd /x\n');
    expect((await doc.diagnostics()).map(({ code }) => code)).toContain('DL3003');
    // Longer than the pause after which it would have been asked.
    await new Promise((done) => void setTimeout(done, 100));
    expect(client.asked).toEqual([]);
  });

  it('holds up nothing, and what comes too late is dropped and cancelled', async () => {
    await client.start();
    let cancelled = 0;
    client.answer = (_request, token) =>
      new Promise((done) => {
        token.onCancellationRequested(() => {
          cancelled++;
          done(NOTHING);
        });
      });
    const doc = await client.session.open('FROM debian\nCOPY nowhere /x\n');
    expect((await doc.diagnostics()).map(({ code }) => code)).toContain('DL3006');
    await expect.poll(() => client.asked.length).toBe(1);
    client.answer = client.known;
    await doc.change('FROM end:1.0.0\n');
    await expect
      .poll(() => client.published(doc).map(({ code }) => code))
      .toContain('InvalidBaseImagePlatform');
    await doc.shut();
    expect(cancelled).toBe(1);
  });

  it('shows no message when all fails, and completion and hover go on', async () => {
    await client.start();
    client.answer = () => Promise.reject(new Error('the engine is gone'));
    const doc = await client.session.open('FROM debian:12 AS a\nFROM debian\nFROM a\n');
    await expect.poll(() => client.session.logs.join('\n')).toContain('the engine is gone');
    const items = await doc.at(CompletionRequest.type, 'debian:12');
    expect(JSON.stringify(items)).toContain('scratch');
    const hover = JSON.stringify(await doc.at(HoverRequest.type, 'debian:12'));
    expect(hover).toContain('debian:12');
    expect(hover).not.toContain('Not on the engine');
    const untagged = client.published(doc).find(({ code }) => code === 'DL3006');
    expect((await actions(doc, untagged!)).map(({ title }) => title)).toContain(
      'Ignore DL3006 here',
    );
    expect(client.shown).toEqual([]);
    expect(client.published(doc).map(({ code }) => code)).not.toContain('InvalidBaseImagePlatform');
  });
});

describe('hover', () => {
  it.each([
    ['an engine is at hand', (one: ImagesRequest) => client.known(one), true],
    ['none is', (one: ImagesRequest) => Promise.resolve(one.from === 'engine' && NOTHING), false],
  ])('says that an image is not on the engine: %s', async (_, answers, expected) => {
    await client.start();
    client.answer = answers;
    const doc = await client.session.open('FROM debian:12\n');
    const text = JSON.stringify(await doc.at(HoverRequest.type, 'debian:12'));
    expect(text).toContain('debian:12');
    expect(text.includes('Not on the engine.')).toBe(expected);
  });
});

describe('an image without a version', () => {
  const offers = async (text: string, rule: string) => {
    const doc = await client.session.open(text);
    const one = (await doc.diagnostics()).find(({ code }) => code === rule);
    const list = await actions(doc, one!);
    return results(
      doc,
      list.filter(({ title }) => title.startsWith('Use ')),
    );
  };

  it.each(['FROM debian', 'FROM debian:latest'])('%s may have the newest tags', async (text) => {
    client.tags = [
      'latest',
      '20250101',
      '12.10-slim',
      '12.9',
      '12.10',
      '12',
      '13-rc1',
      'bookworm',
    ].map((name) => ({ name }));
    await client.start();
    expect(await offers(`${text}\n`, text.includes(':') ? 'DL3007' : 'DL3006')).toEqual([
      ['Use debian:12.10', 'FROM debian:12.10'],
      ['Use debian:12', 'FROM debian:12'],
      ['Use debian:12.9', 'FROM debian:12.9'],
    ]);
  });

  it('may have the version and the digest that is the latest now', async () => {
    const [old, now] = [digest('0a'), digest('0b')];
    client.tags = [
      { name: '4.0.0', digest: old },
      { name: 'latest', digest: now },
      { name: '3.21', digest: now },
      { name: '3.21.2', digest: now },
    ];
    await client.start();
    expect(await offers('FROM host.test:5000/a/b AS x\n', 'DL3006')).toEqual([
      ['Use host.test:5000/a/b:3.21.2', 'FROM host.test:5000/a/b:3.21.2 AS x'],
      ['Use host.test:5000/a/b:3.21', 'FROM host.test:5000/a/b:3.21 AS x'],
      ['Use host.test:5000/a/b@sha256:0b0b0b0b0b0b…', `FROM host.test:5000/a/b@${now} AS x`],
    ]);
  });

  it('stays as it is where nothing fits, a quote stands, or nobody may be asked', async () => {
    client.tags = [{ name: 'latest', digest: 'x y' }, { name: '1 RUN' }, { name: 'edge' }];
    await client.start();
    expect(await offers('FROM debian\n', 'DL3006')).toEqual([]);
    client.tags = [{ name: '1.0' }];
    expect(await offers('FROM "ubuntu"\n', 'DL3006')).toEqual([]);
    await client.session.configure({ completion: { registries: false } });
    expect(await offers('FROM ubuntu\n', 'DL3006')).toEqual([]);
    expect(
      client.asked.filter(({ from, about }) => from === 'registries' && about === 'tags'),
    ).toEqual([{ from: 'registries', about: 'tags', repository: 'debian' }]);
  });

  it('waits for a short time only', async () => {
    await client.start();
    client.answer = (request) =>
      request.about === 'tags' ? new Promise(() => {}) : client.known(request);
    expect(await offers('FROM debian\n', 'DL3006')).toEqual([]);
  });
});
