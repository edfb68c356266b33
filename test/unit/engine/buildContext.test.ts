import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBuildContext } from '../../../src/engine/buildContext.ts';
import type { ContextOptions } from '../../../src/engine/buildContext.ts';
import { ignoreRules } from '../../../src/engine/dockerignore.ts';

let context: string;
beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), 'stevedore-context-'));
});
afterEach(() => rmSync(context, { recursive: true, force: true }));

function put(path: string, text = '') {
  mkdirSync(dirname(join(context, path)), { recursive: true });
  writeFileSync(join(context, path), text);
}

async function entries(options: Partial<ContextOptions> = {}) {
  const { tar, dockerfile } = await openBuildContext({ context, ...options });
  const found = new Map<string, { header: Header; text: string }>();
  const unpack = extract();
  // The pipeline tells it.
  unpack.on('error', () => {});
  unpack.on('entry', (header, stream, next) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk) => chunks.push(chunk as Buffer));
    stream.on('end', () => {
      found.set(header.name, { header, text: Buffer.concat(chunks).toString() });
      next();
    });
  });
  await pipeline(tar, unpack as unknown as Writable);
  return { found, names: [...found.keys()], dockerfile };
}

describe('a build context', () => {
  it('holds what the rules leave in, and always the Dockerfile and the rules', async () => {
    put('Dockerfile', 'FROM x');
    put('.dockerignore', '# all of it\n*\n!src\nsrc/*.log\n!src/keep.log\n');
    put('src/a.ts', 'a');
    put('src/b.log', 'b');
    put('src/keep.log', 'k');
    put('node_modules/x/index.js', 'x');
    const { names } = await entries();
    expect(names.sort()).toEqual([
      '.dockerignore',
      'Dockerfile',
      'src/',
      'src/a.ts',
      'src/keep.log',
    ]);
  });

  it('prefers the rules of its Dockerfile', async () => {
    put('docker/web.Dockerfile', 'FROM x');
    put('docker/web.Dockerfile.dockerignore', 'a');
    put('.dockerignore', 'b');
    put('a');
    put('b');
    const { names, dockerfile } = await entries({
      dockerfile: join(context, 'docker/web.Dockerfile'),
    });
    expect(names).toContain('b');
    expect(names).not.toContain('a');
    expect(dockerfile).toBe('docker/web.Dockerfile');
  });

  it('keeps links and permissions, and leaves special files out', async () => {
    put('Dockerfile');
    put('run.sh', '#!/bin/sh');
    chmodSync(join(context, 'run.sh'), 0o4751);
    symlinkSync('../outside', join(context, 'link'));
    symlinkSync('run.sh', join(context, 'dangling-not'));
    mkdirSync(join(context, 'empty'));
    execFileSync('mkfifo', [join(context, 'pipe')]);
    const { found, names } = await entries();
    expect(found.get('run.sh')?.header).toMatchObject({ mode: 0o4751, uid: 0, gid: 0 });
    expect(found.get('link')?.header).toMatchObject({ type: 'symlink', linkname: '../outside' });
    expect(found.get('empty/')?.header.type).toBe('directory');
    expect(names).not.toContain('pipe');
  });

  it('arrives with the modes, times, hard links and names that files have', async () => {
    put('Dockerfile');
    put('closed', 'c');
    chmodSync(join(context, 'closed'), 0);
    for (const [name, year] of [
      ['early', 1960],
      ['late', 2400],
    ] as const) {
      put(name);
      utimesSync(join(context, name), 0, new Date(Date.UTC(year, 0)));
    }
    put('folder/one', 'twice');
    linkSync(join(context, 'folder/one'), join(context, 'folder/two'));
    const latin = Buffer.concat([Buffer.from(`${context}/caf`), Buffer.from([0xe9])]);
    writeFileSync(latin, 'latin');
    symlinkSync(Buffer.from([0xe9]), join(context, 'raw'));
    const { tar } = await openBuildContext({ context });
    const target = mkdtempSync(join(tmpdir(), 'stevedore-unpacked-'));
    try {
      const gnuTar = spawn('tar', ['-xpf-', '-C', target, '--warning=no-timestamp'], {
        stdio: ['pipe', 'inherit', 'inherit'],
      });
      await Promise.all([pipeline(tar, gnuTar.stdin), once(gnuTar, 'close')]);
      const of = (name: string) => lstatSync(join(target, name));
      expect(gnuTar.exitCode).toBe(0);
      expect(of('closed').mode & 0o7777).toBe(0);
      expect(of('early').mtime.getUTCFullYear()).toBe(1960);
      expect(of('late').mtime.getUTCFullYear()).toBe(2400);
      expect(of('folder/two').ino).toBe(of('folder/one').ino);
      const names = readdirSync(target, { encoding: 'buffer' }).map((name) => name.toString('hex'));
      expect(names).toContain(Buffer.from('caf\u00e9', 'latin1').toString('hex'));
      expect(readlinkSync(join(target, 'raw'), { encoding: 'buffer' })).toEqual(
        Buffer.from([0xe9]),
      );
    } finally {
      rmSync(target, { recursive: true });
    }
  });

  it('takes names of every kind and length', async () => {
    const odd = ['ünï "q" $(x)\n', '\u202Ertl', `${'d'.repeat(120)}/${'f'.repeat(120)}`];
    put('Dockerfile');
    for (const name of [...odd, 'constructor', '__proto__', 'a(b', 'x+y']) put(name, name);
    put('.dockerignore', 'a(b\nx+y\n[a-c]x\n');
    put('bx');
    const { found, names } = await entries();
    for (const name of odd) expect(found.get(name)?.text).toBe(name);
    expect(names).toContain('constructor');
    expect(names).toContain('__proto__');
    for (const name of ['a(b', 'x+y', 'bx']) expect(names).not.toContain(name);
  });

  it('takes a Dockerfile from elsewhere, hidden from the build', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'stevedore-dockerfile-'));
    writeFileSync(join(elsewhere, 'Dockerfile'), 'FROM elsewhere');
    put('.dockerignore', 'x');
    try {
      const { found, dockerfile } = await entries({ dockerfile: join(elsewhere, 'Dockerfile') });
      expect(found.get(dockerfile)?.text).toBe('FROM elsewhere');
      expect(found.get('.dockerignore')?.text).toBe(`x\n${dockerfile}\n`);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('takes an unsaved Dockerfile for the one on the disk', async () => {
    put('Dockerfile', 'FROM saved');
    const { found, dockerfile } = await entries({ dockerfileText: 'FROM unsaved' });
    expect(found.get(dockerfile)?.text).toBe('FROM unsaved');
  });

  it('names the file that cannot be read', async () => {
    put('Dockerfile');
    put('secret', 'x');
    chmodSync(join(context, 'secret'), 0);
    chmodSync(context, 0o755);
    const root = process.geteuid?.() === 0;
    // Nothing is unreadable to root.
    if (root) process.seteuid?.(65_534);
    try {
      await expect(entries()).rejects.toMatchObject({
        name: 'EngineError',
        reason: 'permission',
        message: '“secret” could not be read: permission was denied.',
      });
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  it('says what is missing', async () => {
    await expect(entries()).rejects.toMatchObject({ reason: 'not-found' });
    await expect(entries({ context: join(context, 'nope') })).rejects.toMatchObject({
      reason: 'not-found',
    });
    put('file');
    await expect(entries({ context: join(context, 'file') })).rejects.toThrow(/not a directory/);
  });

  it('does not grow with the context', async () => {
    put('Dockerfile');
    const big = join(context, 'big');
    execFileSync('truncate', ['-s', '300M', big]);
    const { tar } = await openBuildContext({ context });
    const before = process.memoryUsage().rss;
    let most = 0;
    let bytes = 0;
    for await (const chunk of tar) {
      bytes += (chunk as Buffer).length;
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    expect(bytes).toBeGreaterThan(300 * 1024 * 1024);
    expect(most).toBeLessThan(100 * 1024 * 1024);
  });
});

describe('ignore rules', () => {
  it.each([
    ['a', 'a/b', true],
    ['a/*', 'a/b', true],
    ['*', 'a/b', true],
    ['*/b', 'a/b', true],
    ['*/b', 'b', false],
    ['**/b', 'x/y/b', true],
    ['**/b', 'b', true],
    ['/a', 'a', true],
    ['a?', 'ab', true],
    ['A', 'a', false],
    ['a\n!a', 'a', false],
    ['\uFEFFa\r\nb', 'a', true],
    ['#a', '#a', false],
  ])('%j on %s: %s', (text, path, ignored) => {
    expect(ignoreRules(text, undefined).ignores(path)).toBe(ignored);
  });

  it('a malformed pattern is told', () => {
    expect(() => ignoreRules('[z-a]', '/x/.dockerignore').ignores('a')).toThrow(
      /^A pattern in \.dockerignore is malformed/,
    );
  });
});

describe('what takes the place of a file while a question is open', () => {
  const asked = (put: () => void) =>
    entries({ allowance: { bytes: 0, ask: async () => put() } }).then(({ found }) =>
      [...found].map(([name, { text }]) => `${name}: ${text}`),
    );
  const replaced = (path: string, by: (path: string) => void) => () => {
    rmSync(join(context, path), { recursive: true });
    by(join(context, path));
  };

  it.each([
    [
      'a link',
      'a/file',
      (path: string) => symlinkSync('/etc/passwd', path),
      'it is no file any more',
    ],
    ['a directory', 'a/file', (path: string) => mkdirSync(path), 'it is no file any more'],
    [
      'a shorter file',
      'a/file',
      (path: string) => writeFileSync(path, 'x'),
      'it had 4 bytes and has 1 now',
    ],
    ['nothing', 'a/file', () => {}, undefined],
    [
      'a link to another folder',
      'a',
      (path: string) => symlinkSync('b', path),
      'a folder above it is a link now',
    ],
  ])('is not sent where it is %s', async (_, path, by, why) => {
    put('a/file', 'text');
    put('b/file', 'more');
    put('Dockerfile', '');
    await expect(asked(replaced(path, by))).rejects.toMatchObject({
      name: 'EngineError',
      message:
        why === undefined
          ? '“a/file” could not be read: there is no such file or folder.'
          : `“a/file” changed while it was sent: ${why}. Build again, or leave it out by .dockerignore.`,
    });
  });

  it.skipIf(process.platform === 'win32')('is not waited for where it is a pipe', async () => {
    put('a', 'text');
    put('Dockerfile', '');
    const pipe = replaced('a', (path) => execFileSync('mkfifo', [path]));
    await expect(asked(pipe)).rejects.toThrow(/^“a” changed while it was sent: /);
  });
});
