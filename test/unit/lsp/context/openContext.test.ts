import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createContexts } from '../../../../src/lsp/server/context/contexts.ts';
import { guessRoot } from '../../../../src/lsp/server/context/guessRoot.ts';
import { openContext } from '../../../../src/lsp/server/context/openContext.ts';
import { contextOf, folderOf } from '../support/context.ts';

describe('a build context', () => {
  it('says what is there', async () => {
    const context = await contextOf({ 'src/a.ts': 'text', 'b.txt': '' });
    expect(await context.kind('src')).toBe('directory');
    expect(await context.kind('/src/a.ts')).toBe('file');
    expect(await context.kind('../../b.txt')).toBe('file');
    expect(await context.kind('b.txt/x')).toBeUndefined();
    expect(await context.kind('nope')).toBeUndefined();
    expect(await context.kind('a\0b')).toBeUndefined();
    expect(await context.read('src/a.ts')).toBe('text');
    expect(await context.read('src')).toBeUndefined();
    expect(await context.list('.')).toEqual([
      { name: 'b.txt', kind: 'file' },
      { name: 'src', kind: 'directory' },
    ]);
    expect(await context.list('b.txt')).toEqual([]);
  });

  it('prefers the ignore file of its Dockerfile, and says which pattern decides', async () => {
    const root = await folderOf({
      'docker/web.Dockerfile': '',
      'docker/web.Dockerfile.dockerignore': '*.log\n!keep.log',
      '.dockerignore': 'src',
      'src/a.log': '',
    });
    const own = await openContext(root, join(root, 'docker/web.Dockerfile'));
    expect(own.ignoreFile).toBe('web.Dockerfile.dockerignore');
    expect(own.dockerfile).toBe('docker/web.Dockerfile');
    expect(own.hasExceptions).toBe(true);
    expect(own.ignoredBy('a.log')).toBe('*.log');
    expect(own.ignoredBy('keep.log')).toBeUndefined();
    const other = await openContext(root, join(root, 'Dockerfile'));
    expect(other.ignoredBy('src/a.log')).toBe('src');
    expect((await openContext(root, '/elsewhere/Dockerfile')).dockerfile).toBeUndefined();
  });

  it('leaves out what BuildKit is not sent', async () => {
    const context = await contextOf({
      '.dockerignore': '**/*.log\n!logs\nlib\n!lib/keep\nlib',
      'logs/a.log': '',
      'lib/keep': '',
    });
    expect(context.ignoredBy('logs/a.log')).toBe('**/*.log');
    expect(context.ignoredBy('lib/keep')).toBeUndefined();
    expect((await context.sent()).paths).toEqual(['.dockerignore', 'lib/keep']);
  });

  it('takes an open editor’s text of the ignore file', async () => {
    const root = await folderOf({ '.dockerignore': 'a' });
    const context = await openContext(root, undefined, (path) =>
      path === join(root, '.dockerignore') ? 'b' : undefined,
    );
    expect([context.ignoredBy('a'), context.ignoredBy('b')]).toEqual([undefined, 'b']);
  });

  it('finds what matches a pattern of COPY', async () => {
    const context = await contextOf({
      'package.json': '',
      'package-lock.json': '',
      'apps/a/x.jar': '',
      'apps/b/y.jar': '',
      'apps/b/*': '',
    });
    expect(await context.glob('package*.json', 9)).toEqual(['package-lock.json', 'package.json']);
    expect(await context.glob('apps/*/?.jar', 9)).toEqual(['apps/a/x.jar', 'apps/b/y.jar']);
    expect(await context.glob('./apps/*/*.jar', 1)).toEqual(['apps/a/x.jar']);
    expect(await context.glob('apps/b/\\*', 9)).toEqual(['apps/b/*']);
    expect(await context.glob('[', 9)).toEqual([]);
    expect(await context.glob('nope/*', 9)).toEqual([]);
  });

  it('does not leave the context by a link', async () => {
    const outside = await folderOf({ secret: 'x', 'dir/inner': '' });
    const root = await folderOf({ 'real/file': 'text', secret: 'own' });
    symlinkSync('real', join(root, 'link'));
    symlinkSync(join(outside, 'secret'), join(root, 'absolute'));
    symlinkSync('/secret', join(root, 'rooted'));
    symlinkSync(`../../../../../../../../..${outside}/dir`, join(root, 'climbing'));
    symlinkSync('loop', join(root, 'loop'));
    const context = await openContext(root, undefined);
    expect(await context.kind('link/file')).toBe('file');
    expect(await context.kind('absolute')).toBeUndefined();
    expect(await context.read('absolute')).toBeUndefined();
    expect(await context.read('rooted')).toBe('own');
    expect(await context.list('climbing')).toEqual([]);
    expect(await context.kind('loop')).toBeUndefined();
  });

  it('tells the files that are sent', async () => {
    const context = await contextOf({
      '.dockerignore': '*\n!src\n**/*.log',
      'src/a.ts': '',
      'src/b.log': '',
      'node_modules/x/y': '',
    });
    expect(await context.sent()).toEqual({ paths: ['src/a.ts'], complete: true });
  });

  it('leaves out of them what others have made', async () => {
    const files = { '.git/config': '', 'a/node_modules/x/y': '', 'a/my_node_modules/z': '' };
    const { paths } = await (await contextOf(files)).sent();
    expect(paths).toEqual(['a/my_node_modules/z']);
  });

  it('fails when the ignore file cannot be read', async () => {
    const root = await folderOf({});
    mkdirSync(join(root, '.dockerignore'));
    await expect(openContext(root, undefined)).rejects.toThrow(/\/\.dockerignore: is a folder$/);
  });

  it('fails when the ignore file is a pipe, which nobody may ever write to', async () => {
    const root = await folderOf({});
    execFileSync('mkfifo', [join(root, '.dockerignore')]);
    await expect(openContext(root, undefined)).rejects.toThrow(
      /: is a pipe or device, not a file$/,
    );
  });

  it('says that a folder could not be read', async () => {
    const root = await folderOf({ 'shut/file': '', open: '' });
    chmodSync(join(root, 'shut'), 0);
    chmodSync(root, 0o755);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const context = await openContext(root, undefined);
      expect(await context.sent()).toEqual({ paths: ['open'], complete: false });
      await expect(context.kind('shut/file')).rejects.toThrow(/EACCES/);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(root, 'shut'), 0o755);
    }
  });
});

describe('contexts', () => {
  it('are kept for a moment', async () => {
    const root = await folderOf({ '.dockerignore': 'a' });
    let time = 0;
    const contexts = createContexts(undefined, () => time);
    const first = await contexts.open(root, undefined);
    expect(await contexts.open(root, undefined)).toBe(first);
    writeFileSync(join(root, '.dockerignore'), 'b');
    time = 5000;
    expect((await contexts.open(root, undefined)).ignoredBy('b')).toBe('b');
    writeFileSync(join(root, '.dockerignore'), 'c');
    contexts.clear();
    expect((await contexts.open(root, undefined)).ignoredBy('c')).toBe('c');
  });

  it('forget a failure', async () => {
    const root = await folderOf({});
    mkdirSync(join(root, '.dockerignore'));
    const contexts = createContexts();
    await expect(contexts.open(root, undefined)).rejects.toThrow(/\/\.dockerignore: is a folder$/);
    await expect(contexts.open(`${root}/nope`, undefined)).resolves.toBeDefined();
  });
});

describe('the likely root', () => {
  it('is where the sources are', async () => {
    const root = await folderOf({ 'docker/Dockerfile': '', 'src/a': '', 'docker/b': '' });
    const dockerfile = join(root, 'docker/Dockerfile');
    expect(await guessRoot(dockerfile, root, ['src'])).toBe(root);
    expect(await guessRoot(dockerfile, root, ['b'])).toBe(join(root, 'docker'));
    expect(await guessRoot(dockerfile, root, ['.', 'nope'])).toBe(join(root, 'docker'));
    expect(await guessRoot(dockerfile, undefined, ['src'])).toBe(join(root, 'docker'));
    expect(await guessRoot(dockerfile, join(root, 'src'), ['src'])).toBe(join(root, 'docker'));
  });
});
