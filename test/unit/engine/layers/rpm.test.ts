import { describe, expect, it } from 'vitest';
import { createRpmReader } from '../../../../src/engine/layers/rpm/database.ts';
import type { RpmDatabase } from '../../../../src/engine/layers/rpm/database.ts';
import { RPM_DATABASES, rpmDatabase, rpmList } from './support/rpm.ts';
import type { RpmDatabaseName } from './support/rpm.ts';

/**
 * The memory that each takes, in parts of its bytes: most headers are smaller than what is held of one, and each page, header
 * and package takes something more, which is much where pages have 512 bytes as in the last one.
 */
const MEMORY: Readonly<Record<RpmDatabaseName, number>> = {
  'sqlite-fresh': 0.55,
  'sqlite-used': 0.65,
  'ndb-fresh': 0.9,
  'ndb-used': 0.65,
  berkeley: 0.65,
  'berkeley-swapped': 1.15,
};

function read(bytes: Buffer, piece = 16_384, most?: number): RpmDatabase {
  const reader = createRpmReader(most);
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  return reader.end();
}

/** As `rpm -qa --qf '%{NAME}|%{EVR}|%{ARCH}|%{SIZE}\n'` writes them. */
const lines = ({ packages }: RpmDatabase) =>
  packages.map(({ name, version, arch, size }) => `${name}|${version}|${arch}|${size}`).sort();

/** What is said of this one stands behind a description that is longer than what is held. */
const LONG = 'stevedore-7|';

describe.each(RPM_DATABASES)('the database %s', (name) => {
  const expected = rpmList(name);

  it('holds what rpm says, in pieces of any size', () => {
    for (const piece of [333, 4096, 70_000, 10_000_000]) {
      const found = read(rpmDatabase(name), piece);
      expect(found.problem).toBeUndefined();
      expect(lines(found).filter((line) => !line.startsWith(LONG))).toEqual(
        expected.filter((line) => !line.startsWith(LONG)),
      );
      const long = found.packages.find((one) => one.name === 'stevedore-7');
      expect(long?.version).toBe(expected.find((line) => line.startsWith(LONG))?.split('|')[1]);
    }
  });

  it('takes no more memory than it has to', () => {
    const most = rpmDatabase(name).length * MEMORY[name];
    expect(read(rpmDatabase(name), 16_384, most).problem).toBeUndefined();
  });

  it('that would take too much memory is said to', () => {
    expect(read(rpmDatabase(name), 16_384, 50_000)).toEqual({
      packages: [],
      problem: 'It is too large to be read.',
    });
  });

  it('that was cut gives what is there, and says that more is missing', () => {
    const bytes = rpmDatabase(name);
    for (let part = 0; part < 20; part++) {
      const found = read(bytes.subarray(0, Math.floor((bytes.length * part) / 20)));
      // Of the last one the end of the header may be missing, and with it size and architecture.
      const versions = expected.map((line) => line.split('|').slice(0, 2).join('|'));
      for (const one of found.packages) expect(versions).toContain(`${one.name}|${one.version}`);
      if (found.packages.length < expected.length) expect(found.problem).toMatch(/^It is .*\.$/);
    }
  });

  it('that is damaged anywhere never ends the reading of the image', () => {
    const bytes = rpmDatabase(name);
    // The same damages at each run.
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 50; round++) {
      const damaged = Buffer.from(bytes);
      // Beginnings of pages say most of what can be wrong.
      for (let n = 0; n < 40; n++) {
        const page = random(bytes.length / 512) * 512;
        damaged.fill(random(256), page + random(64), page + 64 + random(64));
      }
      const { packages, problem } = read(damaged);
      expect(packages.length).toBeLessThanOrEqual(2 * expected.length);
      if (problem !== undefined) expect(problem).toMatch(/^It is .*\.$/);
    }
  });
});

it('what is no database of rpm is said to be none', () => {
  expect(read(Buffer.alloc(5000, 'x')).problem).toBe(
    'It is none of the databases that rpm is known to have.',
  );
  expect(read(Buffer.alloc(0)).problem).toBe('It is empty or was cut off.');
  expect(read(Buffer.from('SQLite format 3\0')).problem).toBe('It is empty or was cut off.');
});
