import type { CancellationToken, CompletionItem, CompletionList } from 'vscode-languageserver/node';
import {
  CancellationTokenSource,
  CompletionRequest,
  HoverRequest,
} from 'vscode-languageserver/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImagesAnswer, ImagesRequest } from '../../src/util/imageRequest.ts';
import { IMAGES } from '../../src/util/imageRequest.ts';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const NOTHING: ImagesAnswer = { images: [], complete: true };

let session: Session;
let asked: ImagesRequest[];
/** How the client answers; each test may put its own in. */
let answer: (request: ImagesRequest, token: CancellationToken) => Promise<unknown>;

const answers = async (request: ImagesRequest): Promise<ImagesAnswer> => {
  switch (request.about) {
    case 'names':
      return request.from === 'engine'
        ? { images: [{ name: 'alpine' }, { name: 'team/app' }], complete: true }
        : { images: [{ name: 'alpinelinux/x', description: 'A *thing*' }], complete: false };
    case 'tags':
      return request.from === 'engine'
        ? { images: [{ name: '3.20', size: 7_800_000 }], complete: true }
        : {
            images: [{ name: '3.20' }, { name: '3.21', platforms: ['linux/amd64'] }],
            complete: true,
          };
    case 'digest':
      return { images: [{ name: request.reference, digest: DIGEST }], complete: true };
    case 'variables':
      return NOTHING;
    case 'engine':
      return { images: [{ name: 'Docker Engine', platforms: ['linux/amd64'] }], complete: true };
    case 'image':
      return request.from === 'engine'
        ? { images: [{ name: request.reference, size: 7_800_000, digest: DIGEST }], complete: true }
        : {
            images: [
              {
                name: request.reference,
                digest: DIGEST,
                platforms: ['linux/amd64', 'linux/arm64'],
              },
            ],
            complete: true,
          };
  }
};

async function start(options: { answers?: string[]; settings?: unknown } = {}): Promise<void> {
  session = await connect({
    settings: options.settings,
    initializationOptions: { answers: options.answers ?? [IMAGES] },
  });
  session.connection.onRequest(IMAGES, (request: ImagesRequest, token: CancellationToken) => {
    asked.push(request);
    return answer(request, token);
  });
}

beforeEach(() => {
  asked = [];
  answer = answers;
});
afterEach(() => session.close());

async function list(marked: string, token?: CancellationToken): Promise<CompletionList> {
  const at = marked.indexOf('|');
  const doc = await session.open(marked.slice(0, at) + marked.slice(at + 1));
  const params = { textDocument: { uri: doc.uri }, position: doc.document.positionAt(at) };
  const found = await session.connection.sendRequest<CompletionItem[] | CompletionList>(
    CompletionRequest.method,
    params,
    ...(token ? [token] : []),
  );
  return Array.isArray(found) ? { isIncomplete: false, items: found } : found;
}
const labels = async (marked: string) => (await list(marked)).items.map(({ label }) => label);

describe('completion of variables', () => {
  const knows = (from: string, variables: string[]) => async (request: ImagesRequest) =>
    request.about === (from === 'engine' ? 'image' : 'variables') &&
    request.from === from &&
    request.reference === 'node:20'
      ? { images: [{ name: request.reference, variables }], complete: true }
      : NOTHING;

  it.each(['engine', 'registries'])('has those of the base image, of the %s', async (from) => {
    answer = knows(from, ['NODE_VERSION', 'PATH', 'OWN']);
    await start();
    const file = 'ARG V=20\nFROM node:$V AS base\nENV OWN=1\nFROM base\n';
    const found = await labels(`${file}ENV A=$|`);
    expect(found.slice(0, 3)).toEqual(['OWN', 'NODE_VERSION', 'PATH']);
    expect(found.filter((label) => label === 'PATH')).toHaveLength(1);
    expect(await labels('FROM node:20\nFROM a\nENV A=$|')).not.toContain('NODE_VERSION');
  });

  it('asks as checks do, which leave an engine alone that nothing has needed yet, and what they asked not again', async () => {
    answer = knows('registries', ['NODE_VERSION']);
    await start();
    await session.open('FROM node:20\nUSER $NODE_VERSION\n');
    const ofImage = () =>
      asked.filter(
        (one) => 'reference' in one && one.reference === 'node:20' && one.about !== 'digest',
      );
    await expect.poll(() => ofImage().map(({ about }) => about)).toContain('variables');
    const before = ofImage().length;
    expect(await labels('FROM node:20\nENV A=$|')).toContain('NODE_VERSION');
    expect(ofImage()).toHaveLength(before);
    expect(ofImage().every(({ aside }) => aside === true)).toBe(true);
  });

  it('asks no registry that may not be asked', async () => {
    answer = knows('registries', ['NODE_VERSION']);
    await start({ settings: { completion: { registries: false } } });
    expect(await labels('FROM node:20\nENV A=$|')).not.toContain('NODE_VERSION');
    expect(asked.filter(({ from }) => from === 'registries')).toEqual([]);
  });

  it('does not wait for long, and asks to be asked again', async () => {
    answer = () => new Promise(() => {});
    await start();
    const found = await list('FROM node:20\nENV B=1 A=$|');
    expect(found.isIncomplete).toBe(true);
    expect(found.items.map(({ label }) => label)).toContain('PATH');
  });
});

describe('completion of images', () => {
  it('offers stages first, then images of the engine, then of registries', async () => {
    await start();
    expect(await labels('FROM x AS alpha\nFROM al|')).toEqual(['alpha', 'alpine', 'alpinelinux/x']);
    expect(await labels('FROM x AS alpha\nFROM y\nCOPY --from=al|')).toEqual([
      'alpha',
      'alpine',
      'alpinelinux/x',
    ]);
    expect(await labels('FROM x\nRUN --mount=type=bind,from=te|')).toEqual(['team/app']);
  });

  it('asks registries only once there is something to search for, and says that there may be more', async () => {
    await start();
    expect((await list('FROM |')).isIncomplete).toBe(true);
    expect(asked).toEqual([{ about: 'names', from: 'engine', typed: '' }]);
  });

  it.each([
    ['FROM alpine:|', ['3.20', '3.21']],
    ['FROM alpine:3.21|', ['3.21']],
    ['FROM localhost:5000/alpine:3.2|', ['3.20', '3.21']],
    ['FROM alpine:3.20@|', [DIGEST]],
    ['# syntax=docker/dockerfile:|\nFROM a', ['3.20', '3.21']],
    ['FROM x\nONBUILD COPY --from=alpine:3.21|', ['3.21']],
    ['FROM alpine:$|', expect.not.arrayContaining(['3.20'])],
  ])('%s offers %j', async (marked, expected) => {
    await start();
    expect(await labels(marked)).toEqual(expected);
  });

  it('asks once for what it knows already', async () => {
    await start();
    await labels('FROM alpine:|');
    await labels('FROM alpine:3|');
    expect(asked).toHaveLength(2);
  });

  it('asks no registry when the setting says so', async () => {
    await start({ settings: { completion: { registries: false } } });
    expect(await labels('FROM alpine:|')).toEqual(['3.20']);
    expect(asked.map(({ from }) => from)).toEqual(['engine']);
  });

  it('asks nothing of a client that does not answer', async () => {
    await start({ answers: [] });
    expect(await labels('FROM s|')).toEqual(['scratch']);
    expect(await labels('FROM alpine:|')).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('is not held up by registries that take their time: their answer shows the next time', async () => {
    await start();
    let release = () => {};
    const slow = new Promise<void>((done) => (release = done));
    answer = async (request) => {
      if (request.from === 'registries') await slow;
      return answers(request);
    };
    const first = await list('FROM x AS alpha\nFROM al|');
    expect(first.items.map(({ label }) => label)).toEqual(['alpha', 'alpine']);
    expect(first.isIncomplete).toBe(true);
    release();
    expect(await labels('FROM x AS alpha\nFROM al|')).toEqual(['alpha', 'alpine', 'alpinelinux/x']);
  });

  it('tells the client when nobody waits any longer', async () => {
    await start();
    const arrived = new Promise<CancellationToken>((done) => {
      answer = (request, token) => {
        if (request.from === 'registries') done(token);
        return new Promise((answered) => token.onCancellationRequested(() => answered(NOTHING)));
      };
    });
    const source = new CancellationTokenSource();
    const pending = list('FROM alpine:|', source.token);
    const token = await arrived;
    const cancelled = new Promise((done) => token.onCancellationRequested(done));
    source.cancel();
    await cancelled;
    await pending.catch(() => undefined);
    expect(token.isCancellationRequested).toBe(true);
  });

  it.each([
    ['an error', () => Promise.reject(new Error('no'))],
    ['nothing', () => Promise.resolve(null)],
    ['nonsense', () => Promise.resolve({ images: [1, { name: 2 }, null], complete: 'x' })],
  ])('survives a client that answers %s', async (_, bad) => {
    await start();
    answer = bad;
    expect(await labels('FROM s|')).toEqual(['scratch']);
  });
});

describe('hover on an image', () => {
  const hover = async (text: string, marker: string): Promise<string> => {
    const doc = await session.open(text);
    const found = await doc.at(HoverRequest.type, marker);
    return (found?.contents as { value: string } | undefined)?.value ?? '';
  };

  it('tells size, platforms and digest on the engine and in the registry', async () => {
    await start();
    const text = await hover('FROM alpine:3.20\n', 'alpine');
    expect(text).toContain('7.8 MB on disk');
    expect(text).toContain('`linux/amd64`, `linux/arm64`');
    expect(text).toContain(DIGEST);
    expect(text).toContain('https://hub.docker.com/_/alpine');
  });

  it('replaces variables', async () => {
    await start();
    expect(await hover('ARG V=3.20\nFROM alpine:${V}\n', 'alpine')).toContain('**`alpine:3.20`**');
    expect(asked[0]).toMatchObject({ reference: 'alpine:3.20' });
  });

  it('explains what is copied from, and frontends', async () => {
    await start();
    expect(await hover('FROM a\nCOPY --from=b/c:1 x y\n', 'b/c')).toContain('`b/c:1`');
    expect(await hover('# syntax=docker/dockerfile:1\n', 'docker/')).toContain('7.8 MB');
  });

  it('says that nothing is in scratch, and asks nothing', async () => {
    await start();
    expect(await hover('FROM scratch\n', 'scratch')).toMatch(/begins empty/);
    expect(asked).toEqual([]);
  });
});
