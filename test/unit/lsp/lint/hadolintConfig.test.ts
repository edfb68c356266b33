import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { YAMLSeq } from 'yaml';
import { Alias, parseDocument } from 'yaml';
import { aliasTargets } from '../../../../src/lsp/server/lint/anchors.ts';
import type { Homes } from '../../../../src/lsp/server/lint/findHadolintConfig.ts';
import { findHadolintConfig } from '../../../../src/lsp/server/lint/findHadolintConfig.ts';
import { NO_HADOLINT_CONFIG } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import { parseHadolintConfig } from '../../../../src/lsp/server/lint/parseHadolintConfig.ts';
import {
  hadolintEnvironment,
  mergeHadolintConfig,
} from '../../../../src/lsp/server/lint/hadolintEnvironment.ts';
import { lintConfig } from '../../../../src/lsp/server/lint/levels.ts';
import { reported } from './reported.ts';

const WHOLE = `# All there is.
failure-threshold: warning
no-fail: true
format: tty
ignored:
  - DL3006
  - WorkdirRelativePath
override:
  error: [DL3007]
  warning:
    - DL3015
  info: []
  style:
trustedRegistries:
  - docker.io
  - "*.example.com"
label-schema:
  vendor: text
  version: semver
  any: ""
  none:
strict-labels: true
disable-ignore-pragma: false
`;

describe('parseHadolintConfig', () => {
  it.each([
    ['error', 'error'],
    ['style', 'style'],
    // Whatever is found is graver than these.
    ['ignore', 'style'],
    ['none', 'style'],
  ])('takes the threshold %s for %s', (name, level) => {
    const { config, problems } = parseHadolintConfig(`failure-threshold: ${name}\n`);
    expect([config.failureThreshold, problems]).toEqual([level, []]);
  });

  it('reads all settings', () => {
    expect(parseHadolintConfig(WHOLE)).toEqual({
      config: {
        ignored: ['DL3006', 'WorkdirRelativePath'],
        override: { error: ['DL3007'], warning: ['DL3015'], info: [], style: [] },
        failureThreshold: 'warning',
        noFail: true,
        trustedRegistries: ['docker.io', '*.example.com'],
        labelSchema: new Map([
          ['vendor', 'text'],
          ['version', 'semver'],
          ['any', 'text'],
          ['none', 'text'],
        ]),
        strictLabels: true,
        disableIgnorePragma: false,
      },
      problems: [],
    });
  });

  it('follows aliases to what their anchors name', () => {
    const text =
      'ignored: &pinning [&apt DL3008, DL3018]\noverride:\n  info: *pinning\n  style: [*apt]\nno-fail: *nowhere\n';
    const { config, problems } = parseHadolintConfig(text);
    expect(config.override).toMatchObject({ info: ['DL3008', 'DL3018'], style: ['DL3008'] });
    expect(problems).toMatchObject([
      { line: 5, column: 10, message: 'There is no anchor &nowhere before this.' },
    ]);
    expect(parseHadolintConfig('ignored: &a [*a]').problems).toMatchObject([
      { message: 'Expected ignored to hold strings only.' },
    ]);
  });

  it('takes of anchors with one name the nearest before, even around the alias', () => {
    const text =
      'ignored: [&a DL3008, *a, &a DL3018, *a, *b, &b DL3006]\ntrustedRegistries: [*b, *a]\n';
    const { config, problems } = parseHadolintConfig(text);
    expect(config.ignored).toEqual(['DL3008', 'DL3008', 'DL3018', 'DL3018', 'DL3006']);
    expect(config.trustedRegistries).toEqual(['DL3006', 'DL3018']);
    expect(problems.map(({ message }) => message)).toEqual([
      'There is no anchor &b before this.',
      'Expected ignored to hold strings only.',
    ]);
  });

  it('walks through the document once, not for every alias', () => {
    const resolve = vi.spyOn(Alias.prototype, 'resolve');
    const text = `override:\n  info: [&a DL3008]\nignored: [${'*a, '.repeat(50)}]\n`;
    expect(parseHadolintConfig(text).config.ignored).toHaveLength(50);
    expect(resolve).not.toHaveBeenCalled();
    resolve.mockRestore();

    const document = parseDocument(text);
    const { contents } = document;
    const walk = vi.fn(() => contents);
    Object.defineProperty(document, 'contents', { get: walk });
    const targetOf = aliasTargets(document);
    const aliases = (document.getIn(['ignored']) as YAMLSeq<Alias>).items;
    walk.mockClear();
    expect(new Set(aliases.map(targetOf)).size).toBe(1);
    expect(walk).toHaveBeenCalledOnce();
  });

  it('takes one trusted registry without a list, as hadolint’s documentation gives it', () => {
    const { config, problems } = parseHadolintConfig('trustedRegistries: docker.io\n');
    expect(problems).toEqual([]);
    expect(config.trustedRegistries).toEqual(['docker.io']);
    expect(parseHadolintConfig('trustedRegistries: 1\n').problems).toHaveLength(1);
  });

  it.each(['', '# nothing\n', '---\n', 'ignored:\n'])('takes %j for no configuration', (text) => {
    expect(parseHadolintConfig(text)).toEqual({ config: NO_HADOLINT_CONFIG, problems: [] });
  });

  it.each([
    ['ignored: DL3006\n', 1, 10, 'Expected ignored to be a list'],
    ['ignored:\n  - DL3006\n  - 3007\n', 3, 5, 'Expected ignored to hold strings only'],
    ['override:\n  fatal: [DL3006]\n', 2, 3, 'Expected a level in override: error, warning'],
    ['override: [DL3006]\n', 1, 11, 'Expected override to be a map'],
    ['failure-threshold: grave\n', 1, 20, 'Expected failure-threshold to be one of error'],
    ['no-fail: 1\n', 1, 10, 'Expected no-fail to be true or false'],
    ['label-schema:\n  a: number\n', 2, 6, 'Expected the type of label a: text'],
    ['ignore: [DL3006]\n', 1, 1, 'hadolint has no setting "ignore"; it has ignored'],
    ['- DL3006\n', 1, 1, 'Expected the whole file to be a map'],
    ['ignored: [DL3006\n', 2, 1, 'This is not YAML'],
    ['ignored: []\n---\nignored: []\n', 2, 1, 'Another document begins here; hadolint takes one'],
  ])('says where %j is wrong and what was expected', (text, line, column, message) => {
    const [problem, ...others] = parseHadolintConfig(text).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ line, column });
    expect(problem?.message).toContain(message);
  });

  it('knows what hadolint passes over from what it refuses', () => {
    const { problems } = parseHadolintConfig(
      'ignore: [DL3006]\nignored: 7\noverride:\n  ignore: [DL3007]\n  info: 7\n',
    );
    expect(problems.map(({ passedOver }) => passedOver)).toEqual([
      true,
      undefined,
      true,
      undefined,
    ]);
  });

  it('keeps what is right beside what is wrong', () => {
    const { config, problems } = parseHadolintConfig(
      'ignored: [DL3006, 1]\noverride:\n  fatal: []\n  info: [DL3007]\nno-fail: perhaps\nstrict-labels: true\n',
    );
    expect(problems).toHaveLength(3);
    expect(config).toMatchObject({ ignored: ['DL3006'], strictLabels: true, noFail: undefined });
    expect(config.override.info).toEqual(['DL3007']);
  });
});

describe('lintConfig', () => {
  const levels = (text: string, yaml: string, settings = {}) =>
    Object.fromEntries(
      reported(text, yaml, undefined, settings).map(({ rule, severity }) => [rule, severity]),
    );
  const text = 'FROM debian\nWORKDIR a\n';

  it('turns rules off and overrides their levels, the gravest first', () => {
    expect(levels(text, '')).toEqual({ DL3006: 'warning', DL3000: 'error' });
    expect(levels(text, 'ignored: [DL3006]\n')).toEqual({ DL3000: 'error' });
    const both = 'override:\n  style: [DL3000, DL3006]\n  info: [DL3000]\n';
    expect(levels(text, both)).toEqual({ DL3006: 'style', DL3000: 'info' });
    const off = 'ignored: [DL3006]\noverride:\n  error: [DL3006]\n';
    expect(levels(text, off)).toEqual({ DL3000: 'error' });
  });

  it('turns on what is off by default by giving it a level', () => {
    expect(levels('FROM a:1\n', 'override:\n  info: [DL3057]\n')).toEqual({ DL3057: 'info' });
    expect(levels('FROM a:1\n', '')).toEqual({});
  });

  it('lets a setting win', () => {
    const settings = { DL3000: 'off', DL3006: 'error' };
    expect(levels(text, 'ignored: [DL3006]\n', settings)).toEqual({ DL3006: 'error' });
    expect(levels('FROM a:1\n', '', { DL3057: 'style' })).toEqual({ DL3057: 'style' });
  });

  it('hands options on', () => {
    const { config } = parseHadolintConfig(WHOLE);
    const { options, ignorePragmas } = lintConfig(config, {});
    expect(options.trustedRegistries).toEqual(['docker.io', '*.example.com']);
    expect(options.strictLabels).toBe(true);
    expect(options.labelSchema.get('version')).toBe('semver');
    expect(ignorePragmas).toBe(false);
  });
});

describe('hadolintEnvironment', () => {
  it('reads every variable', () => {
    const config = hadolintEnvironment({
      HADOLINT_NOFAIL: 'Yes',
      HADOLINT_OVERRIDE_ERROR: 'DL3006,DL3007',
      HADOLINT_OVERRIDE_WARNING: 'DL3008',
      HADOLINT_OVERRIDE_INFO: 'DL3009',
      HADOLINT_OVERRIDE_STYLE: 'DL3010',
      HADOLINT_IGNORE: 'DL3011, DL3012',
      HADOLINT_TRUSTED_REGISTRIES: 'docker.io,*.example.com',
      HADOLINT_REQUIRE_LABELS: 'version:semver,vendor,odd:number',
      HADOLINT_STRICT_LABELS: '1',
      HADOLINT_DISABLE_IGNORE_PRAGMA: 'off',
      HADOLINT_FAILURE_THRESHOLD: 'none',
    });
    expect(config).toEqual({
      noFail: true,
      override: {
        error: ['DL3006', 'DL3007'],
        warning: ['DL3008'],
        info: ['DL3009'],
        style: ['DL3010'],
      },
      ignored: ['DL3011', 'DL3012'],
      trustedRegistries: ['docker.io', '*.example.com'],
      labelSchema: new Map([
        ['version', 'semver'],
        ['vendor', 'text'],
      ]),
      strictLabels: true,
      disableIgnorePragma: false,
      failureThreshold: 'style',
    });
    expect(hadolintEnvironment({})).toEqual(NO_HADOLINT_CONFIG);
  });

  it('adds lists up and wins otherwise', () => {
    const under = parseHadolintConfig(
      'ignored: [DL1]\nno-fail: true\nstrict-labels: true\n',
    ).config;
    const over = hadolintEnvironment({ HADOLINT_IGNORE: 'DL2,DL1', HADOLINT_NOFAIL: '0' });
    expect(mergeHadolintConfig(under, over)).toMatchObject({
      ignored: ['DL1', 'DL2'],
      noFail: false,
      strictLabels: true,
    });
  });
});

describe('findHadolintConfig', () => {
  let root = '';
  let homes: Homes = { env: {}, home: '', platform: 'linux' };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'stevedore-config-'));
    homes = { env: {}, home: join(root, 'home'), platform: 'linux' };
  });
  afterEach(() => rm(root, { recursive: true }));
  const write = async (path: string, code: string) => {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), `ignored: [${code}]\n`);
  };
  const find = async (folder: string, top?: string) => {
    const { path, config } = await findHadolintConfig(
      join(root, folder),
      homes,
      top && join(root, top),
    );
    return [path?.slice(root.length + 1), ...config.ignored];
  };

  it('takes the nearest of the folders above', async () => {
    await write('a/.hadolint.yml', 'DL1');
    await write('a/b/.hadolint.yaml', 'DL2');
    await write('a/b/.hadolint.yml', 'DL3');
    expect(await find('a/b/c')).toEqual(['a/b/.hadolint.yaml', 'DL2']);
    expect(await find('a/d')).toEqual(['a/.hadolint.yml', 'DL1']);
    expect(await find('a/d', 'a/d')).toEqual([undefined]);
  });

  it('looks in the user’s own places after that, in hadolint’s order', async () => {
    await write('home/.hadolint.yaml', 'DL4');
    expect(await find('a')).toEqual(['home/.hadolint.yaml', 'DL4']);
    await write('home/.hadolint/config.yml', 'DL3');
    expect(await find('a')).toEqual(['home/.hadolint/config.yml', 'DL3']);
    await write('home/.config/hadolint.yaml', 'DL2');
    expect(await find('a')).toEqual(['home/.config/hadolint.yaml', 'DL2']);
    await write('xdg/hadolint.yml', 'DL1');
    homes = { ...homes, env: { XDG_CONFIG_HOME: join(root, 'xdg') } };
    expect(await find('a')).toEqual(['xdg/hadolint.yml', 'DL1']);
  });

  it('says what is there but cannot be read', async () => {
    await mkdir(join(root, 'a/.hadolint.yaml'), { recursive: true });
    const { path, problems } = await findHadolintConfig(join(root, 'a'), homes);
    expect(path).toBe(join(root, 'a/.hadolint.yaml'));
    expect(problems[0]?.message).toBe("This configuration can't be read: is a folder.");
    execFileSync('mkfifo', [join(root, '.hadolint.yml')]);
    expect((await findHadolintConfig(root, homes)).problems[0]?.message).toBe(
      "This configuration can't be read: is a pipe or device, not a file.",
    );
  });
});
