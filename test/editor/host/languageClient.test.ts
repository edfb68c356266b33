import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { commands, DiagnosticSeverity, extensions, languages, window, workspace } from 'vscode';
import type { TextDocument, TextEdit } from 'vscode';
import { eventually } from '../pages/wait.ts';
import {
  closeAll,
  configure,
  createScratch,
  diagnosed,
  emptyExtension,
  served,
  servers,
} from './languageBed.ts';

const scratch = createScratch();
const calls = { toEngine: 0 };

// Before all other tests of this host: the extension must not have been started yet.
before(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-engine-'));
  const engine = createServer((socket) => {
    calls.toEngine += 1;
    socket.destroy();
  });
  const path = join(dir, 'engine.sock');
  await new Promise<void>((resolve) => void engine.listen(path, resolve));
  const given = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = `unix://${path}`;
  const uri = scratch.file('Dockerfile', 'FROM a:1.2\nMAINTAINER me\n');
  await window.showTextDocument(await workspace.openTextDocument(uri));
  await diagnosed(uri, (found) => found.length === 1);
  await closeAll();
  if (given === undefined) delete process.env['DOCKER_HOST'];
  else process.env['DOCKER_HOST'] = given;
  await new Promise((resolve) => void engine.close(resolve));
  rmSync(dir, { recursive: true });
});

describe('the language client', () => {
  let doc: TextDocument;
  const running = async (count: number): Promise<number> => {
    await eventually(`${count} servers`, async () => servers().length === count);
    return servers()[0] ?? 0;
  };

  before(async () => {
    const lines = ['FROM a:1.2', 'MAINTAINER me', 'RUN b \\', 'c', ''];
    doc = await workspace.openTextDocument(scratch.file('Dockerfile', lines.join('\n')));
    await window.showTextDocument(doc);
  });
  after(closeAll);

  it('has asked no engine for anything by then', () => {
    assert.equal(calls.toEngine, 0);
    assert.equal(extensions.getExtension('stevedore.stevedore')?.isActive, true);
  });

  it('takes settings at once', async () => {
    const rules = (level: string) => ({ MaintainerDeprecated: level, DL4000: level });
    await diagnosed(doc.uri, ([first]) => first?.severity === DiagnosticSeverity.Error);
    await configure('dockerfile.lint.rules', rules('warning'));
    await diagnosed(doc.uri, ([first]) => first?.severity === DiagnosticSeverity.Warning);
    await configure('dockerfile.lint.rules', rules('off'));
    await diagnosed(doc.uri, (found) => found.length === 0);
    await configure('dockerfile.lint.rules', undefined);
    await diagnosed(doc.uri, (found) => found.length === 1);
    await configure('dockerfile.diagnostics.enabled', false);
    await diagnosed(doc.uri, (found) => found.length === 0);
    await configure('dockerfile.diagnostics.enabled', undefined);
    await diagnosed(doc.uri, (found) => found.length === 1);
  });

  it('leaves the layout alone when formatting is off', async () => {
    const edits = async () =>
      (await commands.executeCommand<TextEdit[] | undefined>(
        'vscode.executeFormatDocumentProvider',
        doc.uri,
        { tabSize: 4, insertSpaces: true },
      )) ?? [];
    assert.equal((await edits()).length, 1);
    await configure('dockerfile.format.enabled', false);
    await eventually('no edits', async () => (await edits()).length === 0);
    await configure('dockerfile.format.enabled', undefined);
    await eventually('an edit', async () => (await edits()).length === 1);
  });

  it('ends the server when it is turned off, and starts it when it is turned on', async () => {
    await running(1);
    await configure('dockerfile.languageServer', 'off');
    await running(0);
    await diagnosed(doc.uri, (found) => found.length === 0);
    assert.equal(await served(doc.uri), false);
    await configure('dockerfile.languageServer', 'on');
    await running(1);
    await diagnosed(doc.uri, (found) => found.length === 1);
    await configure('dockerfile.languageServer', undefined);
    await running(1);
  });

  it('survives a change of mind in the middle of starting', async () => {
    for (const mode of ['off', 'on', 'off', 'on'])
      await configure('dockerfile.languageServer', mode);
    await diagnosed(doc.uri, (found) => found.length === 1);
    await running(1);
    await configure('dockerfile.languageServer', undefined);
  });

  it('brings a killed server back, which knows the open documents', async () => {
    // One that is still starting is no server yet.
    await eventually('the server to answer', () => served(doc.uri));
    const first = await running(1);
    process.kill(first, 'SIGKILL');
    await eventually('another server', async () => {
      const [pid] = servers();
      return pid !== undefined && pid !== first;
    });
    await eventually('the server to answer', () => served(doc.uri));
    await diagnosed(doc.uri, (found) => found.length === 1);
  });

  it('replaces a server that is killed while it starts', async () => {
    await configure('dockerfile.languageServer', 'off');
    await running(0);
    await configure('dockerfile.languageServer', 'on');
    const early = await eventually('a process', async () => servers()[0]);
    process.kill(early, 'SIGKILL');
    await eventually('another one to answer', () => served(doc.uri));
    assert.notEqual(await running(1), early);
    await diagnosed(doc.uri, (found) => found.length === 1);
    await configure('dockerfile.languageServer', undefined);
  });

  it('can be turned on again after the server has died too often', async () => {
    for (let deaths = 0; deaths < 6; deaths++) {
      const found = await eventually('a server or none for good', async () => {
        const [pid] = servers();
        if (pid === undefined) return deaths > 2 ? { pid: 0 } : undefined;
        return (await served(doc.uri)) ? { pid } : undefined;
      });
      if (found.pid === 0) break;
      process.kill(found.pid, 'SIGKILL');
      await eventually('its end', async () => !servers().includes(found.pid));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await running(0);
    await configure('dockerfile.languageServer', 'off');
    await configure('dockerfile.languageServer', 'on');
    await running(1);
    await diagnosed(doc.uri, (found) => found.length === 1);
    await configure('dockerfile.languageServer', undefined);
  });

  it('asks once which of two extensions shall serve, and keeps to the answer', async () => {
    const install = async (): Promise<void> => {
      const vsix = scratch.file('rival.vsix', emptyExtension('docker', 'docker', 'Docker DX'));
      await commands.executeCommand('workbench.extensions.installExtension', vsix);
      await eventually('the rival', async () => extensions.getExtension('docker.docker'));
    };
    const uninstall = async (): Promise<void> => {
      await commands.executeCommand('workbench.extensions.uninstallExtension', 'docker.docker');
      await eventually('no rival', async () => !extensions.getExtension('docker.docker'));
    };
    await running(1);
    await install();
    // While the question stands the other one serves alone.
    await running(0);
    await diagnosed(doc.uri, (found) => found.length === 0);
    await uninstall();
    await running(1);
    await install();
    await running(0);
    await commands.executeCommand('notification.acceptPrimaryAction');
    await running(1);
    await diagnosed(doc.uri, (found) => found.length === 1);
    await eventually('the page on which the rival can be disabled', async () =>
      window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => /Docker DX/.test(label))),
    );
    await uninstall();
    await install();
    assert.equal((await running(1)) > 0, true);
    assert.equal(languages.getDiagnostics(doc.uri).length, 1);
    await uninstall();
  });
});

after(() => scratch.remove());
