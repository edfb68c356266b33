#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { packageVersion, shippedPages } from '../shipped.ts';
import { reasonOf } from './find.ts';
import { run } from './run.ts';

const program = process.argv[1] ?? '';

// Whoever reads may have seen enough, as `head` has: that is no fault. Findings lost to a full disk are one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`stevedore-check: standard output: ${reasonOf(error)}\n`);
  process.exit(2);
});
// With nobody to tell of it, a fault in telling can't be told; the exit code says what there is to say.
process.stderr.on('error', () => {});

run(process.argv.slice(2), {
  env: process.env,
  isTerminal: process.stdout.isTTY,
  pages: shippedPages(program),
  version: () => packageVersion(program),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  read: async (path) =>
    path === '-' ? (await import('node:stream/consumers')).buffer(process.stdin) : readFile(path),
  write: (path, text) => writeFile(path, text),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `stevedore-check: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 2;
  },
);
