import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { FilePath } from '../../../src/engine/containerFiles/service.ts';
import type { Run } from '../../../src/commands/services.ts';
import type { FileTarget } from '../../../src/views/rows/files.ts';
import { scratch } from '../engine/support/servers.ts';
import { loadAnew } from '../support/editor.ts';

const { told, questions, chosen } = vi.hoisted(() => ({
  told: [] as string[],
  questions: [] as string[],
  chosen: { folder: '' },
}));

vi.mock('vscode', async () => ({
  ...(await import('../support/editor.ts')).EDITOR,
  Uri: {
    parse: (text: string) => ({ scheme: new URL(text).protocol.slice(0, -1), ...pathsOf(text) }),
    joinPath: ({ fsPath }: { fsPath: string }, name: string) => ({ fsPath: `${fsPath}/${name}` }),
  },
  window: {
    showOpenDialog: async () => [{ fsPath: chosen.folder }],
    showInformationMessage: async (text: string) => void told.push(text),
    async showWarningMessage(text: string, _: unknown, button: string) {
      questions.push(text);
      return button;
    },
  },
  workspace: {
    fs: {
      async stat() {
        throw new Error('there is no such file');
      },
    },
  },
}));

const pathsOf = (text: string) => {
  const path = decodeURIComponent(new URL(text).pathname);
  return { path, fsPath: path };
};

const source = { kind: 'container', id: 'c1' } as const;
const target = (path: string, isFolder = false): FileTarget => ({
  at: { source, path },
  isFolder,
  owner: 'web',
});
const busy = <R>(work: Promise<R>) => work;

loadAnew();

test('two files of one name are downloaded under two', async () => {
  const { fileHandlers } = await import('../../../src/commands/files/handlers.ts');
  chosen.folder = '/home/me';
  const brought: [string, string][] = [];
  const files = {
    async download({ path }: FilePath, to: string, onProgress: (bytes: number) => void) {
      brought.push([path, to]);
      onProgress(400);
      await new Promise((resolve) => setImmediate(resolve));
      onProgress(1000);
      return [];
    },
  };
  const targets = ['/a/config.json', '/b/config.json', '/b/Config.json'].map((path) =>
    target(path),
  );
  await fileHandlers['file.download']({ targets, files, busy } as unknown as Run<FileTarget>);
  expect(brought).toEqual([
    ['/a/config.json', '/home/me/config.json'],
    ['/b/config.json', '/home/me/config (2).json'],
    ['/b/Config.json', '/home/me/Config (3).json'],
  ]);
  expect(told[0]).toContain('3 kB');
});

test('what is replaced stands aside until what comes is whole, unless that is one file of here', async () => {
  const { uploadAll } = await import('../../../src/commands/files/upload.ts');
  const folder = await scratch();
  await writeFile(join(folder, 'file'), 'x');
  await mkdir(join(folder, 'made'));
  const did: string[] = [];
  const doing = (what: string) => async (_: unknown, to: FilePath) =>
    void did.push(`${what} ${basename(to.path)}`);
  const files = {
    stat: async () => ({ type: 'file' }),
    async replace({ path }: FilePath, act: () => Promise<unknown>) {
      did.push(`aside ${basename(path)}`);
      return act();
    },
    copy: doing('copy'),
    rename: doing('rename'),
    async upload(from: string, to: FilePath) {
      await doing('upload')(from, to);
      return [];
    },
  };
  const uris = [
    'other://c2/copied',
    'own://c1/moved',
    pathToFileURL(join(folder, 'file')).href,
    pathToFileURL(join(folder, 'made')).href,
  ];
  const fileAt = ({ scheme, path }: { scheme: string; path: string }) =>
    scheme === 'file'
      ? undefined
      : { source: { kind: 'container', id: scheme === 'own' ? 'c1' : 'c2' }, path };
  for (const uri of uris) {
    const targets = [{ ...target('/data', true), dropped: [{ uri }] }];
    await uploadAll({ targets, files, busy, fileAt } as unknown as Run<FileTarget>);
  }
  expect(did).toEqual([
    'aside copied',
    'copy copied',
    'aside moved',
    'rename moved',
    'upload file',
    'aside made',
    'upload made',
  ]);
});

test('a question before files go names the containers and volumes that they are in', async () => {
  const { fileHandlers } = await import('../../../src/commands/files/handlers.ts');
  const gone: string[] = [];
  const files = { remove: async ({ path }: FilePath) => void gone.push(path) };
  const source = { kind: 'volume', id: 'data' } as const;
  const ofVolume = { at: { source, path: '/rows' }, isFolder: false, owner: 'data' };
  const ofContainer = [target('/a'), target('/b')];
  questions.length = 0;
  for (const targets of [ofContainer, [...ofContainer, ofVolume]])
    await fileHandlers['file.delete']({ targets, files, busy } as unknown as Run<FileTarget>);
  expect(questions).toEqual([
    'Delete 2 files: /a, /b in web?',
    'Delete 3 files: /a, /b in web; /rows in data?',
  ]);
  expect(gone).toEqual(['/a', '/b', '/a', '/b', '/rows']);
});
