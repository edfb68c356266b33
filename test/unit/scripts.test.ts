import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  mainMirror,
  parseDeb822,
  parseOneLine,
  readSources,
} from '../../scripts/lib/apt-sources.ts';
import { checkBudgets } from '../../scripts/lib/budgets.ts';
import { inTurn } from '../../scripts/lib/apt.ts';
import { ensureStamped } from '../../scripts/lib/cache.ts';
import { exitCode } from '../../scripts/lib/namespace.ts';
import { countReported, selectSuites, summarize } from '../../scripts/lib/results.ts';
import { run } from '../../scripts/lib/run.ts';
import { grant, parseScopes } from '../../scripts/lib/token-server.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stevedore-unit-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const DEB822 = `# Debian's own
Types: deb deb-src
# a comment between fields
URIs: http://mirror.example/debian/
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no
`;

describe("apt's sources", () => {
  it('are read from one-line files, options and comments included', () => {
    const text = `# deb http://commented.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/key.gpg] http://mirror.example/debian/ bookworm main contrib # ours
  deb http://security.example/debian-security bookworm-security main`;
    expect(parseOneLine(text)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['bookworm'],
        components: ['main', 'contrib'],
        signedBy: '/etc/key.gpg',
      },
      {
        uri: 'http://security.example/debian-security',
        suites: ['bookworm-security'],
        components: ['main'],
      },
    ]);
  });

  it('are read from deb822 files with continued lines, without those switched off', () => {
    const sources = parseDeb822(DEB822);
    expect(sources.map(({ uri }) => uri)).toEqual([
      'http://mirror.example/debian',
      'http://mirror.example/debian-security',
    ]);
    expect(sources[0]?.suites).toEqual(['bookworm', 'bookworm-updates']);
    expect(sources[0]?.signedBy).toBe('/usr/share/keyrings/debian-archive-keyring.gpg');
  });

  it('leave out a key that stands in the file itself', () => {
    const inline = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY865UxYJKwYBBAHaRw8BAQdAd7Z0srwuhlB6JKFkcf4HU4SSS/xcRfwEQWzr`;
    expect(parseDeb822(inline)[0]).not.toHaveProperty('signedBy');
  });

  it('lead to the mirror of the release itself', () => {
    expect(mainMirror(parseDeb822(DEB822), 'bookworm')?.uri).toBe('http://mirror.example/debian');
    expect(mainMirror(parseDeb822(DEB822), 'noble')).toBeUndefined();
  });

  it('are gathered from both places', async () => {
    await mkdir(join(dir, 'sources.list.d'));
    writeFileSync(join(dir, 'sources.list'), 'deb http://one.example/debian bookworm main\n');
    writeFileSync(join(dir, 'sources.list.d/debian.sources'), DEB822);
    writeFileSync(join(dir, 'sources.list.d/old.list.disabled'), 'deb http://x.example/ y main\n');
    const uris = (await readSources(dir)).map(({ uri }) => uri);
    expect(uris[0]).toBe('http://one.example/debian');
    expect(uris).toHaveLength(3);
    expect(await readSources(join(dir, 'nowhere'))).toEqual([]);
  });
});

describe('the sum of all suites', () => {
  const vitest = (passed: number, failed: number, pending = 0) =>
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: pending,
      numTodoTests: 0,
    });

  it.each([
    ['all well', 0, vitest(3, 0), { passed: 3, failed: 0 }],
    ['the editor tests', 0, '{"passed":5,"failed":0}', { passed: 5, failed: 0 }],
    ['skipped tests are told', 0, vitest(3, 0, 2), { passed: 3, failed: 0, skipped: 2 }],
    ['failed tests', 1, vitest(3, 2), { passed: 3, failed: 2 }],
    ['a file that did not load', 1, vitest(3, 0), { passed: 3, failed: 1 }],
    ['no test', 0, vitest(0, 0), { passed: 0, failed: 1 }],
    ['only skipped tests', 0, vitest(0, 0, 4), { passed: 0, failed: 1 }],
    ['no report though all is well', 0, undefined, { passed: 0, failed: 1 }],
    ['a report that was cut off', 0, '{"numPassedTests": 3', { passed: 0, failed: 1 }],
    ['a report of something else', 0, '{"ok":true}', { passed: 0, failed: 1 }],
  ])('counts %s', (_title, code, report, counts) => {
    expect(countReported(code, report)).toMatchObject(counts);
  });

  it('stands in the last line', () => {
    const text = summarize([
      { suite: 'unit', passed: 40, failed: 1, seconds: 3.21 },
      { suite: 'engine-old', passed: 0, failed: 1, seconds: 0, reason: 'could not run: no apt' },
      { suite: 'lint', passed: 1, failed: 0, seconds: 12 },
    ]);
    expect(text.split('\n').at(-1)).toBe('41 passed, 2 failed');
    expect(text).toContain('could not run: no apt');
  });

  it('comes after what failed, told once more', () => {
    const test = { status: 'failed', fullName: 'a push goes', failureMessages: ['no: it stays'] };
    const report = JSON.stringify({
      numPassedTests: 1,
      numFailedTests: 1,
      testResults: [
        { name: 'push.test.ts', status: 'failed', message: '', assertionResults: [test] },
        { name: 'pull.test.ts', status: 'failed', message: 'no module', assertionResults: [] },
        { name: 'tag.test.ts', status: 'passed', message: '', assertionResults: [] },
      ],
    });
    const text = summarize([{ suite: 'engine-old', seconds: 1, ...countReported(1, report) }]);
    expect(text.split('\n').slice(0, 6)).toEqual([
      'FAILED engine-old: a push goes',
      '    no: it stays',
      '',
      'FAILED engine-old: pull.test.ts',
      '    no module',
      '',
    ]);
  });

  it('comes after what only a second try passed', () => {
    const retried = [{ title: 'a row unfolds', error: 'no row' }];
    const report = JSON.stringify({ passed: 3, failed: 0, failures: [], retried });
    const text = summarize([{ suite: 'editor', seconds: 1, ...countReported(0, report) }]);
    expect(text.split('\n').slice(0, 2)).toEqual([
      'PASSED ONLY WHEN TRIED AGAIN editor: a row unfolds',
      '    no row',
    ]);
    expect(text.split('\n').at(-1)).toBe('3 passed, 0 failed');
  });

  it('has what vitest passed only at a second try', () => {
    const test = { status: 'passed', fullName: 'a log ends', failureMessages: ['3, not 4'] };
    const tests = [test, { status: 'passed', fullName: 'a log starts', failureMessages: [] }];
    const report = JSON.stringify({
      numPassedTests: 2,
      numFailedTests: 0,
      testResults: [{ name: 'a.test.ts', status: 'passed', message: '', assertionResults: tests }],
    });
    expect(countReported(0, report)).toEqual({
      passed: 2,
      failed: 0,
      retried: [{ title: 'a log ends', error: '3, not 4' }],
    });
  });

  it('is of the named suites, or of a family of them', () => {
    const all = ['unit', 'lint', 'engine-old', 'engine-new'];
    expect(selectSuites(all, [])).toEqual(all);
    expect(selectSuites(all, ['lint', 'unit'])).toEqual(['unit', 'lint']);
    expect(selectSuites(all, ['engine'])).toEqual(['engine-old', 'engine-new']);
    expect(() => selectSuites(all, ['engines'])).toThrow('no suite "engines"');
  });
});

describe('size budgets', () => {
  it('fail for a file that is too large or missing', () => {
    writeFileSync(join(dir, 'stevedore.vsix'), Buffer.alloc(1_000_001));
    const { lines, passed, failed } = checkBudgets(dir);
    expect(passed).toBe(0);
    expect(failed).toBe(lines.length);
    expect(lines[0]).toBe('not ok  stevedore.vsix has 1000001 bytes, may have 1000000');
    writeFileSync(join(dir, 'stevedore.vsix'), Buffer.alloc(1_000_000));
    expect(checkBudgets(dir)).toMatchObject({ passed: 1 });
  });
});

describe('a cached directory', () => {
  it('is made once for each key, and not at all when making it fails', async () => {
    const target = join(dir, 'made');
    let times = 0;
    const make = async (draft: string) => {
      times += 1;
      writeFileSync(join(draft, 'file'), String(times));
    };
    await ensureStamped(target, 'one', make);
    await ensureStamped(target, 'one', make);
    expect(times).toBe(1);
    await expect(
      ensureStamped(target, 'two', () => Promise.reject(new Error('no network'))),
    ).rejects.toThrow('no network');
    // What was there before is still complete.
    await ensureStamped(target, 'one', make);
    expect(times).toBe(1);
    await ensureStamped(target, 'two', make);
    expect(times).toBe(2);
  });
});

describe.runIf(process.platform === 'linux')('a turn', () => {
  it('is one at a time, and ends with what was done in it', async () => {
    const lock = join(dir, 'turn');
    const told: string[] = [];
    const take = (name: string) =>
      inTurn(lock, async () => {
        told.push(`${name} begins`);
        await new Promise((done) => setTimeout(done, 100));
        told.push(`${name} ends`);
        if (name === 'b') throw new Error('no network');
      });
    const all = await Promise.allSettled([take('a'), take('b'), take('c')]);
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    for (let index = 0; index < told.length; index += 2)
      expect(told[index + 1]).toBe(told[index]?.replace('begins', 'ends'));
    expect(told).toHaveLength(6);
  });

  it('is not had where its file can’t be', async () => {
    await expect(inTurn(join(dir, 'no/turn'), () => Promise.resolve())).rejects.toThrow(/no turn/);
  });
});

describe('a program that is run', () => {
  it('gives its output, without a shell', async () => {
    expect(await run(process.execPath, ['-p', 'process.argv[1]', '$HOME; `id`'])).toBe(
      '$HOME; `id`\n',
    );
  });

  it('is told of with the end of its output when it fails', async () => {
    const script = 'console.log("first"); console.error("the reason"); process.exit(3)';
    await expect(run(process.execPath, ['-e', script], { title: 'Trying' })).rejects.toThrow(
      /Trying failed with exit code 3:[^]*the reason/,
    );
  });

  it('has the exit code that a shell reports', () => {
    expect(exitCode(7, null)).toBe(7);
    expect(exitCode(null, 'SIGTERM')).toBe(143);
  });
});

describe('the token server of the test registries', () => {
  it('reads scopes whose names hold a port', () => {
    expect(parseScopes('repository:127.0.0.1:5054/team/bb:pull,push registry:catalog:*')).toEqual([
      { type: 'repository', name: '127.0.0.1:5054/team/bb', actions: ['pull', 'push'] },
      { type: 'registry', name: 'catalog', actions: ['*'] },
    ]);
    expect(parseScopes('nonsense')).toEqual([]);
  });

  it('lets nobody but the account push, delete or list', () => {
    const asked = parseScopes('repository:team/bb:pull,push,delete registry:catalog:*');
    expect(grant(asked, true)).toEqual(asked);
    expect(grant(asked, false)).toEqual([
      { type: 'repository', name: 'team/bb', actions: ['pull'] },
    ]);
  });
});
