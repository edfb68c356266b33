import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

/** Databases that rpm made, and what rpm says is in them: `scripts/layerFixtures.ts`. */
export const RPM_DATABASES = [
  'sqlite-fresh',
  'sqlite-used',
  'ndb-fresh',
  'ndb-used',
  'berkeley',
  'berkeley-swapped',
] as const;

export type RpmDatabaseName = (typeof RPM_DATABASES)[number];

const file = (name: string) => readFileSync(new URL(`../rpm/${name}`, import.meta.url));

/** The bytes of a database. */
export const rpmDatabase = (name: RpmDatabaseName): Buffer =>
  brotliDecompressSync(file(`${name}.br`));

/** Lines of `rpm -qa --qf '%{NAME}|%{EVR}|%{ARCH}|%{SIZE}\\n'`, sorted. */
export const rpmList = (name: RpmDatabaseName): string[] =>
  file(`${name}.txt`).toString().trim().split('\n');

/** The layer with `ndb-used` in its place, as the program zstd compresses it. */
export const zstdLayer = (): Buffer => file('layer.tar.zst');
