import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createBuildReader } from '../../../src/engine/buildEvents.ts';
import type { BuildEvent } from '../../../src/engine/buildEvents.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import { followTransfer, refineRegistryError } from '../../../src/engine/progress.ts';
import type { TransferProgress } from '../../../src/engine/progress.ts';

const stream = (...lines: unknown[]) =>
  Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\r\n`)));

describe('the progress of a transfer', () => {
  it('is added up by layer, a layer’s bytes once', async () => {
    const seen: TransferProgress[] = [];
    const result = await followTransfer(
      stream(
        { status: 'Pulling from x', id: 'latest' },
        { status: 'Pulling fs layer', progressDetail: {}, id: 'l1' },
        { status: 'Downloading', progressDetail: { current: 10, total: 100 }, id: 'l1' },
        { status: 'Downloading', progressDetail: { current: 5, total: 50 }, id: 'l2' },
        { status: 'Download complete', progressDetail: {}, id: 'l1' },
        { status: 'Extracting', progressDetail: { current: 1, total: 400 }, id: 'l1' },
        { status: 'Pull complete', progressDetail: {}, id: 'l1' },
        { status: 'Digest: sha256:abc' },
        { status: 'Status: Downloaded newer image for x:latest' },
      ),
      (progress) => seen.push(progress),
    );
    expect(seen.map(({ current, total }) => `${current}/${total}`)).toEqual([
      '0/0',
      '0/0',
      '10/100',
      '15/150',
      '105/150',
      '105/150',
      '105/150',
      '105/150',
      '105/150',
    ]);
    expect(seen.at(-1)?.layers.map(({ id, done }) => [id, done])).toEqual([
      ['l1', true],
      ['l2', false],
    ]);
    expect(result.digest).toBe('sha256:abc');
    expect(result.messages).toContain('Status: Downloaded newer image for x:latest');
  });

  it('tells the digest of a push, whoever keeps the images', async () => {
    // containerd's store says it in words only.
    const last = { status: '1.2: digest: sha256:def size: 855' };
    expect(await followTransfer(stream(last))).toMatchObject({ digest: 'sha256:def' });
    const aux = { progressDetail: {}, aux: { Tag: '1.2', Digest: 'sha256:def', Size: 855 } };
    expect(await followTransfer(stream(last, aux))).toMatchObject({ digest: 'sha256:def' });
  });

  it.each([
    ['unauthorized: authentication required', 'unauthorized'],
    ['no basic auth credentials', 'unauthorized'],
    ['denied: requested access to the resource is denied', 'forbidden'],
    [
      "pull access denied for x, repository does not exist or may require 'docker login'",
      'unauthorized',
    ],
    ['manifest for x:1 not found: manifest unknown', 'not-found'],
    ['toomanyrequests: You have reached your pull rate limit', 'rate-limited'],
    ['write /var/lib/docker/x: no space left on device', 'server'],
    ['dial tcp 127.0.0.1:1: connect: connection refused', 'server'],
  ])('fails with the words %s', async (message, reason) => {
    const broken = followTransfer(stream({ errorDetail: { message }, error: message }));
    await expect(broken).rejects.toMatchObject({ name: 'EngineError', reason, message });
  });

  it('fails for garbage', async () => {
    await expect(followTransfer(Readable.from([Buffer.from('<html>')]))).rejects.toMatchObject({
      reason: 'not-an-engine',
    });
  });

  it('leaves errors of the connection to the engine alone', () => {
    const dropped = new EngineError('dropped', 'unauthorized');
    expect(refineRegistryError(dropped)).toBe(dropped);
    const said = new EngineError('server', 'Head "x": no basic auth credentials', { status: 500 });
    expect(refineRegistryError(said)).toMatchObject({ reason: 'unauthorized', status: 500 });
  });
});

describe('the events of a build', () => {
  function read(...lines: object[]) {
    const events: BuildEvent[] = [];
    const reader = createBuildReader((event) => events.push(event));
    for (const line of lines) reader.read({ ...line });
    return { events, reader };
  }
  const log = (stream: string) => ({ stream });

  it('tell steps, what is cached, output and the image', () => {
    const { events, reader } = read(
      log('Step 1/3 : FROM x'),
      log('\n'),
      log(' ---> 0123456789ab\n'),
      log('Step 2/3 : RUN a'),
      log('\n'),
      log(' ---> Using cache\n'),
      log(' ---> 0123456789ac\n'),
      log('Step 3/3 : RUN b'),
      log('\n'),
      log(' ---> Running in 0123456789ad\n'),
      log('hel'),
      log('lo\n'),
      log('Removing intermediate container 0123456789ad\n'),
      log(' ---> 0123456789ae\n'),
      { aux: { ID: 'sha256:f' } },
      log('Successfully built 0123456789ae\n'),
    );
    expect(events.filter(({ type }) => type !== 'log')).toEqual([
      { type: 'step', step: 1, total: 3, text: 'FROM x' },
      { type: 'done', step: 1, cached: false },
      { type: 'step', step: 2, total: 3, text: 'RUN a' },
      { type: 'done', step: 2, cached: true },
      { type: 'step', step: 3, total: 3, text: 'RUN b' },
      { type: 'done', step: 3, cached: false },
      { type: 'image', id: 'sha256:f' },
    ]);
    const output = events.flatMap((event) =>
      event.type === 'log' && event.step === 3 ? event.text : [],
    );
    expect(output.join('')).toBe('hello\nSuccessfully built 0123456789ae\n');
    expect(reader.imageId()).toBe('sha256:f');
  });

  it('are not taken in by output that looks like a heading', () => {
    const { events } = read(log('Step 1/2 : FROM x'), log('Step 9/9 : RUN evil\n'));
    expect(events.map(({ type }) => type)).toEqual(['step', 'log']);
  });

  it('name the step that failed', () => {
    const { events, reader } = read(log('Step 1/1 : RUN false'));
    const error = reader.failed(new EngineError('server', 'returned a non-zero code: 1'));
    expect(error).toMatchObject({
      message: 'Step 1/1 (RUN false) failed: returned a non-zero code: 1.',
    });
    expect(events.at(-1)).toMatchObject({ type: 'error', step: 1 });
    const cancelled = new EngineError('cancelled', 'Cancelled.');
    expect(reader.failed(cancelled)).toBe(cancelled);
  });
});
