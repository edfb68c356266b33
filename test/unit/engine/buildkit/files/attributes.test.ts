import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  attributeReader,
  readDump,
  withAttributes,
} from '../../../../../src/engine/buildkit/files/attributes.ts';
import type {
  Attributes,
  KnownFiles,
} from '../../../../../src/engine/buildkit/files/attributes.ts';
import { bytesOf, nameOf } from '../../../../../src/engine/buildkit/files/names.ts';
import { readPacket } from '../../../../../src/engine/buildkit/files/packet.ts';
import { createStatWriter } from '../../../../../src/engine/buildkit/files/statBatch.ts';
import { readFields } from '../../../../../src/engine/buildkit/files/wire.ts';
import type { StatBatch, TracedBatch } from '../../../../../src/engine/buildkit/files/statBatch.ts';
import { frame } from '../../../../../src/engine/buildkit/grpc/frames.ts';

const read = attributeReader();

/** The names and values in the fields of a stat, or in the stat of a packet. */
function attributesIn(fields: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  readFields(fields, (number, _value, pair) => {
    if (number !== 10) return;
    const parts: Record<number, string> = {};
    readFields(pair, (part, _, content) => (parts[part] = nameOf(content)));
    found[parts[1] ?? ''] = parts[2] ?? '';
  });
  return found;
}

const plainOf = (found: Attributes) =>
  Object.fromEntries(
    [...found].map(([path, fields]) => [nameOf(Buffer.from(path, 'latin1')), attributesIn(fields)]),
  );

const entry = (path: string, inode = 0, changed = 0) => ({
  inode,
  changed,
  path,
  raw: false,
  mode: 0o644,
  size: 3,
  modified: 1n,
  linkname: '',
  major: 0,
  minor: 0,
});
function batchOf(...paths: string[]): TracedBatch {
  const writer = createStatWriter();
  for (const path of paths) writer.add(entry(path));
  return writer.take();
}
const packetsOf = ({ bytes, bounds }: StatBatch) =>
  Array.from({ length: bounds.length / 2 }, (_, index) =>
    bytes.subarray(bounds[2 * index], bounds[2 * index + 1]),
  );

describe('what getfattr writes', () => {
  it('is read with names and values of any bytes', () => {
    const dump = [
      '# file: a\\012# file: b\\134',
      'user.x\\075y=0sMQ==',
      'user.empty=0s',
      '',
      '# file: d\xff',
      'security.capability=0sAQAAAgAg',
      '',
      '',
    ].join('\n');
    expect(plainOf(readDump(Buffer.from(dump, 'latin1')))).toEqual({
      'a\n# file: b\\': { 'user.x=y': '1', 'user.empty': '' },
      'd\udcff': { 'security.capability': '\u0001\0\0\u0002\0 ' },
    });
    expect(readDump(Buffer.alloc(0)).size).toBe(0);
  });
});

/** A path with the number of its file and when that was changed. */
type Listed = [string, number, number];

describe('a list', () => {
  it('has the attributes of its entries, in order, whenever these are known', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `${'x'.repeat(at * 9)}${at}`);
    const batches = names.map((name) => batchOf(`${name}/a`, `${name}/b`));
    const asked: string[] = [];
    const longest = 'v'.repeat(40_000);
    const found = async function* () {
      for (const batch of batches) yield batch;
    };
    const listed: StatBatch[] = [];
    for await (const batch of withAttributes(found(), async (paths) => {
      const all = Buffer.from(paths).toString().split('\0').slice(0, -1);
      asked.push(...all);
      await new Promise((resolve) => setTimeout(resolve, 30 / all.length));
      const dump = all
        .filter((path) => path.endsWith('/b'))
        .map((path) => `# file: ${path}\nuser.n=0s${Buffer.from(longest).toString('base64')}\n\n`);
      return readDump(Buffer.from(dump.join('')));
    }))
      listed.push(batch);
    const all = names.flatMap((name) => [`${name}/a`, `${name}/b`]);
    expect(asked).toEqual(all);
    const packets = listed.flatMap(packetsOf);
    // They are sent as they stand.
    for (const batch of listed) expect(frame(...packetsOf(batch)).equals(batch.bytes)).toBe(true);
    expect(packets.map((packet) => readPacket(packet).stat)).toEqual(
      all.map((path) => ({ path, mode: 0o644, size: 3, modified: 1n, linkname: '' })),
    );
    packets.forEach((packet, index) =>
      readFields(packet, (number, _value, stat) => {
        if (number === 2)
          expect(attributesIn(stat)).toEqual(index % 2 === 0 ? {} : { 'user.n': longest });
      }),
    );
  });

  it('asks once for files that do not change, and again for those that do', async () => {
    let known: KnownFiles | undefined;
    const asked: string[] = [];
    const attributes = { 'user.n': 'v' };
    /** Lists files with their numbers and times; answers the attributes of each. */
    const list = async (files: readonly Listed[], isFailing = false) => {
      asked.length = 0;
      const writer = createStatWriter();
      for (const [path, inode, changed] of files) writer.add(entry(path, inode, changed));
      const read = async (paths: Uint8Array) => {
        const all = Buffer.from(paths).toString().split('\0').slice(0, -1);
        asked.push(...all);
        if (isFailing) return undefined;
        const dump = all
          .filter((path) => path.startsWith('with'))
          .map((path) => `# file: ${path}\nuser.n=0sdg==\n\n`);
        return readDump(Buffer.from(dump.join('')));
      };
      const batches = async function* () {
        yield writer.take();
      };
      const found: Record<string, string>[] = [];
      const onKnown = (files: KnownFiles) => (known = files);
      for await (const batch of withAttributes(batches(), read, known, onKnown))
        for (const packet of packetsOf(batch))
          readFields(packet, (number, _value, stat) => {
            if (number === 2) found.push(attributesIn(stat));
          });
      return found;
    };
    // Later than now, however busy the machine is.
    const now = (Date.now() + 600_000) * 1e6;
    const files: Listed[] = [
      ['with', 1, 100],
      ['none', 2, 100],
      ['just changed', 3, now],
      ['elsewhere', 0, 100],
    ];
    const [first, ...rest] = [attributes, {}, {}, {}];
    // What could not be read is not known.
    expect(await list(files, true)).toEqual([{}, {}, {}, {}]);
    expect([await list(files), asked.length]).toEqual([[first, ...rest], 4]);
    expect([await list(files), asked]).toEqual([
      [first, ...rest],
      ['just changed', 'elsewhere'],
    ]);
    // By whatever name, for it is the same file.
    files[0] = ['moved', 1, 100];
    files[1] = ['with another', 2, 200];
    expect([await list(files), asked]).toEqual([
      [attributes, attributes, {}, {}],
      ['with another', 'just changed', 'elsewhere'],
    ]);
    // In whatever order, with others in between and without some.
    files.splice(2, 2, ['with third', 4, 100], ['none either', 5, 100]);
    expect([await list(files), asked]).toEqual([
      [attributes, attributes, attributes, {}],
      ['with third', 'none either'],
    ]);
    const [one, two, three, four] = files as [Listed, Listed, Listed, Listed];
    const mixed: Listed[] = [four, ['new', 6, 100], two, one, ['with third', 4, 200]];
    expect([await list(mixed), asked]).toEqual([
      [{}, {}, attributes, attributes, attributes],
      ['new', 'with third'],
    ]);
    expect([await list([three, two]), asked]).toEqual([[attributes, attributes], ['with third']]);
  });

  it('ends with what ended the walk', async () => {
    const failing = async function* () {
      yield batchOf('a');
      throw new Error('it broke');
    };
    const list = withAttributes(failing(), async () => new Map());
    await expect(list.next()).rejects.toThrow('it broke');
  });
});

describe('attributes', () => {
  it.skipIf(!read)('of files are read, whatever the files are called', async () => {
    const root = await mkdtemp(join(tmpdir(), 'stevedore-attributes-'));
    onTestFinished(() => rm(root, { recursive: true, force: true }));
    await mkdir(join(root, 'dir'));
    const names = [
      '-R',
      'a\nb',
      'back\\slash',
      '# file: x',
      'dir/\udcff',
      '$(touch oops)',
      'plain',
    ];
    for (const name of names) {
      await writeFile(Buffer.concat([Buffer.from(`${root}/`), bytesOf(name)]), '');
      // A shell's own words carry bytes that Node's arguments can't.
      const path = Buffer.concat([Buffer.from(`${root}/`), bytesOf(name)]);
      if (name !== 'plain')
        execFileSync('xargs', ['-0', 'setfattr', '-n', 'user.name', '-v', '0x00ff', '--'], {
          input: Buffer.concat([path, Buffer.of(0)]),
        });
    }
    const paths = [...names, 'gone'].flatMap((name) => [bytesOf(name), Buffer.of(0)]);
    const found = await read?.(root, Buffer.concat(paths));
    expect(plainOf(found ?? new Map())).toEqual(
      Object.fromEntries(
        names.filter((name) => name !== 'plain').map((name) => [name, { 'user.name': '\0\udcff' }]),
      ),
    );
  });

  it('are not read where there is nothing to read them with', async () => {
    expect(attributeReader({ PATH: '/nonexistent:relative' }, 'linux')).toBeUndefined();
    expect(attributeReader(process.env, 'darwin')).toBeUndefined();
    // What is there but can't be run says nothing.
    expect(await read?.('/nonexistent', Buffer.from('a\0'))).toBeUndefined();
  });

  it.each([
    ['that is killed', 'kill -9 $$', undefined],
    ['that can read some of them', 'echo "# file: a"; echo user.x=0seA==; exit 123', 1],
  ])('are known of a program %s: %j', async (_, script, size) => {
    const bin = await mkdtemp(join(tmpdir(), 'stevedore-bin-'));
    onTestFinished(() => rm(bin, { recursive: true }));
    for (const name of ['xargs', 'getfattr'])
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const other = attributeReader({ PATH: bin }, 'linux');
    expect((await other?.(bin, Buffer.from('a\0')))?.size).toBe(size);
  });

  it.skipIf(!read)('are not known while no file can be opened', () => {
    const program = [
      "import { openSync } from 'node:fs';",
      `import { attributeReader } from ${JSON.stringify(join(process.cwd(), 'src/engine/buildkit/files/attributes.ts'))};`,
      "for (let full = false; !full;) try { openSync('/dev/null') } catch { full = true }",
      "attributeReader()('/', Buffer.from('tmp\\0')).then((found) => process._rawDebug(String(found)));",
    ];
    const node = ['--import', 'tsx', '--input-type=module', '--eval', program.join('\n')];
    const said = spawnSync('sh', ['-c', 'ulimit -n 64; exec "$0" "$@"', process.execPath, ...node]);
    expect(said.stderr.toString().trim()).toBe('undefined');
  });
});
