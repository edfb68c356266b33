import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  heaviest,
  isLeftOut,
  measureContext,
  patternFor,
} from '../../../src/engine/contextTree.ts';
import type { ContextNode } from '../../../src/engine/contextTree.ts';
import { explainIgnored } from '../../../src/engine/ignored.ts';
import { contextRows } from '../../../src/views/rows/context.ts';
import type { Row } from '../../../src/views/row.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stevedore-tree-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text = '') {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const lines = ({ children }: ContextNode): string[] =>
  children.flatMap((node) => [
    `${node.path} ${node.size} ${node.files}${isLeftOut(node) ? ` by ${node.by?.text}` : ''}`,
    ...lines(node),
  ]);

describe('a measured build context', () => {
  it('holds what is sent, the largest first, and says what is left out', async () => {
    put('.dockerignore', '*.log\nnode_modules\nlib\n!lib/keep\n');
    put('a.log', 'x'.repeat(100));
    put('src/a', 'x'.repeat(50));
    put('src/b', 'x'.repeat(70));
    put('lib/keep', 'x'.repeat(30));
    put('lib/drop', 'x');
    put('node_modules/x/y', 'x');
    put('empty');
    const tree = await measureContext(root, undefined);
    expect(lines(tree.top)).toEqual([
      'src 120 2',
      'src/b 70 1',
      'src/a 50 1',
      '.dockerignore 33 1',
      'lib 30 1',
      'lib/keep 30 1',
      'lib/drop 0 0 by lib',
      'empty 0 1',
      'a.log 0 0 by *.log',
      'node_modules 0 0 by node_modules',
    ]);
    expect(tree.top).toMatchObject({ size: 183, files: 5 });
    expect(tree).toMatchObject({ complete: true, unreadable: [] });
  });

  it('follows no link, and stops where it is told to', async () => {
    put('a/b', 'x');
    symlinkSync('a', join(root, 'link'));
    const { top } = await measureContext(root, undefined);
    expect(lines(top)).toEqual(['a 1 1', 'a/b 1 1', 'link 0 1']);
    expect((await measureContext(root, undefined, { limit: 2 })).complete).toBe(false);
    const signal = AbortSignal.abort();
    await expect(measureContext(root, undefined, { signal })).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });

  it('says what could not be read', async () => {
    put('shut/file');
    chmodSync(join(root, 'shut'), 0);
    chmodSync(root, 0o755);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect((await measureContext(root, undefined)).unreadable).toEqual(['shut']);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(root, 'shut'), 0o755);
    }
    await expect(measureContext(join(root, 'nope'), undefined)).rejects.toMatchObject({
      reason: 'not-found',
    });
    await expect(measureContext(join(root, 'shut/file'), undefined)).rejects.toMatchObject({
      name: 'EngineError',
    });
  });

  it('is shown as rows', async () => {
    put('.dockerignore', '*.log\n');
    put('a.log');
    put('src/$(x)', 'x'.repeat(500));
    const [top] = contextRows(await measureContext(root, undefined));
    const below = (top?.children ?? []) as readonly Row[];
    expect(top?.description).toBe('506 B  2 files');
    expect(below.map(({ label, description, facts }) => [label, description, facts])).toEqual([
      ['src', '500 B  99 %  1 file', ['folder', 'sent']],
      ['.dockerignore', '6 B  1 %', ['file', 'sent']],
      ['a.log', 'left out by *.log', ['file', 'pattern']],
    ]);
    const { children } = below[0] ?? {};
    const deeper = typeof children === 'function' ? await children() : [];
    expect(deeper.map(({ label }) => label)).toEqual(['$(x)']);
    expect(await below[2]?.tooltip?.()).toContain('`*.log` on line 1 decides');
    expect(await top?.tooltip?.()).toContain('2 files');
  });
});

describe('why a file is ignored', () => {
  it('is told as BuildKit has it', async () => {
    put('.dockerignore', '**/*.log\n!logs\n');
    put('logs/a.log', 'text');
    const [verdict] = await explainIgnored(join(root, 'logs/a.log'), root);
    expect(verdict).toMatchObject({ ignored: true, by: { text: '**/*.log', line: 1 } });
    const { top } = await measureContext(root, undefined);
    expect(lines(top)).toContain('logs/a.log 0 0 by **/*.log');
  });

  it('is told by each ignore file above it, the nearest first', async () => {
    put('.dockerignore', 'web/*\n!web/keep.log\n');
    put('web/.dockerignore', '# none\n*.log\n');
    put('web/api.Dockerfile.dockerignore', 'other\n');
    put('web/keep.log');
    const verdicts = await explainIgnored(join(root, 'web/keep.log'), root);
    expect(
      verdicts.map(({ ignoreFile, path, ignored, by }) => [
        ignoreFile.slice(root.length + 1),
        path,
        ignored,
        by?.line,
      ]),
    ).toEqual([
      ['web/.dockerignore', 'keep.log', true, 2],
      ['web/api.Dockerfile.dockerignore', 'keep.log', false, undefined],
      ['.dockerignore', 'web/keep.log', false, 2],
    ]);
    expect(await explainIgnored(join(root, 'web/keep.log'), join(root, 'web'))).toHaveLength(2);
  });

  it('fails when a folder cannot be read', async () => {
    await expect(explainIgnored(join(root, 'nope/file'), root)).rejects.toMatchObject({
      reason: 'not-found',
    });
  });
});

describe('the pattern for a node', () => {
  it.each(['', '*\n!dir/x\n!dir/sub/y\n', '*\n!dir\n', 'dir/x\n'])(
    'leaves it out behind %j',
    async (text) => {
      put('.dockerignore', text);
      put('dir/x', 'x');
      put('dir/sub/y', 'y');
      const { top } = await measureContext(root, undefined);
      const node = top.children.find(({ path }) => path === 'dir');
      expect(node?.files).toBeGreaterThan(0);
      put('.dockerignore', `${text}${node && patternFor(node)}\n`);
      const after = await measureContext(root, undefined);
      expect(after.top.children.find(({ path }) => path === 'dir')?.files).toBe(0);
    },
  );

  it('means no other', async () => {
    for (const name of ['a*b', '#a', '!a', ' a ', '[a]']) put(name, 'x');
    put('axb', 'x');
    const { top } = await measureContext(root, undefined);
    const odd = top.children.filter(({ path }) => path !== 'axb');
    put('.dockerignore', `${odd.map(patternFor).join('\n')}\n.dockerignore\n`);
    const after = await measureContext(root, undefined);
    expect(after.top.children.filter(({ files }) => files > 0).map(({ path }) => path)).toEqual([
      'axb',
    ]);
  });
});

describe('what weighs most', () => {
  it('is named as narrowly as it can be', async () => {
    put('.dockerignore', 'left-out\n');
    put('left-out', 'x'.repeat(9000));
    put('src/data/model.bin', 'x'.repeat(5000));
    put('src/main.ts', 'x'.repeat(20));
    put('assets/a', 'x'.repeat(800));
    put('assets/b', 'x'.repeat(900));
    put('tiny', 'x');
    const { top } = await measureContext(root, undefined);
    expect(heaviest(top, 8).map(({ path }) => path)).toEqual(['src/data/model.bin', 'assets']);
    expect(heaviest(top, 1).map(({ path }) => path)).toEqual(['src/data/model.bin']);
  });
});
