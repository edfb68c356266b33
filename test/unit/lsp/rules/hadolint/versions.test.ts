import { expect, it } from 'vitest';
import { DL3008 } from '../../../../../src/lsp/server/rules/hadolint/DL3008.ts';
import { DL3013 } from '../../../../../src/lsp/server/rules/hadolint/DL3013.ts';
import { DL3016 } from '../../../../../src/lsp/server/rules/hadolint/DL3016.ts';
import { DL3018 } from '../../../../../src/lsp/server/rules/hadolint/DL3018.ts';
import { DL3028 } from '../../../../../src/lsp/server/rules/hadolint/DL3028.ts';
import { DL3033 } from '../../../../../src/lsp/server/rules/hadolint/DL3033.ts';
import { DL3037 } from '../../../../../src/lsp/server/rules/hadolint/DL3037.ts';
import { DL3041 } from '../../../../../src/lsp/server/rules/hadolint/DL3041.ts';
import { DL3062 } from '../../../../../src/lsp/server/rules/hadolint/DL3062.ts';
import type { Rule } from '../../../../../src/lsp/server/rules/rule.ts';
import { findings } from '../../support/examples.ts';

/** The words of a text that a rule finds. */
async function words(rule: Rule, text: string): Promise<string[]> {
  const found = await findings(rule, text);
  return found.map(({ span }) => text.slice(span.start, span.end));
}

it.each([
  ['yum', DL3033],
  ['dnf', DL3041],
  ['microdnf', DL3041],
])('%s: an ARG above names the version, in whatever stage', async (program, rule) => {
  const run = `RUN ${program} install -y nginx-\${NGINX}\n`;
  expect(await words(rule, `FROM fedora:42 AS tools\nARG NGINX\nFROM fedora:42\n${run}`)).toEqual(
    [],
  );
  expect(await words(rule, `FROM fedora:42 AS tools\n${run}ARG NGINX\n`)).toEqual([
    'nginx-${NGINX}',
  ]);
});

it.each([DL3033, DL3041])(
  'an ENV names the version in its stage and those that start from it',
  async (rule) => {
    const program = rule.id === 'DL3033' ? 'yum' : 'dnf';
    const run = `RUN ${program} install -y nginx-$NGINX\n`;
    const base = 'FROM fedora:42 AS base\nENV NGINX=1.28.0\n';
    expect(await words(rule, `${base}FROM base\n${run}`)).toEqual([]);
    expect(await words(rule, `${base}FROM fedora:42\n${run}`)).toEqual(['nginx-$NGINX']);
  },
);

it.each([
  ['yum', DL3033],
  ['dnf', DL3041],
])('%s: the name of a file has the version behind a dash, too', async (program, rule) => {
  const run = (file: string) => `FROM fedora:42\nRUN ${program} install -y ${file}\n`;
  for (const file of ['./a-b.rpm', 'https://x.y/a-1.rpm', 'a-1-2.rpm'])
    expect(await words(rule, run(file))).toEqual([]);
  for (const file of ['./a.rpm', 'https://x.y/latest.rpm', '/t/*.rpm'])
    expect(await words(rule, run(file))).toEqual([file]);
});

it.each([
  ['npm install -g', 'npm', DL3016],
  ['command yum install -y', 'yum-utils', DL3033],
  ['microdnf install -y', 'dnf', DL3041],
  ['yum install -y', 'yum', DL3033],
])('%s %s: a package manager is a package as well', async (command, name, rule) => {
  expect(await words(rule, `FROM a:1\nRUN ${command} ${name}\n`)).toEqual([name]);
});

it('the program behind command is no package', async () => {
  expect(await words(DL3033, 'FROM a:1\nRUN command yum install -y b-1\n')).toEqual([]);
});

it.each(['install', 'get'])('go %s tool takes the versions of go.mod', async (subcommand) => {
  expect(await words(DL3062, `FROM golang:1.25\nRUN go ${subcommand} tool\n`)).toEqual([]);
  expect(await words(DL3062, `FROM golang:1.25\nRUN go ${subcommand} -tool x.test/a\n`)).toEqual([
    'x.test/a',
  ]);
});

it('packages are found in backquotes that are escaped', async () => {
  const run = 'RUN x=`echo \\`apt-get install -y b\\``\n';
  expect(await words(DL3008, `FROM a:1\n${run}`)).toHaveLength(1);
});

it('of zypper’s -C a folder follows before the subcommand only', async () => {
  const run = (command: string) => `FROM a:1\nRUN zypper ${command}\n`;
  expect(await words(DL3037, run('-n -C /cache in foo=1'))).toEqual([]);
  expect(await words(DL3037, run('-n -C /cache in foo'))).toEqual(['foo']);
  expect(await words(DL3037, run("in -y -C 'pkgconfig(zlib)'"))).toEqual(["'pkgconfig(zlib)'"]);
  expect(await words(DL3037, run('install -yC libz1'))).toEqual(['libz1']);
});

it.each([
  ['pip install --group dev -r a.txt', DL3013],
  ['pip install --group dev --build-constraint c.txt a==1', DL3013],
  ['npm install --os linux --cpu x64 --libc musl a@1', DL3016],
  ['npm install --only production --also dev a@1', DL3016],
  ['dnf install -y --from-repo a --disable-repo b c-1', DL3041],
  ['yum install -y --disableplugin a --disableexcludes main b-1', DL3033],
  ['apt-get install -y --solver internal a=1', DL3008],
])('the values of options are no packages: %s', async (command, rule) => {
  expect(await words(rule, `FROM a:1\nRUN ${command}\n`)).toEqual([]);
  expect(await words(rule, `FROM a:1\nRUN ${command.replace(/-r a.txt/, '')} unpinned\n`)).toEqual([
    'unpinned',
  ]);
});

it.each([
  ['apt-get install -y', DL3008, ['=', '/', '.deb']],
  ['pip install', DL3013, ['==', '/', '>', '.whl']],
  ['npm install', DL3016, ['@', '.tgz']],
  ['apk add', DL3018, ['=', '~', '.apk']],
  ['gem install', DL3028, [':', '.gem']],
  ['zypper install -y', DL3037, ['=', '.rpm']],
  ['go install', DL3062, ['@', '.go']],
])('%s: no sign of a variable’s own is a version', async (command, rule, signs) => {
  const found = (name: string) => words(rule, `FROM a:1\nRUN ${command} ${name}\n`);
  for (const sign of signs)
    for (const name of [
      `\${A%${sign}*}`,
      `"\${A#*${sign}}"`,
      `\${A//${sign}/ }`,
      `"\${A[@]/${sign}}"`,
      `"\${A:?set A${sign}}"`,
    ])
      expect(await found(name)).toEqual([name]);
  for (const name of [
    '${A:-b}',
    '${A=b}',
    '${A:=b}',
    '${A:+b}',
    '${A:-${B:?}}',
    '${A:1:2}',
    '${A}',
  ])
    expect(await found(name)).toEqual([name]);
});

it.each([
  ['apt-get install -y', DL3008, '=1'],
  ['pip install', DL3013, '==1'],
  ['npm install', DL3016, '@1'],
  ['apk add', DL3018, '~1'],
  ['gem install', DL3028, ':1'],
  ['zypper install -y', DL3037, '=1'],
  ['go install', DL3062, '@v1'],
])('%s: what stands in for a variable may be a version', async (command, rule, version) => {
  for (const name of [
    `\${A:-b${version}}`,
    `"b\${A:+${version}}"`,
    `b\${A-${version}}`,
    `\${A:=\${B:-b${version}}}`,
    `\${A:?}${version}`,
  ])
    expect(await words(rule, `FROM a:1\nRUN ${command} ${name}\n`)).toEqual([]);
});
