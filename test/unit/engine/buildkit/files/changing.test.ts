import { fromBinary } from '@bufbuild/protobuf';
import { execFileSync } from 'node:child_process';
import { open, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sendFile } from '../../../../../src/engine/buildkit/files/sendFile.ts';
import {
  packet,
  readPacket,
  smallPacket,
} from '../../../../../src/engine/buildkit/files/packet.ts';
import type { Walker } from '../../../../../src/engine/buildkit/files/walker.ts';
import { PacketSchema } from '../../../../../src/engine/buildkit/proto/session_pb.ts';
import { askFiles } from './support/engine.ts';
import { exchangePair } from './support/pair.ts';
import { asText, servedContext } from './support/served.ts';

const { root, walker, serve, plant } = servedContext();

describe('files that change while they are sent', () => {
  const failing = async (change: () => Promise<void>) => {
    const sync = serve();
    const asked = askFiles(sync.services, 'context', { listed: change });
    await expect(asked).rejects.toMatchObject({ name: 'GrpcError', code: 2 });
    const failure = sync.failure();
    await expect(asked).rejects.toThrow(failure?.message);
    return failure;
  };

  it('names one that has gone', async () => {
    await plant({ 'a/gone': 'x', stays: 'y' });
    expect(await failing(() => rm(join(root(), 'a/gone')))).toMatchObject({
      reason: 'not-found',
      message: '“a/gone” could not be read: there is no such file or folder.',
    });
  });

  it('sends what is left of those that have shrunk, whether they are sent together or alone', async () => {
    const long = 'x'.repeat(600_000);
    const cut = { emptied: '', long: long.slice(0, 300_000), small: 'be' };
    await plant({ another: 'same', emptied: 'full', last: 'too', long, small: 'before' });
    const sync = serve();
    const { contents } = await askFiles(sync.services, 'context', { listed: () => plant(cut) });
    const left = { ...cut, another: 'same', last: 'too' };
    expect(asText(contents)).toEqual(left);
    const bytes = Object.values(left).join('').length;
    expect(sync.sent().get('context')).toMatchObject({ files: 5, bytes });
  });

  it('sends all of those that have grown, whole as it sends the others', async () => {
    const long = 'x'.repeat(600_000);
    const written = {
      empty: 'not any more',
      long: `${long}!`,
      longer: `${long}${long}`,
      small: long,
    };
    await plant({ another: 'same', empty: '', last: 'too', long, longer: long, small: 'before' });
    const sync = serve();
    const { contents } = await askFiles(sync.services, 'context', { listed: () => plant(written) });
    expect(asText(contents)).toEqual({ another: 'same', last: 'too', ...written });
    const bytes = Object.values({ ...written, another: 'same', last: 'too' }).join('').length;
    expect(sync.sent().get('context')).toMatchObject({ files: 6, bytes });
  });

  it('sends as empty what was, and can’t be opened or has gone', async () => {
    await plant({ empty: '', full: 'x' });
    const { contents } = await askFiles(serve().services, 'context', {
      listed: () => rm(join(root(), 'empty')),
    });
    expect(asText(contents)).toEqual({ empty: '', full: 'x' });
  });

  it('follows no link and waits for no pipe that took a file’s place', async () => {
    await plant({ file: 'x', secret: 's' });
    const replace = async (put: () => Promise<void> | void) => {
      await rm(join(root(), 'file'));
      await put();
    };
    expect(
      await failing(() => replace(() => symlink('secret', join(root(), 'file')))),
    ).toMatchObject({
      message:
        '“file” changed while it was sent: it is no file any more. Build again, or leave it out by .dockerignore.',
    });
    await rm(join(root(), 'file'));
    await plant({ file: 'x' });
    expect(
      await failing(() => replace(() => void execFileSync('mkfifo', [join(root(), 'file')]))),
    ).toMatchObject({
      message:
        '“file” changed while it was sent: it is no file any more. Build again, or leave it out by .dockerignore.',
    });
  });

  it.each([
    ['small', 'x'],
    ['large', 'x'.repeat(300_000)],
  ])('sends nothing %s from behind a link that took the place of a folder', async (_, text) => {
    await plant({ 'a/b/file': text, 'elsewhere/b/file': 'y'.repeat(text.length), other: 'o' });
    const replace = async () => {
      await rm(join(root(), 'a'), { recursive: true });
      await symlink('elsewhere', join(root(), 'a'));
    };
    expect(await failing(replace)).toMatchObject({
      reason: 'conflict',
      message:
        '“a/b/file” changed while it was sent: a folder above it is a link now. Build again, or leave it out by .dockerignore.',
    });
  });

  it('sends all of one folder where the context is a link that leads elsewhere meanwhile', async () => {
    await plant({ 'one/file': 'first', 'two/file': 'other' });
    const path = join(root(), 'current');
    await symlink('one', path);
    let tell = (): void => {};
    const begun = new Promise<void>((resolve) => (tell = resolve));
    const telling: Walker = {
      ...walker(),
      walk: (request, signal) => {
        tell();
        return walker().walk(request, signal);
      },
    };
    const sync = serve({ path }, { walker: telling });
    sync.prepare('context', { include: [], exclude: [], follow: [] });
    await begun;
    await rm(path);
    await symlink('two', path);
    const { contents } = await askFiles(sync.services, 'context');
    expect(asText(contents)).toEqual({ file: 'first' });
  });

  it('says so when the whole folder is not there', async () => {
    const path = join(root(), 'nowhere');
    await expect(askFiles(serve({ path }).services, 'context')).rejects.toThrow(
      `“${path}” could not be read: there is no such file or folder.`,
    );
  });
});

describe('large files', () => {
  it('streams a sparse file of 5 GB without holding it', async () => {
    const file = await open(join(root(), 'sparse'), 'w');
    await file.truncate(5 * 1024 ** 3);
    await file.close();
    const pair = exchangePair({ 'dir-name': ['context'] });
    const sync = serve();
    const served = sync.services['/moby.filesync.v1.FileSync/DiffCopy']?.(pair.ours);
    let bytes = 0;
    let most = 0;
    const before = process.memoryUsage().rss;
    for await (const message of pair.theirs.messages) {
      const { type, stat: entry, data } = readPacket(message);
      if (type === packet.stat && !entry)
        await pair.theirs.send(smallPacket(packet.request, { id: 0 }));
      if (type !== packet.data) continue;
      bytes += data.length;
      most = Math.max(most, process.memoryUsage().rss - before);
      if (bytes > 200 * 1024 ** 2) break;
    }
    pair.abort();
    await expect(served).rejects.toMatchObject({ code: 1 });
    expect(sync.sent().get('context')?.bytes).toBeLessThan(300 * 1024 ** 2);
    expect(most).toBeLessThan(150 * 1024 ** 2);
  });

  it('carries sizes and places beyond 4 GiB', async () => {
    const size = 4 * 1024 ** 3 + 300_000;
    const path = join(root(), 'large');
    const file = await open(path, 'w');
    await file.truncate(size);
    await file.write('the end', size - 7);
    await file.close();
    const stats: bigint[] = [];
    const pair = exchangePair({ 'dir-name': ['context'] });
    const served = serve().services['/moby.filesync.v1.FileSync/DiffCopy']?.(pair.ours);
    for await (const message of pair.theirs.messages) {
      // Not by the code that wrote it.
      const { type, stat: entry } = fromBinary(PacketSchema, message);
      if (entry) stats.push(entry.size);
      else if (type === 0) break;
    }
    pair.abort();
    await expect(served).rejects.toMatchObject({ code: 1 });
    expect(stats).toEqual([BigInt(size)]);
    let bytes = 0;
    let last: Uint8Array = Buffer.alloc(0);
    await sendFile(
      { id: 0, name: 'large', path, size },
      async (...packets) => {
        for (const bare of packets) if (bare.length > 100) last = bare;
      },
      (count) => (bytes += count),
    );
    expect(bytes).toBe(size);
    expect(Buffer.from(last.subarray(-7)).toString()).toBe('the end');
    // A busy machine takes a minute to read so much.
  }, 300_000);
});

describe('cancelling', () => {
  it('ends at once when the call is broken off', async () => {
    await plant(
      Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}`, 'x'])),
    );
    const pair = exchangePair({ 'dir-name': ['context'] });
    const served = serve().services['/moby.filesync.v1.FileSync/DiffCopy']?.(pair.ours);
    pair.abort();
    await expect(served).rejects.toMatchObject({ code: 1 });
  });

  it('is no failure of ours: the engine breaks off when another step of the build fails', async () => {
    await plant({ file: 'x' });
    const sync = serve();
    const pair = exchangePair({ 'dir-name': ['context'] });
    const served = sync.services['/moby.filesync.v1.FileSync/DiffCopy']?.(pair.ours);
    pair.abort();
    await expect(served).rejects.toMatchObject({ code: 1 });
    expect(sync.failure()).toBeUndefined();
  });
});
