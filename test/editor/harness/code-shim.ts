import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureHost } from '../../../scripts/lib/host.ts';
import { runInHost } from '../../../scripts/lib/inHost.ts';
import { lifetime } from '../../../scripts/lib/lifetime.ts';
import { installExtension, launchBrowser, startServer } from '../../../scripts/lib/vscode.ts';

/**
 * Stands in for the `code` of a desktop VS Code where none can be had: understands what scripts/test-electron.ts asks
 * of one, and has code-server do it.
 */
const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    'user-data-dir': { type: 'string', default: '' },
    'install-extension': { type: 'string' },
    extensionDevelopmentPath: { type: 'string', default: '' },
    extensionTestsPath: { type: 'string', default: '' },
  },
});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const dir = dirname(text(values['user-data-dir']));
const host = await ensureHost();
const life = lifetime();
if (values['install-extension'] !== undefined) {
  installExtension(host, dir, text(values['install-extension']), process.env);
} else {
  const [workspace = dir] = positionals;
  const server = await startServer({ host, dir, workspace, testDriver: true });
  life.add(() => server.stop());
  const browser = await launchBrowser();
  life.add(() => browser.close());
  const { reason, failed } = await runInHost(
    browser,
    server,
    {
      extension: text(values.extensionDevelopmentPath),
      entry: text(values.extensionTestsPath),
    },
    { report: text(process.env['STEVEDORE_HOST_REPORT']) },
  );
  if (reason !== undefined) console.error(reason);
  process.exitCode = failed > 0 ? 1 : 0;
}
await life.end();
