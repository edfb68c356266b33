import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleCheck, esModules } from './scripts/bundle/check.mjs';
import { bundleExtension } from './scripts/bundle/extension.mjs';
import { withoutExamples } from './scripts/bundle/rules.mjs';
import { bundleWebview } from './scripts/bundle/webview.mjs';

/**
 * Bundles into dist/: the extension with what it loads when that is wanted, the worker that lists files for builds, the
 * language server, the same rules' program for the command line, and a script and a style sheet for each webview. Writes
 * the metafiles that the size budgets are read from.
 */
const bundle = (name, entry, options = {}) =>
  build({
    entryPoints: { [name]: entry },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
    legalComments: 'none',
    metafile: true,
    ...options,
  });

const results = {
  extension: bundleExtension('dist'),
  server: bundle('server', 'src/lsp/server/main.ts', { ...esModules, plugins: [withoutExamples] }),
  walker: bundle('walker', 'src/engine/buildkit/files/walkerThread.ts'),
  'stevedore-check': bundleCheck('dist'),
  timeline: bundleWebview('timeline', 'dist/webviews'),
  logs: bundleWebview('logs', 'dist/webviews'),
  layers: bundleWebview('layers', 'dist/webviews'),
  stats: bundleWebview('stats', 'dist/webviews'),
};
mkdirSync('dist', { recursive: true });
for (const [name, result] of Object.entries(results))
  writeFileSync(`dist/${name}.meta.json`, JSON.stringify((await result).metafile));
