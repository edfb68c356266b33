import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Run } from '../../../src/commands/services.ts';
import type { FileTarget } from '../../../src/views/rows/files.ts';

interface Uri {
  readonly fsPath: string;
}

const { folder, told } = vi.hoisted(() => ({ folder: { fsPath: '' }, told: [] as string[] }));

// The editor's own module exists in the editor alone.
vi.mock('vscode', () => ({
  l10n: {
    t: (text: string, ...values: readonly unknown[]) =>
      text.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)])),
  },
  Uri: { joinPath: ({ fsPath }: Uri, name: string) => ({ fsPath: join(fsPath, name) }) },
  window: {
    showOpenDialog: async () => [folder],
    showInformationMessage: async (text: string) => void told.push(text),
  },
  workspace: { fs: { stat: ({ fsPath }: Uri) => stat(fsPath) } },
}));

// Test files share what is loaded, and with it the `vscode` that it was loaded with.
const loadAnew = () => {
  vi.resetModules();
};
beforeAll(loadAnew);
afterAll(loadAnew);

test('files of one name are all downloaded, and counted together', async () => {
  folder.fsPath = await mkdtemp(join(tmpdir(), 'stevedore-'));
  onTestFinished(() => rm(folder.fsPath, { recursive: true }));
  const { fileHandlers } = await import('../../../src/commands/files/handlers.ts');
  const paths = ['/etc/app.conf', '/srv/app.conf', '/srv/App.conf', '/hosts'];
  const targets = paths.map((path) => ({ at: { path }, owner: 'web', isFolder: false }));
  const files = {
    async download({ path }: FileTarget['at'], to: string, onProgress: (sum: number) => void) {
      onProgress(3);
      await writeFile(to, path);
      onProgress(5);
      return [];
    },
  };
  const run = { targets, files, busy: async (work: Promise<unknown>) => work };
  await fileHandlers['file.download'](run as unknown as Run<FileTarget>);
  const names = await readdir(folder.fsPath);
  const content = async (name: string) => readFile(join(folder.fsPath, name), 'utf8');
  expect((await Promise.all(names.map(content))).sort()).toEqual([...paths].sort());
  expect(told).toEqual([expect.stringMatching(/^Downloaded .*, 20 B\./)]);
});
