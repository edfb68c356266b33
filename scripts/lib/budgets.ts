import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Most bytes that each file may have. The package's is a promise to those who install it; the bundles' stand a
 * fifth above today's size, so that a dependency that slips in is noticed.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  'stevedore.vsix': 1_000_000,
  // What activation waits for.
  'dist/extension.cjs': 190_000,
  'dist/walker.cjs': 29_000,
  'dist/server.cjs': 990_000,
  'dist/stevedore-check.cjs': 500_000,
  'dist/yaml.cjs': 140_000,
  'dist/webviews/timeline.js': 35_000,
  'dist/webviews/timeline.css': 12_000,
  'dist/webviews/logs.js': 45_000,
  'dist/webviews/logs.css': 13_000,
  'dist/webviews/layers.js': 40_000,
  'dist/webviews/layers.css': 14_000,
  'dist/webviews/stats.js': 95_000,
  'dist/webviews/stats.css': 12_000,
};

/** Most bytes of all that the extension may come to load beside extension.cjs. */
const LATE = 1_200_000;

/** Compares the built files below `root` with their budgets: a line for each, and how many hold. */
export function checkBudgets(root: string): { lines: string[]; passed: number; failed: number } {
  const lines: string[] = [];
  let failed = 0;
  const check = (name: string, size: number | undefined, most: number) => {
    const ok = size !== undefined && size <= most;
    if (!ok) failed += 1;
    const is = size === undefined ? 'is missing' : `has ${size} bytes`;
    lines.push(`${ok ? 'ok' : 'not ok'}  ${name} ${is}, may have ${most}`);
  };
  for (const [name, most] of Object.entries(BUDGETS)) check(name, sizeOf(join(root, name)), most);
  const chunks = join(root, 'dist/chunks');
  const late = existsSync(chunks)
    ? readdirSync(chunks).reduce((sum, name) => sum + (sizeOf(join(chunks, name)) ?? 0), 0)
    : undefined;
  check('dist/chunks', late, LATE);
  return { lines, passed: lines.length - failed, failed };
}

const sizeOf = (path: string) => (existsSync(path) ? statSync(path).size : undefined);
