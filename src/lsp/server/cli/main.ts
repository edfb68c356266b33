#!/usr/bin/env node
import { readFileSync, realpathSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { run } from './run.ts';

// npm links programs into a folder of its own; the package is where the link leads.
const root = dirname(dirname(realpathSync(process.argv[1] ?? '')));

// Whoever reads may have seen enough, as `head` has: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

run(process.argv.slice(2), {
  env: process.env,
  isTerminal: process.stdout.isTTY,
  pages: `${pathToFileURL(join(root, 'docs/rules')).href}/`,
  version: () =>
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  read: (path) => (path === '-' ? buffer(process.stdin) : readFile(path)),
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
