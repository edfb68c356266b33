import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileSync } from '../../../../../src/engine/buildkit/files/fileSync.ts';
import {
  LIST_END,
  dataPacket,
  mode,
  packet,
  readPacket,
  smallPacket,
} from '../../../../../src/engine/buildkit/files/packet.ts';
import { createStatWriter } from '../../../../../src/engine/buildkit/files/statBatch.ts';
import { receiveArchive } from '../../../../../src/engine/buildkit/files/receiveArchive.ts';
import { receiveFiles } from '../../../../../src/engine/buildkit/files/receiveFiles.ts';
import { createWalker } from '../../../../../src/engine/buildkit/files/walker.ts';
import type { Walker } from '../../../../../src/engine/buildkit/files/walker.ts';
import { BytesMessageSchema } from '../../../../../src/engine/buildkit/proto/common_pb.ts';
import { openOutputs } from '../../../../../src/engine/buildkit/services/output.ts';
import { exchangePair } from './support/pair.ts';

let base: string;
let dest: string;
let walker: Walker;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'stevedore-receive-'));
  walker = createWalker();
});
afterAll(async () => {
  walker.close();
  await rm(base, { recursive: true, force: true });
});
beforeEach(async () => {
  dest = join(await mkdtemp(join(base, 'to-')), 'out');
});

/** Sends a folder as the engine sends a result. */
async function transfer(from: string, to: string) {
  const pair = exchangePair({ 'dir-name': ['result'] });
  const sync = fileSync({ result: { path: from } }, { walker, windows: false });
  const served = sync.services['/moby.filesync.v1.FileSync/DiffCopy']?.(pair.ours).finally(() =>
    pair.endOurs(),
  );
  served?.catch(() => {});
  const received = await receiveFiles(to, pair.theirs);
  await served;
  return received;
}

interface Sent {
  readonly path: string;
  readonly mode?: number;
  readonly size?: number;
  readonly linkname?: string;
}

/** Sends entries as they are, and files with `x` in them; resolves with what came of it. */
async function send(entries: readonly Sent[], contents = 'x') {
  const pair = exchangePair();
  const writer = createStatWriter();
  for (const { path, mode: bits = 0o644, size = contents.length, linkname = '' } of entries)
    writer.add({
      path,
      raw: false,
      mode: bits,
      size,
      modified: 1_000_000_000n,
      linkname,
      major: 0,
      minor: 0,
    });
  const { bytes, bounds } = writer.take();
  const received = receiveFiles(dest, pair.ours, { windows: false });
  received.catch(() => {});
  const errors: string[] = [];
  const engine = (async () => {
    for (let index = 0; index < bounds.length; index += 2)
      await pair.theirs.send(bytes.subarray(bounds[index], bounds[index + 1]));
    await pair.theirs.send(LIST_END);
    for await (const message of pair.theirs.messages) {
      const { type, id, data } = readPacket(message);
      if (type === packet.error) errors.push(Buffer.from(data).toString());
      else if (type === packet.finished) await pair.theirs.send(smallPacket(packet.finished));
      if (type !== packet.request) continue;
      const { bytes: part, offset } = dataPacket(id, contents.length);
      part.write(contents, offset);
      await pair.theirs.send(part, dataPacket(id, 0).bytes);
    }
  })();
  try {
    return await received;
  } catch (error) {
    // The engine was told.
    pair.endOurs();
    await engine;
    expect(errors).toEqual([(error as Error).message]);
    throw error;
  } finally {
    pair.endOurs();
    await engine;
  }
}

const directory = (path: string): Sent => ({ path, mode: (mode.directory | 0o755) >>> 0, size: 0 });

describe('receiving a result’s files', () => {
  it('makes of them what they were: contents, modes, times, links', async () => {
    const from = await mkdtemp(join(base, 'from-'));
    await mkdir(join(from, 'closed'));
    await writeFile(join(from, 'closed/inside'), 'in');
    await writeFile(join(from, 'tool'), Buffer.alloc(700_000, 'tool'));
    await writeFile(join(from, 'empty'), '');
    await chmod(join(from, 'tool'), 0o4751);
    await symlink('/etc/passwd', join(from, 'away'));
    await link(join(from, 'tool'), join(from, 'utensil'));
    if (process.platform === 'linux')
      await writeFile(Buffer.concat([Buffer.from(`${from}/`), Buffer.from([0xff])]), 'raw');
    await utimes(join(from, 'closed/inside'), 1, 86_400.5);
    await utimes(join(from, 'closed'), 1, new Date(-5_500));
    await chmod(join(from, 'closed'), 0o555);
    const received = await transfer(from, dest);
    expect(received).toMatchObject({ skipped: [], files: process.platform === 'linux' ? 4 : 3 });
    const [tool, copy] = await Promise.all([from, dest].map((dir) => readFile(join(dir, 'tool'))));
    expect(copy?.equals(tool ?? Buffer.alloc(0))).toBe(true);
    expect((await stat(join(dest, 'tool'))).mode & 0o7777).toBe(0o4751);
    expect(await readlink(join(dest, 'away'))).toBe('/etc/passwd');
    expect((await stat(join(dest, 'utensil'))).ino).toBe((await stat(join(dest, 'tool'))).ino);
    expect(await readFile(join(dest, 'closed/inside'), 'utf8')).toBe('in');
    expect((await stat(join(dest, 'closed/inside'))).mtimeMs).toBe(86_400_500);
    expect(await stat(join(dest, 'closed'))).toMatchObject({ mtimeMs: -5_500, mode: 0o40555 });
    expect(await readdir(dest, 'buffer')).toEqual(await readdir(from, 'buffer'));
  });

  it('keeps what else is there, and replaces files and links of the same names', async () => {
    const outside = join(base, 'outside');
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, 'target'), 'untouched');
    await mkdir(dest);
    await writeFile(join(dest, 'other'), 'stays');
    await writeFile(join(dest, 'file'), 'old');
    await symlink(join(outside, 'target'), join(dest, 'link'));
    await symlink(outside, join(dest, 'dir'));
    await send([directory('dir'), { path: 'dir/target' }, { path: 'file' }, { path: 'link' }]);
    expect(await readFile(join(dest, 'other'), 'utf8')).toBe('stays');
    expect(await readFile(join(dest, 'file'), 'utf8')).toBe('x');
    expect((await lstat(join(dest, 'link'))).isFile()).toBe(true);
    expect((await lstat(join(dest, 'dir'))).isDirectory()).toBe(true);
    expect(await readFile(join(dest, 'dir/target'), 'utf8')).toBe('x');
    expect(await readFile(join(outside, 'target'), 'utf8')).toBe('untouched');
  });

  it('puts no file in the place of a folder', async () => {
    await mkdir(join(dest, 'data/mine'), { recursive: true });
    await expect(send([{ path: 'data' }])).rejects.toThrow(
      `“${dest}/data” could not be written: it is a directory.`,
    );
    expect(await readdir(dest)).toEqual(['data']);
  });

  it.each(['0', '150', '299'])('says of 300 files that number %s had no place', async (name) => {
    await mkdir(join(dest, name, 'mine'), { recursive: true });
    const files = Array.from({ length: 300 }, (_, at) => ({ path: String(at) }));
    await expect(send(files)).rejects.toThrow(
      `“${dest}/${name}” could not be written: it is a directory.`,
    );
    const there = await readdir(dest);
    expect(there.filter((one) => !/^\d+$/.test(one))).toEqual([]);
    await rm(join(dest, name), { recursive: true });
    expect(await send(files)).toEqual({ files: 300, bytes: 300, skipped: [] });
    expect(await readdir(dest)).toHaveLength(300);
  });

  const hostile: readonly (readonly [string, readonly Sent[]])[] = [
    ['goes up', [{ path: '../up' }]],
    ['goes up inside', [directory('a'), { path: 'a/../../up' }]],
    ['is up', [{ path: '..' }]],
    ['is the folder', [{ path: '.' }]],
    ['is empty', [{ path: '', mode: 0o600 }]],
    ['is absolute', [{ path: '/tmp/absolute' }]],
    ['has an empty part', [directory('a'), { path: 'a//b' }]],
    ['has a zero byte', [{ path: 'a\0b' }]],
    [
      'goes through a link',
      [{ path: 'a', mode: mode.symlink | 0o777, linkname: '..' }, { path: 'a/up' }],
    ],
    [
      'makes a link a directory',
      [{ path: 'a', mode: mode.symlink | 0o777, linkname: '..' }, directory('a'), { path: 'a/up' }],
    ],
    ['has no directory', [{ path: 'a/b' }]],
    ['lies in a file', [{ path: 'a' }, { path: 'a/b' }]],
    ['comes twice', [{ path: 'a' }, { path: 'a' }]],
    ['is another name of something outside', [{ path: 'a', linkname: '../../secret' }]],
    [
      'is another name of a link',
      [
        { path: 'a', mode: mode.symlink | 0o777, linkname: '/etc/passwd' },
        { path: 'b', linkname: 'a' },
      ],
    ],
  ];
  it.each(hostile)('refuses a path that %s', async (_, entries) => {
    await expect(send(entries)).rejects.toMatchObject({ name: 'EngineError', reason: 'server' });
    expect(await readdir(join(dest, '..'))).toEqual(['out']);
    expect((await readdir(dest)).filter((name) => name.startsWith('.stevedore'))).toEqual([]);
  });

  it('refuses files that are shorter than announced, and leaves nothing of them', async () => {
    await expect(send([{ path: 'short', size: 10 }])).rejects.toThrow(
      `“${dest}/short” came with 1 bytes, and 10 were announced.`,
    );
    expect(await readdir(dest)).toEqual([]);
  });

  it('leaves pipes and devices out, and says so', async () => {
    const received = await send([
      { path: 'null', mode: mode.device | mode.characters | 0o666 },
      { path: 'pipe', mode: mode.pipe | 0o600 },
      { path: 'z' },
    ]);
    expect(received).toEqual({ files: 1, bytes: 1, skipped: ['null', 'pipe'] });
    expect(await readdir(dest)).toEqual(['z']);
  });

  it('leaves no drafts when the call breaks off', async () => {
    const pair = exchangePair();
    const received = receiveFiles(dest, pair.ours);
    received.catch(() => {});
    const writer = createStatWriter();
    writer.add({
      path: 'half',
      raw: false,
      mode: 0o644,
      size: 100,
      modified: 0n,
      linkname: '',
      major: 0,
      minor: 0,
    });
    await pair.theirs.send(writer.take().bytes.subarray(3), LIST_END);
    const { bytes } = dataPacket(0, 10);
    await pair.theirs.send(bytes);
    await expect.poll(() => readdir(dest).catch(() => [])).toHaveLength(1);
    pair.abort();
    await expect(received).rejects.toThrow('broken off');
    expect(await readdir(dest)).toEqual([]);
  });
});

describe('a folder for files', () => {
  it('is not made where a file is: it is said which', async () => {
    await writeFile(dest, '');
    await expect(receiveFiles(dest, exchangePair().theirs)).rejects.toMatchObject({
      reason: 'conflict',
      message: `The folder “${dest}” could not be made: something of that name is there already.`,
    });
  });
});

describe('receiving an archive', () => {
  const part = (text: string) =>
    toBinary(BytesMessageSchema, create(BytesMessageSchema, { data: Buffer.from(text) }));

  it('puts it in its place when it is complete', async () => {
    await writeFile(dest, 'old');
    const pair = exchangePair();
    const progress: number[] = [];
    const received = receiveArchive(dest, pair.ours, (bytes) => progress.push(bytes));
    await pair.theirs.send(part('one '), part(''), part('two'));
    await expect.poll(() => progress.at(-1)).toBe(7);
    expect(await readFile(dest, 'utf8')).toBe('old');
    pair.endTheirs();
    const archive = await received;
    expect(archive.bytes).toBe(7);
    // Only its build's success says that it is whole: the engine ends one that it breaks off in the same way.
    expect(await readFile(dest, 'utf8')).toBe('old');
    await archive.place();
    await archive.discard();
    expect(await readFile(dest, 'utf8')).toBe('one two');
    expect(await readdir(join(dest, '..'))).toEqual(['out']);
  });

  it('leaves what was there when the build has failed after all', async () => {
    await writeFile(dest, 'old');
    const pair = exchangePair();
    const output = openOutputs([{ type: 'tar', dest }], () => {});
    const served = output.services['/moby.filesync.v1.FileSend/DiffCopy']?.(pair.ours);
    await pair.theirs.send(part('hal'));
    pair.endTheirs();
    await served;
    expect(await readFile(dest, 'utf8')).toBe('old');
    await output.close();
    expect(await readFile(dest, 'utf8')).toBe('old');
    expect(await readdir(join(dest, '..'))).toEqual(['out']);
  });

  it('leaves what was there when the call breaks off', async () => {
    await writeFile(dest, 'old');
    const pair = exchangePair();
    const received = receiveArchive(dest, pair.ours);
    received.catch(() => {});
    await pair.theirs.send(part('new'));
    pair.abort();
    await expect(received).rejects.toThrow('broken off');
    expect(await readFile(dest, 'utf8')).toBe('old');
    expect(await readdir(join(dest, '..'))).toEqual(['out']);
  });

  it('is written where a link leads, and the link stays', async () => {
    const there = join(await mkdtemp(join(base, 'there-')), 'kept.tar');
    await writeFile(there, 'old');
    await symlink(there, dest);
    const pair = exchangePair();
    const received = receiveArchive(dest, pair.ours);
    await pair.theirs.send(part('new'));
    pair.endTheirs();
    await (await received).place();
    expect(await readlink(dest)).toBe(there);
    expect(await readFile(there, 'utf8')).toBe('new');
  });

  it.skipIf(process.platform === 'win32')('takes the place of no pipe or device', async () => {
    execFileSync('mkfifo', [dest]);
    const pair = exchangePair();
    pair.endTheirs();
    const refused = receiveArchive(dest, pair.ours);
    await expect(refused).rejects.toThrow('could not be written: it is a device or a pipe.');
  });

  it('says where it can’t be written', async () => {
    const { ours } = exchangePair();
    await expect(receiveArchive(join(dest, 'nowhere/a.tar'), ours)).rejects.toThrow(
      /could not be written: there is no such file or folder\.$/,
    );
    await mkdir(dest);
    await expect(receiveArchive(dest, ours)).rejects.toThrow(/it is a directory\.$/);
  });
});
