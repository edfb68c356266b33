/**
 * Makes what is in test/unit/engine/layers/rpm/: `npx tsx scripts/layerFixtures.ts`, on Debian as root. Debian's rpm
 * builds packages, installs them into databases of SQLite and ndb, updates and removes some, and says what is in each; its
 * Berkeley DB can only be read by today's rpm, so one is made of the same headers by Berkeley's own `db5.3_load`.
 * And a layer with one of them, which `zstd` compressed as two frames, one of them with a checksum.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { unpackPackages } from './lib/apt.ts';
import { run } from './lib/run.ts';

const OUT = fileURLToPath(new URL('../test/unit/engine/layers/rpm/', import.meta.url));
/** rpm and all that it runs, to be run in a root of their own: Debian 12's rpm knows no ndb. */
const PROGRAMS = `
  rpm rpm-common librpm10 librpmio10 librpmbuild10 librpmsign10 librpm-sequoia-1 db5.3-util zstd libxxhash0
  libdb5.3t64 sqlite3 libsqlite3-0 libpopt0 liblua5.3-0 libarchive13t64 libc6 libgcc-s1 libacl1
  libattr1 libbz2-1.0 libcap2 libdw1t64 libelf1t64 liblzma5 zlib1g libzstd1 libgcrypt20 libgpg-error0
  libmagic1t64 libmagic-mgc libselinux1 libpcre2-8-0 libaudit1 libcap-ng0 libstdc++6 libxml2 libgomp1
  libreadline8t64 libtinfo6 libssl3t64 bash dash coreutils findutils sed grep tar libgmp10 liblz4-1
  libnettle8t64 libhogweed6t64 debugedit file gawk libmpfr6 libsigsegv2 diffutils gzip
`
  .trim()
  .split(/\s+/);
const FORMAT = '%{NAME}|%{EVR}|%{ARCH}|%{SIZE}\\n';

const root = await unpackPackages('trixie', PROGRAMS);
const work = join(root, 'fixtures');

async function inRoot(script: string): Promise<string> {
  const env = { PATH: '/usr/bin:/usr/sbin', HOME: '/fixtures', SOURCE_DATE_EPOCH: '1000000000' };
  return run('chroot', [root, '/usr/bin/bash', '-ec', `cd /fixtures; ${script}`], { env });
}

/** Packages of one source: small ones, some with long lists of directories, one with a long description. */
function spec(release: number): string {
  const packages = Array.from({ length: 40 }, (_, n) => {
    const folders = n % 20 === 3 ? 400 : 1;
    return [
      `%package -n stevedore-${n}`,
      'Summary: Nothing in particular',
      n % 3 === 0 ? 'BuildArch: noarch' : '',
      `%description -n stevedore-${n}`,
      n === 7 ? 'A long description. '.repeat(1500).replaceAll(/(.{2000})/g, '$1\n') : `Of ${n}.`,
      `%files -n stevedore-${n}`,
      ...Array.from({ length: folders }, (_, at) => `%dir /opt/stevedore/${n}/folder-of-it-${at}`),
    ];
  });
  return [
    'Name: stevedore',
    'Version: 1.0~beta',
    `Release: ${release}.el9`,
    'Epoch: 2',
    'License: MIT',
    'Summary: Packages for tests',
    '%description',
    'None.',
    '%install',
    'for n in $(seq 0 39); do mkdir -p %{buildroot}/opt/stevedore/$n/folder-of-it-0; done',
    'for n in $(seq 3 20 39); do bash -c "mkdir -p %{buildroot}/opt/stevedore/$n/folder-of-it-{1..399}"; done',
    ...packages.flat(),
    '',
  ].join('\n');
}

/** Without an epoch, of another architecture, and with a file that has a size. */
const OTHER = [
  'Name: other',
  'Version: 3',
  'Release: 1',
  'License: MIT',
  'Summary: Another',
  '%description',
  'None.',
  '%install',
  'mkdir -p %{buildroot}/opt; printf %04321d 0 > %{buildroot}/opt/file',
  '%files',
  '/opt/file',
  '',
].join('\n');

async function build(): Promise<void> {
  const flags = [
    '_topdir /fixtures/top',
    '_buildhost localhost',
    '_binary_payload w9.gzdio',
    'use_source_date_epoch_as_buildtime 1',
    '__os_install_post %{nil}',
    'debug_package %{nil}',
  ].map((one) => `--define '${one}'`);
  const rpmbuild = `rpmbuild --quiet ${flags.join(' ')}`;
  for (const release of [1, 2]) {
    await writeFile(join(work, `${release}.spec`), spec(release));
    await inRoot(`${rpmbuild} -bb --define '_rpmdir /fixtures/${release}' ${release}.spec`);
  }
  await writeFile(join(work, 'other.spec'), OTHER);
  for (const target of ['x86_64', 'i686'])
    await inRoot(
      `${rpmbuild} -bb --target ${target} --define '_rpmdir /fixtures/other' other.spec`,
    );
}

/** What rpm says is in a database. */
async function listed(folder: string, backend: string): Promise<string> {
  const text = await inRoot(
    `rpm --dbpath /fixtures/${folder} --define '_db_backend ${backend}' -qa --qf '${FORMAT}'`,
  );
  return `${text.trim().split('\n').sort().join('\n')}\n`;
}

async function keep(name: string, file: string, list: string): Promise<void> {
  const bytes = await readFile(join(work, file));
  const params = {
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await writeFile(join(OUT, `${name}.br`), brotliCompressSync(bytes, { params }));
  await writeFile(join(OUT, `${name}.txt`), list);
}

await rm(work, { recursive: true, force: true });
await mkdir(work, { recursive: true });
await mkdir(OUT, { recursive: true });
await build();
for (const [backend, file] of [
  ['sqlite', 'rpmdb.sqlite'],
  ['ndb', 'Packages.db'],
] as const) {
  const rpm = `rpm --noplugins --dbpath /fixtures/${backend} --define '_db_backend ${backend}' --justdb --nodeps`;
  await inRoot(`${rpm} --ignorearch -i 1/*/*.rpm other/*/*.rpm`);
  await keep(`${backend}-fresh`, `${backend}/${file}`, await listed(backend, backend));
  const numbers = (from: number, step: number, release: string) =>
    Array.from({ length: 12 }, (_, n) => `${release}${from + n * step}`);
  await inRoot(
    `${rpm} -U ${numbers(1, 2, '2/*/stevedore-')
      .map((one) => `${one}-1*.rpm`)
      .join(' ')}`,
  );
  await inRoot(`${rpm} -e ${numbers(24, 1, 'stevedore-').join(' ')}`);
  await inRoot(
    `${rpm} -i ${numbers(28, 1, '2/*/stevedore-')
      .slice(0, 6)
      .map((one) => `${one}-1*.rpm`)
      .join(' ')}`,
  );
  await keep(`${backend}-used`, `${backend}/${file}`, await listed(backend, backend));
}
const rows = await inRoot(
  'sqlite3 sqlite/rpmdb.sqlite "select hnum, hex(blob) from Packages order by hnum"',
);
const little = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('hex');
};
const pairs = rows
  .trim()
  .split('\n')
  .map((row) => row.split('|') as [string, string]);
for (const [name, header] of [
  ['berkeley', ['db_pagesize=4096']],
  ['berkeley-swapped', ['db_pagesize=512', 'db_lorder=4321']],
] as const) {
  await mkdir(join(work, name));
  const dump = [
    'VERSION=3',
    'format=bytevalue',
    'type=hash',
    ...header,
    'HEADER=END',
    ` ${little(0)}`,
    ` ${little(200)}`,
    ...pairs.flatMap(([hnum, hex]) => [` ${little(Number(hnum))}`, ` ${hex.toLowerCase()}`]),
    'DATA=END',
  ];
  await writeFile(join(work, name, 'dump'), `${dump.join('\n')}\n`);
  await inRoot(`db5.3_load -f ${name}/dump ${name}/Packages`);
  await keep(name, `${name}/Packages`, await listed(name, 'bdb_ro'));
}
await inRoot(
  'mkdir -p layer/usr/lib/sysimage/rpm; cp ndb/Packages.db layer/usr/lib/sysimage/rpm/; tar -cf layer.tar -C layer usr; ' +
    'head -c 100000 layer.tar | zstd -19 --check > layer.zst; tail -c +100001 layer.tar | zstd -3 --no-check >> layer.zst',
);
await copyFile(join(work, 'layer.zst'), join(OUT, 'layer.tar.zst'));
await rm(work, { recursive: true, force: true });
