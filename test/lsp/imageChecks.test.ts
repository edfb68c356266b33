import type { CancellationToken, CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { CodeActionRequest, CompletionRequest, HoverRequest } from 'vscode-languageserver/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageFacts, ImagesAnswer, ImagesRequest } from '../../src/util/imageRequest.ts';
import { IMAGES, IMAGES_CHANGED } from '../../src/util/imageRequest.ts';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

const digest = (pair: string) => `sha256:${pair.repeat(32)}`;
const NOTHING: ImagesAnswer = { images: [], complete: true };

let session: Session;
let asked: ImagesRequest[];
/** Messages that would pop up. */
let shown: unknown[];
/** What engine and registry have, by reference. */
let local: Record<string, Omit<ImageFacts, 'name'>>;
let remote: Record<string, Omit<ImageFacts, 'name'>>;
/** Digests that the registry doesn't have. */
let gone: Set<string>;
let tags: readonly ImageFacts[];
let builder: string;
let answer: (request: ImagesRequest, token: CancellationToken) => Promise<unknown>;

async function known(request: ImagesRequest): Promise<ImagesAnswer> {
  const one = (name: string, facts: Omit<ImageFacts, 'name'> | undefined): ImagesAnswer =>
    facts ? { images: [{ name, ...facts }], complete: true } : NOTHING;
  switch (request.about) {
    case 'engine':
      return one('Docker Engine', { platforms: [builder] });
    case 'names':
      return NOTHING;
    case 'tags':
      return request.from === 'registries' ? { images: tags, complete: true } : NOTHING;
    case 'image':
    case 'variables':
    case 'digest': {
      const [name, wanted] = request.reference.split('@');
      if (wanted !== undefined)
        return one(`${name}`, gone.has(wanted) ? undefined : { digest: wanted });
      const facts = request.from === 'engine' ? local : remote;
      return one(request.reference, facts[request.reference]);
    }
  }
}

async function start(options: { answers?: string[]; settings?: unknown } = {}): Promise<void> {
  session = await connect({
    settings: options.settings,
    initializationOptions: { answers: options.answers ?? [IMAGES] },
  });
  session.connection.onRequest(IMAGES, (request: ImagesRequest, token: CancellationToken) => {
    asked.push(request);
    return answer(request, token);
  });
  for (const method of ['window/showMessage', 'window/showMessageRequest'])
    session.connection.onNotification(method, (params: unknown) => void shown.push(params));
}

beforeEach(() => {
  asked = [];
  shown = [];
  tags = [];
  gone = new Set();
  builder = 'linux/amd64';
  // An image that always breaks a rule, so that a test sees when images have been asked about.
  local = { 'end:1.0.0': { platforms: ['linux/s390x'] } };
  remote = {};
  answer = known;
});
afterEach(() => session.close());

const published = ({ uri, document }: Doc): readonly Diagnostic[] =>
  session.published.findLast((one) => one.uri === uri && one.version === document.version)
    ?.diagnostics ?? [];

/** The findings in a text once what images tell is among them: those of a rule, as the words they are at. */
async function found(text: string, rule: string): Promise<{ doc: Doc; findings: Diagnostic[] }> {
  const doc = await session.open(`${text}\nFROM end:1.0.0\n`);
  const isEnd = ({ code, range }: Diagnostic) =>
    code === 'InvalidBaseImagePlatform' && doc.text(range) === 'end:1.0.0';
  await expect.poll(() => published(doc).some(isEnd)).toBe(true);
  const findings = published(doc).filter((one) => one.code === rule && !isEnd(one));
  return { doc, findings };
}

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
    const { doc, findings } = await found(text, RULE);
    return findings.map(({ range, message }) => [doc.text(range), message]);
  };

  it('is compared with the engine, and with what is written', async () => {
    local['arm:1'] = { platforms: ['linux/arm64/v8'] };
    local['amd:1'] = { platforms: ['linux/amd64'] };
    await start();
    expect(await words('FROM arm:1\nFROM amd:1')).toEqual([
      ['arm:1', 'arm:1 is for linux/arm64/v8, and linux/amd64 is wanted.'],
    ]);
    expect(await words('FROM --platform=linux/arm64 arm:1\nFROM --platform=arm64 amd:1')).toEqual([
      ['amd:1', 'amd:1 is for linux/amd64, and arm64 is wanted.'],
    ]);
  });

  it('takes the variables of the platform from the engine', async () => {
    builder = 'linux/arm64';
    local['arm:1'] = { platforms: ['linux/arm64'] };
    await start();
    const from = (platform: string) => `FROM --platform=${platform} arm:1`;
    expect(
      await words(
        ['$BUILDPLATFORM', '${TARGETPLATFORM}', 'linux/$TARGETARCH', 'linux'].map(from).join('\n'),
      ),
    ).toEqual([]);
    expect(await words('ARG TARGETPLATFORM=linux/amd64\nARG V=1\nFROM arm:$V')).toEqual([]);
  });

  it('is no matter where the engine or the registry has the one that is wanted', async () => {
    local['both:1'] = { platforms: ['linux/arm64', 'linux/amd64'] };
    local['more:1'] = { platforms: ['linux/arm64'] };
    remote['more:1'] = { platforms: ['linux/amd64', 'linux/arm64'] };
    await start();
    expect(await words('FROM both:1\nFROM more:1\nFROM none:1 AS a\nFROM a\nFROM scratch')).toEqual(
      [],
    );
    expect(asked.filter((one) => one.from === 'registries' && 'reference' in one)).toEqual([
      { from: 'registries', about: 'image', reference: 'more:1', aside: true },
      { from: 'registries', about: 'image', reference: 'end:1.0.0', aside: true },
    ]);
  });
});

describe('a tag that has moved on', () => {
  const RULE = 'stevedore/moved-tag';
  beforeEach(() => {
    local['app:1.2.3'] = { digest: digest('aa'), created: 1_700_000_000 };
    remote['app:1.2.3'] = { digest: digest('bb'), created: 1_710_000_000 };
  });

  it('is told with its dates, and can be pinned to either image', async () => {
    await start();
    const { doc, findings } = await found('FROM app:1.2.3 AS x', RULE);
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
    local['node:lts'] = { digest: digest('aa') };
    remote['node:lts'] = { digest: digest('bb') };
    await start();
    const { doc, findings } = await found('ARG T=lts\nFROM node:$T', RULE);
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^node:lts names a channel/),
      expect.stringMatching(/^node:lts has moved on since it was pulled: /),
    ]);
    const titles = (await actions(doc, findings[0]!)).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('Pin'))).toEqual([]);
  });

  it('is no matter of what is the same, was built here, is pinned or unknown to its registry', async () => {
    local['same:1.0.0'] = { digest: digest('aa'), digests: [digest('bb')] };
    remote['same:1.0.0'] = { digest: digest('bb') };
    local['built:1.0.0'] = {};
    remote['built:1.0.0'] = { digest: digest('bb') };
    local['built:2.0.0'] = { digest: digest('cc') };
    remote['built:2.0.0'] = { digest: digest('bb') };
    gone.add(digest('cc'));
    local['own:1.0.0'] = { digest: digest('aa') };
    local['odd:1.0.0'] = { digest: digest('aa') };
    remote['odd:1.0.0'] = { digest: 'sha256:no\nRUN x' };
    const pinned = `app:1.2.3@${digest('aa')}`;
    await start();
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
    expect((await found(text.map((one) => `FROM ${one}`).join('\n'), RULE)).findings).toEqual([]);
  });

  it('asks no registry when the setting says so, and nothing where the rule is off', async () => {
    await start({ settings: { completion: { registries: false } } });
    expect((await found('FROM app:1.2.3', RULE)).findings).toEqual([]);
    expect(asked.filter(({ from }) => from === 'registries')).toEqual([]);
    await session.configure({ lint: { rules: { 'stevedore/moved-tag': 'off' } } });
    expect((await found('FROM app:1.2.3', RULE)).findings).toEqual([]);
    expect(asked.filter(({ about }) => about === 'digest')).toEqual([]);
  });

  it('stays while one types elsewhere, and asks once', async () => {
    await start();
    const { doc } = await found('FROM app:1.2.3', RULE);
    const before = asked.filter(({ about }) => about === 'digest').length;
    expect(before).toBe(2);
    await doc.change('# more\nFROM app:1.2.3\nFROM end:1.0.0\n');
    const first = await doc.diagnostics();
    expect(first.map(({ code }) => code)).toContain(RULE);
    await expect.poll(() => session.published.at(-1)?.version).toBe(2);
    expect(asked.filter(({ about }) => about === 'digest')).toHaveLength(before);
  });
});

it('what has changed on the engine is checked anew', async () => {
  await start();
  const codes = (doc: Doc) => published(doc).map(({ code }) => code);
  const doc = await session.open('FROM app:1.2.3\n');
  await expect.poll(() => asked.filter(({ about }) => about === 'image').length).toBe(1);
  local['app:1.2.3'] = { platforms: ['linux/arm64'] };
  await session.connection.sendNotification(IMAGES_CHANGED);
  await expect.poll(() => codes(doc)).toContain('InvalidBaseImagePlatform');
  local['app:1.2.3'] = { platforms: ['linux/amd64'] };
  await session.connection.sendNotification(IMAGES_CHANGED);
  await expect.poll(() => codes(doc)).not.toContain('InvalidBaseImagePlatform');
});

describe('a client that knows nothing, is slow or fails', () => {
  it('is not asked when it does not answer', async () => {
    await start({ answers: [] });
    const doc = await session.open('FROM end:1.0.0\nRUN cd /x\n');
    expect((await doc.diagnostics()).map(({ code }) => code)).toContain('DL3003');
    // Longer than the pause after which it would have been asked.
    await new Promise((done) => void setTimeout(done, 100));
    expect(asked).toEqual([]);
  });

  it('holds up nothing, and what comes too late is dropped and cancelled', async () => {
    await start();
    let cancelled = 0;
    answer = (_request, token) =>
      new Promise((done) => {
        token.onCancellationRequested(() => {
          cancelled++;
          done(NOTHING);
        });
      });
    const doc = await session.open('FROM debian\nCOPY nowhere /x\n');
    expect((await doc.diagnostics()).map(({ code }) => code)).toContain('DL3006');
    await expect.poll(() => asked.length).toBe(1);
    answer = known;
    await doc.change('FROM end:1.0.0\n');
    await expect
      .poll(() => published(doc).map(({ code }) => code))
      .toContain('InvalidBaseImagePlatform');
    await doc.shut();
    expect(cancelled).toBe(1);
  });

  it('shows no message when all fails, and completion and hover go on', async () => {
    await start();
    answer = () => Promise.reject(new Error('the engine is gone'));
    const doc = await session.open('FROM debian:12 AS a\nFROM debian\nFROM a\n');
    await expect.poll(() => session.logs.join('\n')).toContain('the engine is gone');
    const items = await doc.at(CompletionRequest.type, 'debian:12');
    expect(JSON.stringify(items)).toContain('scratch');
    const hover = JSON.stringify(await doc.at(HoverRequest.type, 'debian:12'));
    expect(hover).toContain('debian:12');
    expect(hover).not.toContain('Not on the engine');
    const untagged = published(doc).find(({ code }) => code === 'DL3006');
    expect((await actions(doc, untagged!)).map(({ title }) => title)).toContain(
      'Ignore DL3006 here',
    );
    expect(shown).toEqual([]);
    expect(published(doc).map(({ code }) => code)).not.toContain('InvalidBaseImagePlatform');
  });
});

describe('hover', () => {
  it.each([
    ['an engine is at hand', known, true],
    ['none is', (one: ImagesRequest) => Promise.resolve(one.from === 'engine' && NOTHING), false],
  ])('says that an image is not on the engine: %s', async (_, answers, expected) => {
    await start();
    answer = answers;
    const doc = await session.open('FROM debian:12\n');
    const text = JSON.stringify(await doc.at(HoverRequest.type, 'debian:12'));
    expect(text).toContain('debian:12');
    expect(text.includes('Not on the engine.')).toBe(expected);
  });
});

describe('variables of the base image', () => {
  const words = async (text: string, rule = 'UndefinedVar') => {
    const { doc, findings } = await found(text, rule);
    return findings.map(({ range }) => doc.text(range));
  };

  it('are set, as the engine says, in all stages that start from it', async () => {
    local['app:1'] = { variables: ['APP_UID', 'PATH'] };
    await start();
    expect(await words('FROM app:1 AS base\nUSER $APP_UID\nWORKDIR /$OTHER')).toEqual(['$OTHER']);
    expect(
      await words('ARG V=1\nFROM app:$V AS base\nFROM base AS b\nFROM b\nUSER ${APP_UID}:$GID'),
    ).toEqual(['$GID']);
    expect(await words('FROM app:1 AS base\nFROM app:2\nUSER $APP_UID')).toEqual(['$APP_UID']);
  });

  it('are asked of the registry where the engine has no such image, if that may be', async () => {
    remote['app:1'] = { variables: ['APP_UID'] };
    await start();
    expect(await words('FROM app:1\nUSER $APP_UID')).toEqual([]);
    await session.configure({ completion: { registries: false } });
    expect(await words('FROM app:1\nUSER  $APP_UID')).toEqual(['$APP_UID']);
  });

  it('are asked of the registry for one platform alone', async () => {
    builder = 'linux/arm64';
    remote['app:1'] = { variables: ['APP_UID'] };
    await start();
    for (const flag of ['--platform=linux/x86_64 ', '--platform=$BUILDPLATFORM ', ''])
      expect(await words(`FROM ${flag}app:1\nUSER $APP_UID`)).toEqual([]);
    const ofImage = asked.filter((one) => 'reference' in one && one.reference === 'app:1');
    const request = { from: 'registries', about: 'variables', reference: 'app:1', aside: true };
    expect(ofImage.filter(({ from }) => from === 'registries')).toEqual([
      { ...request, platform: 'linux/amd64' },
      { ...request, platform: 'linux/arm64' },
    ]);
  });

  it('make a VOLUME that would be empty one that is not', async () => {
    local['db:1'] = { variables: ['PGDATA'] };
    await start();
    const text = 'FROM db:1\nVOLUME $PGDATA $PGOTHER ""';
    expect(await words(text)).toEqual(['$PGOTHER']);
    expect(await words(`${text} `, 'build-error/empty-volume')).toEqual(['$PGOTHER', '""']);
  });

  it('stay known while one types elsewhere', async () => {
    local['app:1'] = { variables: ['APP_UID'] };
    await start();
    const { doc, findings } = await found('FROM app:1\nUSER $APP_UID', 'UndefinedVar');
    expect(findings).toEqual([]);
    const { document } = doc;
    await doc.change(document.getText().replace('FROM app:1', '# x\nFROM app:1'));
    expect((await doc.diagnostics()).filter(({ code }) => code === 'UndefinedVar')).toEqual([]);
  });
});

describe('an image without a version', () => {
  const offers = async (text: string, rule: string) => {
    const doc = await session.open(text);
    const one = (await doc.diagnostics()).find(({ code }) => code === rule);
    const list = await actions(doc, one!);
    return results(
      doc,
      list.filter(({ title }) => title.startsWith('Use ')),
    );
  };

  it.each(['FROM debian', 'FROM debian:latest'])('%s may have the newest tags', async (text) => {
    tags = ['latest', '20250101', '12.10-slim', '12.9', '12.10', '12', '13-rc1', 'bookworm'].map(
      (name) => ({ name }),
    );
    await start();
    expect(await offers(`${text}\n`, text.includes(':') ? 'DL3007' : 'DL3006')).toEqual([
      ['Use debian:12.10', 'FROM debian:12.10'],
      ['Use debian:12', 'FROM debian:12'],
      ['Use debian:12.9', 'FROM debian:12.9'],
    ]);
  });

  it('may have the version and the digest that is the latest now', async () => {
    const [old, now] = [digest('0a'), digest('0b')];
    tags = [
      { name: '4.0.0', digest: old },
      { name: 'latest', digest: now },
      { name: '3.21', digest: now },
      { name: '3.21.2', digest: now },
    ];
    await start();
    expect(await offers('FROM host.test:5000/a/b AS x\n', 'DL3006')).toEqual([
      ['Use host.test:5000/a/b:3.21.2', 'FROM host.test:5000/a/b:3.21.2 AS x'],
      ['Use host.test:5000/a/b:3.21', 'FROM host.test:5000/a/b:3.21 AS x'],
      ['Use host.test:5000/a/b@sha256:0b0b0b0b0b0b…', `FROM host.test:5000/a/b@${now} AS x`],
    ]);
  });

  it('stays as it is where nothing fits, a quote stands, or nobody may be asked', async () => {
    tags = [{ name: 'latest', digest: 'x y' }, { name: '1 RUN' }, { name: 'edge' }];
    await start();
    expect(await offers('FROM debian\n', 'DL3006')).toEqual([]);
    tags = [{ name: '1.0' }];
    expect(await offers('FROM "ubuntu"\n', 'DL3006')).toEqual([]);
    await session.configure({ completion: { registries: false } });
    expect(await offers('FROM ubuntu\n', 'DL3006')).toEqual([]);
    expect(asked.filter(({ from, about }) => from === 'registries' && about === 'tags')).toEqual([
      { from: 'registries', about: 'tags', repository: 'debian' },
    ]);
  });

  it('waits for a short time only', async () => {
    await start();
    answer = (request) => (request.about === 'tags' ? new Promise(() => {}) : known(request));
    const before = Date.now();
    expect(await offers('FROM debian\n', 'DL3006')).toEqual([]);
    expect(Date.now() - before).toBeLessThan(3000);
  });
});
