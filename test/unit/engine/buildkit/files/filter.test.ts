import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../../../../src/engine/buildkit/files/filter.ts';
import { compilePatterns } from '../../../../../src/engine/buildkit/files/filter.ts';
import { readPacket } from '../../../../../src/engine/buildkit/files/packet.ts';
import { walk } from '../../../../../src/engine/buildkit/files/walk.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'stevedore-filter-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** Plants empty files, and links (`name -> target`). */
async function plant(files: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(base, 'tree-'));
  for (const file of files) {
    const [name = '', target] = file.split(' -> ');
    await mkdir(dirname(join(root, name)), { recursive: true });
    if (target === undefined) await writeFile(join(root, name), '');
    else await symlink(target, join(root, name));
  }
  return root;
}

const sent = (
  root: string,
  { include = [], exclude = [], follow = [] }: Partial<Filter>,
): string[] =>
  [...walk({ root, filter: { include, exclude, follow }, windows: false }, 1_000)].flatMap(
    ({ bytes, bounds }) =>
      Array.from(
        { length: bounds.length / 2 },
        (_, index) =>
          readPacket(bytes.subarray(bounds[2 * index], bounds[2 * index + 1])).stat?.path ?? '',
      ),
  );

const TREE = [
  'a/b/c',
  'a/b/d',
  'a/x.txt',
  'ab',
  'docs/guide/one.md',
  'docs/two.md',
  'src/main.ts',
  'src/test/main.ts',
  'x.txt',
];

/** What fsutil sends of {@link TREE}, as it was seen to. */
const CASES: readonly (readonly [string, Partial<Filter>, readonly string[]])[] = [
  [
    'a directory and all in it',
    { include: ['docs'] },
    ['docs', 'docs/guide', 'docs/guide/one.md', 'docs/two.md'],
  ],
  [
    'a file with the directories above it',
    { include: ['docs/guide/one.md'] },
    ['docs', 'docs/guide', 'docs/guide/one.md'],
  ],
  ['a pattern that starts with a slash: nothing', { include: ['/docs'] }, []],
  ['two stars before a slash', { include: ['**/*.txt'] }, ['a', 'a/x.txt', 'x.txt']],
  ['a star that stands for no slash', { include: ['*.ts'] }, []],
  [
    'what is included without what is taken back',
    { include: ['docs', '!docs/guide'] },
    ['docs', 'docs/two.md'],
  ],
  ['all but what is excluded', { exclude: ['a', 'docs', 'src'] }, ['ab', 'x.txt']],
  [
    'an exception, with the directories above it',
    { exclude: ['*', '!src/test'] },
    ['src', 'src/test', 'src/test/main.ts'],
  ],
  [
    'an exception with wildcards',
    { exclude: ['**', '!**/*.md'] },
    ['docs', 'docs/guide', 'docs/guide/one.md', 'docs/two.md'],
  ],
  [
    'the last pattern that matches',
    { exclude: ['*.txt', '!x.txt', 'x.*'] },
    TREE.flatMap((path) => (path === 'x.txt' ? [] : path)).flatMap(withParents),
  ],
  [
    'a pattern that was of no account for the directory says nothing of what is in it',
    { exclude: ['a', '!a/b', 'a'] },
    ['a', 'a/b', 'a/b/c', 'a/b/d', 'ab', ...TREE.slice(4).flatMap(withParents)],
  ],
  [
    'included and not excluded',
    { include: ['a', 'docs'], exclude: ['**/b', '*/guide'] },
    ['a', 'a/x.txt', 'docs', 'docs/two.md'],
  ],
  [
    'followed paths beside included ones',
    { include: ['ab'], follow: ['docs/t*'] },
    ['ab', 'docs', 'docs/two.md'],
  ],
  ['everything, when the folder is followed', { follow: ['.', 'ab'] }, TREE.flatMap(withParents)],
  [
    'patterns that are cleaned',
    { include: ['./docs//guide/../guide/'] },
    ['docs', 'docs/guide', 'docs/guide/one.md'],
  ],
];

function withParents(path: string): string[] {
  // The first file of each directory brings the directory.
  const parts = path.split('/');
  const parents = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  const before = TREE.slice(0, TREE.indexOf(path));
  return [
    ...parents.filter((parent) => !before.some((file) => file.startsWith(`${parent}/`))),
    path,
  ];
}

describe('a filter', () => {
  it.each(CASES)('sends %s', async (_, filter, expected) => {
    expect(sent(await plant(TREE), filter)).toEqual(expected);
  });

  it.each([
    [
      'a link and what it leads to',
      ['to'],
      ['real/file', 'to -> real'],
      ['real', 'real/file', 'to'],
    ],
    [
      'what lies behind a link, and no more',
      ['to/file'],
      ['real/file', 'real/other', 'to -> real'],
      ['real', 'real/file', 'to'],
    ],
    [
      'links that lead to links',
      ['one'],
      ['end', 'one -> two', 'two -> ./end'],
      ['end', 'one', 'two'],
    ],
    [
      'an absolute link from the folder on',
      ['dir/l'],
      ['dir/l -> /end', 'end'],
      ['dir', 'dir/l', 'end'],
    ],
    [
      'a link upwards no further than the folder',
      ['dir/l'],
      ['dir/l -> ../../../end', 'end'],
      ['dir', 'dir/l', 'end'],
    ],
    [
      'links that a wildcard stands for',
      ['l*'],
      ['end', 'l1 -> end', 'l2 -> nowhere', 'm -> end'],
      ['end', 'l1', 'l2'],
    ],
    ['links in a circle', ['one/x'], ['one -> two', 'two -> one'], ['one', 'two']],
    [
      'links whose names begin with two dots, as Kubernetes makes them',
      ['config'],
      ['..1/config', '..1/other', '..data -> ..1', 'config -> ..data/config'],
      ['..1', '..1/config', '..data', 'config'],
    ],
    ['a link to the folder: everything', ['dot'], ['dot -> .', 'other'], ['dot', 'other']],
    ['a name with a wildcard that is escaped', ['\\*'], ['*', 'b'], ['*']],
    ['a path that is not there: nothing', ['missing', '../up'], ['there'], []],
  ])('follows %s', async (_, follow, files, expected) => {
    expect(sent(await plant(files), { follow })).toEqual(expected);
  });

  it.each([['['], ['a/[b-'], ['\\'], ['!']])(
    'refuses the pattern %s, naming it',
    async (pattern) => {
      const root = await plant(['a']);
      expect(() => sent(root, { exclude: [pattern] })).toThrow(
        `The exclude pattern “${pattern}” is not a pattern.`,
      );
      expect(() => sent(root, { include: [pattern] })).toThrow(
        `The include pattern “${pattern}” is not a pattern.`,
      );
    },
  );

  it('takes away white space as Go has it, and so no byte order mark within a list', () => {
    const patterns = compilePatterns(['\ufeffa', '\u0085 b\t'], 'pattern', false);
    const matches = (path: string) => patterns.matches(path, undefined, new Uint8Array(2));
    expect(['a', '\ufeffa', 'b'].map(matches)).toEqual([false, true, true]);
  });

  it('takes backslashes for slashes on Windows', () => {
    const patterns = compilePatterns(['docs\\guide'], 'pattern', true);
    expect(patterns.matches('docs/guide', undefined, new Uint8Array(1))).toBe(true);
    expect(patterns.mayMatchIn('docs')).toBe(true);
    expect(patterns.mayMatchIn('src')).toBe(false);
  });
});

/** Numbers below a bound that look random and are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What moby's matcher makes of a pattern, for the plain ones that are tried here. */
function expression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+()|{}$]/g, String.raw`\$&`)
    .replace(/\*\*\/|\*\*$|\*\*|\*|\?/g, (star) =>
      star === '**/' || star === '**' ? '\u{e000}' : star === '*' ? '[^/]*' : '[^/]',
    )
    .replace(/\u{e000}$/u, '.*')
    .replaceAll('\u{e000}', '(?:.*/)?');
  return new RegExp(`^${source}$`, 's');
}

/** Every path, asked from the top, directory by directory: the rules without any of the shortcuts. */
function naive(
  paths: readonly string[],
  { include, exclude }: Pick<Filter, 'include' | 'exclude'>,
): Set<string> {
  const judge = (patterns: readonly string[], path: string): boolean => {
    let parent: readonly boolean[] = [];
    let matched = false;
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      const part = parts.slice(0, depth).join('/');
      const said: boolean[] = [];
      matched = false;
      for (const [index, written] of patterns.entries()) {
        const exception = written.startsWith('!');
        const bare = exception ? written.slice(1) : written;
        said[index] = parent[index] || (exception === matched && expression(bare).test(part));
        if (said[index]) matched = !exception;
      }
      parent = said;
    }
    return matched;
  };
  const wanted = new Set<string>();
  for (const path of paths) {
    if (include.length > 0 && !judge(include, path)) continue;
    if (judge(exclude, path)) continue;
    const parts = path.split('/');
    for (let depth = 1; depth <= parts.length; depth++) wanted.add(parts.slice(0, depth).join('/'));
  }
  return wanted;
}

describe('the shortcuts of a walk', () => {
  const NAMES = ['a', 'b', 'ab', 'a.b', 'c', 'foo', 'foo.txt', '.git'];
  const random = numbers(20_260_101);
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;

  const files = (): string[] => {
    const found = new Set<string>();
    for (let index = 0; index < 40; index++)
      found.add(Array.from({ length: 1 + random(4) }, () => pick(NAMES)).join('/'));
    // A file is no directory.
    return [...found].filter((file) => ![...found].some((other) => other.startsWith(`${file}/`)));
  };
  const pattern = (exceptions: boolean): string => {
    const parts = Array.from({ length: 1 + random(3) }, () =>
      pick([...NAMES, ...NAMES, '*', '**', '?', '*.txt', 'a*', '*b']),
    );
    return `${exceptions && random(3) === 0 ? '!' : ''}${parts.join('/')}`.replace(
      /(?:\*\*\/)+\*\*/g,
      '**',
    );
  };
  const patterns = (most: number): string[] =>
    Array.from({ length: random(most) }, () => pattern(true));

  it('leave out nothing that is wanted', { timeout: 60_000 }, async () => {
    let differing = 0;
    for (let round = 0; round < 8; round++) {
      const names = files();
      const root = await plant(names);
      const everything = sent(root, {});
      for (let turn = 0; turn < 40; turn++) {
        const filter = { include: random(2) ? patterns(4) : [], exclude: patterns(6) };
        const got = sent(root, filter);
        const expected = naive(everything, filter);
        expect({ filter, got }).toEqual({
          filter,
          got: everything.filter((path) => expected.has(path)),
        });
        if (got.length > 0 && got.length < everything.length) differing++;
      }
    }
    // Filters that take all or nothing would prove little.
    expect(differing).toBeGreaterThan(80);
  });
});
