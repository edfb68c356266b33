import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { bundleCheck, esModules, yamlApart } from './scripts/bundle/check.mjs';
import { programs } from './scripts/bundle/common.mjs';
import { packDocs } from './scripts/bundle/docs.mjs';
import { bundleExtension } from './scripts/bundle/extension.mjs';
import { withoutExamples } from './scripts/bundle/rules.mjs';
import { bundleWebview } from './scripts/bundle/webview.mjs';

/**
 * Bundles into dist/: the extension with what it loads when that is wanted, the worker that lists files for builds, the
 * language server, the same rules' program for the command line, a script and a style sheet for each webview, and the
 * pages of documentation that are opened in the editor.
 */
const bundle = (name, entry, options = {}) =>
  build({ ...programs({ [name]: entry }, 'dist'), ...options });

// What an earlier version made would be packaged too.
rmSync('dist', { recursive: true, force: true });
packDocs('dist');
await Promise.all([
  bundleExtension('dist'),
  bundle('server', 'src/lsp/server/main.ts', {
    ...esModules,
    plugins: [yamlApart, withoutExamples],
  }),
  bundle('walker', 'src/engine/buildkit/files/walkerThread.ts'),
  bundleCheck('dist'),
  ...['timeline', 'logs', 'layers', 'stats'].map((name) => bundleWebview(name, 'dist/webviews')),
]);
