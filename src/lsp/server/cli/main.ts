#!/usr/bin/env node
import { reasonOf } from '../../../util/reasonOf.ts';
import { packageVersion, shippedPages } from '../shipped.ts';
import { columns, createOutput, isTerminal } from './output.ts';
import { readBytes } from './readBytes.ts';
import { replaceFile } from './replaceFile.ts';
import { run } from './run.ts';

const program = process.argv[1] ?? '';

// With nobody to tell of it, a fault in telling can't be told; the exit code says what there is to say.
const err = createOutput(2, () => {});
const out = createOutput(1, (error) => {
  // Whoever reads may have seen enough, as `head` has: that is no fault. Findings lost to a full disk are one.
  if (error.code === 'EPIPE' || error.code === 'EOF') return;
  err(`stevedore-check: standard output: ${reasonOf(error)}\n`);
  process.exit(2);
});

run(process.argv.slice(2), {
  env: process.env,
  isTerminal,
  columns,
  pages: shippedPages(program),
  version: () => packageVersion(program),
  out,
  err,
  read: readBytes,
  write: replaceFile,
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    err(`stevedore-check: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 2;
  },
);
