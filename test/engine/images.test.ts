import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildImage } from '../../src/engine/build.ts';
import type { AuthConfig } from '../../src/engine/credentials.ts';
import { loadImages, saveImages } from '../../src/engine/imageArchive.ts';
import { imageHistory } from '../../src/engine/imageHistory.ts';
import {
  imageDefaults,
  inspectImage,
  pullImage,
  pushImage,
  removeImage,
  tagImage,
} from '../../src/engine/images.ts';
import type { TransferProgress } from '../../src/engine/progress.ts';
import { uncached, podman, SHELL_IMAGE, suiteClient, unique } from './support/engine.ts';
import { slowRegistry } from './support/slowRegistry.ts';

const client = await suiteClient();
const directory = await mkdtemp(join(tmpdir(), 'stevedore-images-'));
afterAll(() => rm(directory, { recursive: true }));

/** Another name for the shell image, taken off again after the test. */
async function named(prefix = 'localhost', tag = '1'): Promise<string> {
  const reference = `${prefix}/${unique('image')}:${tag}`;
  await tagImage(client, SHELL_IMAGE, reference);
  removedAfterwards(reference);
  return reference;
}

function removedAfterwards(reference: string): void {
  onTestFinished(async () => {
    await removeImage(client, reference).catch((error: { reason?: string }) => {
      // The test may have removed it.
      if (error.reason !== 'not-found') throw error;
    });
  });
}

/** An image of 48 MB that no compression makes smaller, removed again after the test. */
async function bulky(prefix: string): Promise<string> {
  const reference = `${prefix}/${unique('bulky')}:1`;
  const context = await mkdtemp(join(directory, 'bulky-'));
  await writeFile(join(context, 'bulk'), randomBytes(48_000_000));
  const dockerfileText = 'FROM scratch\nCOPY bulk /\n';
  await buildImage(client, { context, dockerfileText, tags: [reference], ...uncached });
  removedAfterwards(reference);
  return reference;
}

describe('an image', () => {
  it('proposes what its containers start from', async () => {
    expect(await imageDefaults(client, SHELL_IMAGE)).toMatchObject({
      ports: [
        { container: 53, protocol: 'udp' },
        { container: 80, protocol: 'tcp' },
      ],
      command: ['sh'],
      env: expect.arrayContaining(['PATH=/bin']) as string[],
    });
    const last = (await imageHistory(client, SHELL_IMAGE)).at(-1);
    expect(last?.createdBy).toContain('CMD');
  });

  it('tells what a removal took', async () => {
    const reference = await named();
    const { untagged, deleted } = await removeImage(client, reference);
    expect(untagged).toEqual([reference]);
    expect(deleted).toEqual([]);
    await expect(inspectImage(client, reference)).rejects.toMatchObject({ reason: 'not-found' });
    await expect(removeImage(client, reference)).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('goes to a file and comes back', async () => {
    const reference = await named();
    const file = join(directory, 'saved.tar');
    const seen: number[] = [];
    const bytes = await saveImages(client, [reference], file, { onProgress: (n) => seen.push(n) });
    expect((await stat(file)).size).toBe(bytes);
    expect(seen.at(-1)).toBe(bytes);
    await removeImage(client, reference);
    const sent: number[] = [];
    const loaded = await loadImages(client, file, { onProgress: (p) => sent.push(p.sent) });
    expect(loaded).toEqual([reference]);
    expect(sent.at(-1)).toBe(bytes);
    await inspectImage(client, reference);
  });

  it('goes to where a link leads, and in the place of no pipe', async () => {
    const there = join(directory, 'there.tar');
    const link = join(directory, 'link.tar');
    const pipe = join(directory, 'pipe');
    await symlink(there, link);
    await writeFile(there, 'before');
    await saveImages(client, [SHELL_IMAGE], link);
    expect(await readlink(link)).toBe(there);
    expect((await stat(there)).size).toBeGreaterThan(1000);
    execFileSync('mkfifo', [pipe]);
    await expect(saveImages(client, [SHELL_IMAGE], pipe)).rejects.toThrow(
      'it is a device or a pipe.',
    );
  });

  it('leaves no file behind when saving it fails or is cancelled', async () => {
    const kept = join(directory, 'kept.tar');
    await writeFile(kept, 'before');
    await expect(saveImages(client, ['localhost/nope:1'], kept)).rejects.toMatchObject({
      name: 'EngineError',
    });
    const controller = new AbortController();
    const saving = saveImages(
      client,
      [SHELL_IMAGE],
      kept,
      { onProgress: () => controller.abort() },
      controller.signal,
    );
    await expect(saving).rejects.toMatchObject({ reason: 'cancelled' });
    expect((await stat(kept)).size).toBe(6);
    expect((await readdir(directory)).filter((name) => name.startsWith('.stevedore'))).toEqual([]);
    await expect(
      saveImages(client, [SHELL_IMAGE], join(directory, 'no/x.tar')),
    ).rejects.toMatchObject({
      reason: 'not-found',
    });
  });

  it('is not made of garbage', async () => {
    const file = join(directory, 'garbage.tar');
    await writeFile(file, 'x'.repeat(2000));
    await expect(loadImages(client, file)).rejects.toMatchObject({ name: 'EngineError' });
    await expect(loadImages(client, join(directory, 'nope'))).rejects.toMatchObject({
      reason: 'not-found',
    });
    await expect(loadImages(client, directory)).rejects.toMatchObject({ reason: 'bad-request' });
  });
});

const open = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';
const guarded = process.env['STEVEDORE_TEST_REGISTRY_AUTH'] ?? '';
const token = process.env['STEVEDORE_TEST_REGISTRY_TOKEN'] ?? '';
const right = (serveraddress: string): AuthConfig => ({
  username: 'tester',
  password: 's3cret',
  serveraddress,
});

describe('registries', () => {
  it.each([
    ['open', open, undefined],
    ['with a password', guarded, right(guarded)],
    ['with tokens', token, right(token)],
  ])('an image goes to one (%s) and comes back', async (_what, host, auth) => {
    const reference = await named(host);
    const seen: TransferProgress[] = [];
    const { digest } = await pushImage(client, reference, {
      auth,
      onProgress: (p) => seen.push(p),
    });
    if (!podman) expect(digest).toMatch(/^sha256:/);
    expect(seen.length).toBeGreaterThan(0);
    await removeImage(client, reference);
    const pulled = await pullImage(client, reference, { auth });
    if (!podman) expect(pulled.digest).toBe(digest);
    await inspectImage(client, reference);
  });

  it('a push without a password is refused', async () => {
    const reference = await named(guarded);
    await expect(pushImage(client, reference)).rejects.toMatchObject({
      name: 'EngineError',
      ...(!podman && { reason: 'unauthorized' }),
    });
    const wrong = { ...right(guarded), password: 'wrong' };
    await expect(pushImage(client, reference, { auth: wrong })).rejects.toMatchObject({
      name: 'EngineError',
      ...(!podman && { reason: 'unauthorized' }),
    });
  });

  it('a pull of what is not there says so', async () => {
    await expect(pullImage(client, `${open}/no/such:1`)).rejects.toMatchObject({
      name: 'EngineError',
      ...(!podman && { reason: 'not-found' }),
    });
    await expect(pullImage(client, '127.0.0.1:9/x')).rejects.toMatchObject({
      reason: 'server',
      message: expect.stringContaining('connection refused') as string,
    });
    await expect(pullImage(client, 'Not A Name')).rejects.toMatchObject({ reason: 'bad-request' });
    await expect(pushImage(client, 'localhost/no/such:1')).rejects.toMatchObject({
      name: 'EngineError',
    });
  });

  it('a private base image is pulled with its own password', async () => {
    const reference = await named(guarded);
    await pushImage(client, reference, { auth: right(guarded) });
    await removeImage(client, reference);
    const build = (auths?: Record<string, AuthConfig>) =>
      buildImage(client, {
        context: directory,
        dockerfileText: `FROM ${reference}\n`,
        auths,
        ...uncached,
      });
    await expect(build()).rejects.toMatchObject({ name: 'BuildError' });
    expect(await build({ [guarded]: right(guarded) })).toMatch(/[0-9a-f]{12}/);
  });
});

if (!podman) {
  describe('a transfer cancelled half-way', () => {
    it.each(['pull', 'push'] as const)('%s: the engine stops', async (way) => {
      const registry = await slowRegistry();
      onTestFinished(() => registry.stop());
      const reference = await bulky(registry.host);
      const controller = new AbortController();
      const transfer = way === 'pull' ? pullImage : pushImage;
      const under = transfer(client, reference, {}, controller.signal);
      under.catch(() => {});
      await expect.poll(() => registry.state.under, { timeout: 45_000 }).toBeGreaterThan(0);
      await sleep(500);
      controller.abort();
      await expect(under).rejects.toMatchObject({ reason: 'cancelled' });
      await expect.poll(() => registry.state.under, { timeout: 45_000 }).toBe(0);
      const { seen } = registry.state;
      await sleep(1500);
      expect(registry.state).toMatchObject({ under: 0, seen, manifests: 0 });
      // And the engine is none the worse.
      await inspectImage(client, SHELL_IMAGE);
    });
  });
}
