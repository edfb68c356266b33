import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import {
  commands,
  FilePermission,
  FileSystemError,
  FileType,
  Range,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import { newHeader } from '../../../src/engine/tar/pack.ts';
import { toAuthority } from '../../../src/engine/containerFiles/source.ts';
import type { FileSource } from '../../../src/engine/containerFiles/source.ts';
import { padding, TAR_END, writeHeader } from '../../../src/engine/tar/header.ts';
import { eventually } from '../pages/wait.ts';
import { bedEngine, rawEngine } from '../support/engine.ts';
import { closeAll } from './languageBed.ts';

const engine = rawEngine();
const address = (source: FileSource, path: string) =>
  Uri.from({
    scheme: 'stevedore-files',
    authority: toAuthority(source, {
      name: 'bed',
      url: bedEngine(),
      source: 'test',
      host: 'localhost',
    }),
    path,
  });
const inContainer = (id: string, path: string) => address({ kind: 'container', id }, path);

/** Puts a file into a container without the code under test. */
async function put(id: string, name: string, content: Buffer, mtime = Date.now()): Promise<void> {
  const header = newHeader({ name, size: content.length, mtime, mode: 0o640, uid: 5, gid: 6 });
  const filling = Buffer.alloc(padding(content.length));
  const tar = Buffer.concat([writeHeader(header), content, filling, TAR_END]);
  await engine.api('PUT', `/containers/${id}/archive?path=/`, tar);
}
/** The archive of a file, as text. */
const archived = async (id: string, path: string): Promise<string> =>
  String(await engine.look(`/containers/${id}/archive?path=${path}`));
const textOf = async (uri: Uri) => Buffer.from(await workspace.fs.readFile(uri)).toString();
const code = async (work: Thenable<unknown>) => {
  try {
    await work;
  } catch (error) {
    if (error instanceof FileSystemError) return error.code;
    throw error;
  }
  return 'no error';
};

describe('files in containers', () => {
  let id = '';
  before(async () => {
    await engine.base();
    id = await engine.create('filed', ['sleep', '100000']);
    await put(id, 'notes.txt', Buffer.from('one\ntwo\n'), Date.now() - 60_000);
  });
  after(async () => {
    await closeAll();
    await engine.clear();
  });

  it('are listed and read by the editor’s own means', async () => {
    const entries = new Map(await workspace.fs.readDirectory(inContainer(id, '/')));
    assert.equal(entries.get('notes.txt'), FileType.File);
    assert.equal(entries.get('bin'), FileType.Directory);
    const programs = new Map(await workspace.fs.readDirectory(inContainer(id, '/bin')));
    assert.equal(programs.get('sh'), FileType.File | FileType.SymbolicLink);
    assert.equal(await textOf(inContainer(id, '/notes.txt')), 'one\ntwo\n');
    const stat = await workspace.fs.stat(inContainer(id, '/notes.txt'));
    assert.deepEqual([stat.type, stat.size, stat.permissions], [FileType.File, 8, undefined]);
    assert.equal(await code(workspace.fs.stat(inContainer(id, '/nowhere'))), 'FileNotFound');
  });

  it('are edited and saved, and keep their owner and mode', async () => {
    const document = await workspace.openTextDocument(inContainer(id, '/notes.txt'));
    const edit = new WorkspaceEdit();
    edit.replace(document.uri, new Range(0, 0, 0, 3), 'first');
    assert.ok(await workspace.applyEdit(edit));
    assert.ok(await document.save());
    const raw = await archived(id, '/notes.txt');
    assert.match(raw, /first\ntwo\n/);
    assert.match(raw, /0000640/);
    assert.match(raw, /0000005\0/);
  });

  it('that were changed meanwhile are not overwritten', async () => {
    const document = await workspace.openTextDocument(inContainer(id, '/notes.txt'));
    await window.showTextDocument(document);
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(0), 'mine ');
    assert.ok(await workspace.applyEdit(edit));
    // Only now: VS Code reads a file anew that is saved, when it comes to know of the test's save before.
    await put(id, 'notes.txt', Buffer.from('theirs, which is longer\n'), Date.now() + 5000);
    assert.equal(await document.save(), false);
    assert.ok(document.isDirty);
    assert.match(await archived(id, '/notes.txt'), /theirs, which is longer/);
    await commands.executeCommand('workbench.action.files.revert');
    await eventually('the file as it is', async () => document.getText().startsWith('theirs'));
    await closeAll();
  });

  it('are made, copied, renamed and deleted', async () => {
    const folder = inContainer(id, '/made');
    await workspace.fs.createDirectory(folder);
    const file = inContainer(id, '/made/a');
    await workspace.fs.writeFile(file, Buffer.from('a'));
    await workspace.fs.copy(file, inContainer(id, '/made/b'));
    assert.equal(await code(workspace.fs.rename(file, inContainer(id, '/made/b'))), 'FileExists');
    await workspace.fs.rename(file, inContainer(id, '/made/b'), { overwrite: true });
    assert.deepEqual(await workspace.fs.readDirectory(folder), [['b', FileType.File]]);
    await workspace.fs.delete(folder, { recursive: true });
    assert.equal(await code(workspace.fs.stat(folder)), 'FileNotFound');
  });

  it('that are binary are not opened as text', async () => {
    await put(id, 'binary', Buffer.from([0, 1, 2, 3, 0, 0, 255, 254]));
    await assert.rejects(
      async () => workspace.openTextDocument(inContainer(id, '/binary')),
      /binary/,
    );
  });

  it('that are large are refused with what can be done', async () => {
    await workspace.getConfiguration('stevedore').update('files.openLimit', 1, true);
    try {
      await put(id, 'large', Buffer.alloc(1_500_000, 'x'));
      await assert.rejects(async () => textOf(inContainer(id, '/large')), /files\.openLimit/);
    } finally {
      await workspace.getConfiguration('stevedore').update('files.openLimit', undefined, true);
    }
  });

  it('of images can be read only', async () => {
    const { Id } = await engine.look('/images/busybox:1.35/json');
    const program = address({ kind: 'image', id: Id }, '/bin/busybox');
    assert.equal((await workspace.fs.stat(program)).permissions, FilePermission.Readonly);
    assert.equal(await code(workspace.fs.writeFile(program, Buffer.from('x'))), 'NoPermissions');
  });

  it('of volumes are read and changed', async () => {
    await engine.api('POST', '/volumes/create', { Name: 'Kept_data' });
    const file = address({ kind: 'volume', id: 'Kept_data' }, '/folder-less');
    await workspace.fs.writeFile(file, Buffer.from('kept'));
    assert.equal(await textOf(file), 'kept');
  });

  it('never are those of another container, nor of another engine', async () => {
    await engine.api('DELETE', `/containers/${id}?force=1`);
    const again = await engine.create('filed', ['sleep', '100000']);
    await put(again, 'notes.txt', Buffer.from('another'));
    assert.equal(await code(workspace.fs.readFile(inContainer(id, '/notes.txt'))), 'FileNotFound');
    assert.equal(await textOf(inContainer(again, '/notes.txt')), 'another');
    const { authority } = inContainer(again, '/');
    const elsewhere = inContainer(again, '/notes.txt').with({
      authority: `${authority.slice(0, -8)}00000000`,
    });
    assert.equal(await code(workspace.fs.readFile(elsewhere)), 'Unavailable');
  });
});
