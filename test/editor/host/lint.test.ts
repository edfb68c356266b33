import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'mocha';
import { commands, ConfigurationTarget, Uri, window, workspace } from 'vscode';
import type { CodeAction, CompletionList, Diagnostic, TextDocument } from 'vscode';
import { eventually } from '../pages/wait.ts';
import { at, closeAll, codes, createScratch, diagnosed } from './languageBed.ts';

const scratch = createScratch();

async function show(name: string, content: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument(scratch.file(name, content));
  await window.showTextDocument(document);
  return document;
}

/** The same in a folder of the workspace, of which the editor tells when files come and go. */
async function showInWorkspace(folder: string, content: string): Promise<TextDocument> {
  const [root] = workspace.workspaceFolders ?? [];
  assert.ok(root);
  const uri = Uri.joinPath(root.uri, folder, 'Dockerfile');
  mkdirSync(dirname(uri.fsPath));
  writeFileSync(uri.fsPath, content);
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document);
  return document;
}

const has =
  (...wanted: readonly string[]) =>
  (found: readonly Diagnostic[]): boolean => {
    const names = new Set(
      found.map(({ code }) => String(typeof code === 'object' ? code.value : code)),
    );
    return wanted.every((name) => names.has(name));
  };

async function actions(document: TextDocument, place: string): Promise<CodeAction[]> {
  const range = document.getWordRangeAtPosition(at(document, place));
  return commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
  );
}

async function apply(document: TextDocument, place: string, title: RegExp): Promise<void> {
  const offered = await actions(document, place);
  const action = offered.find((one) => title.test(one.title));
  assert.ok(action?.edit, offered.map((one) => one.title).join('\n'));
  await workspace.applyEdit(action.edit);
}

describe('the rules in the editor', () => {
  after(async () => {
    await closeAll();
    scratch.remove();
  });

  it('tell both names of what two tools say, and lead to the page of the rule', async () => {
    const document = await show('Dockerfile', 'FROM a:1.2\nWORKDIR x\n');
    const [found] = await diagnosed(document.uri, has('WorkdirRelativePath'));
    assert.match(found?.message ?? '', /DL3000/);
    assert.ok(typeof found?.code === 'object');
    const page = await workspace.openTextDocument(found.code.target);
    assert.match(page.getText(), /^# WorkdirRelativePath: /m);
  });

  it('are mended by fixes that leave the rest alone', async () => {
    const text = 'FROM a:1.2\nRUN apt-get update && \\\n    # why\n    apt-get install   curl=1\n';
    const document = await show('Dockerfile', text);
    await diagnosed(document.uri, has('DL3014'));
    await apply(document, 'apt-get install', /-y/);
    assert.equal(document.getText(), text.replace('install   curl', 'install -y   curl'));
  });

  it('are silenced where one stands, both names at once, and in the directive that is there', async () => {
    const document = await show(
      'Dockerfile',
      '# check=skip=StageNameCasing\nFROM a:1.2\nMAINTAINER me\n',
    );
    await diagnosed(document.uri, has('MaintainerDeprecated'));
    await apply(document, 'MAINTAINER', /[Ii]gnore .* in this file/);
    await diagnosed(document.uri, (found) => found.length === 0);
    assert.match(document.getText(), /^# check=skip=StageNameCasing,MaintainerDeprecated\n/);
    assert.equal(document.getText().match(/# check=/g)?.length, 1);
  });

  it('are mended all at once on save, the safe ones', async () => {
    const settings = workspace.getConfiguration('editor', { languageId: 'dockerfile' });
    const set = (value: unknown) =>
      settings.update('codeActionsOnSave', value, ConfigurationTarget.Global, true);
    await set({ 'source.fixAll.stevedore': 'always' });
    const document = await show(
      'Dockerfile',
      'FROM a:1.2 as b\nRUN apt-get install x=1\nrun true\n',
    );
    await diagnosed(document.uri, has('FromAsCasing', 'DL3014', 'ConsistentInstructionCasing'));
    await commands.executeCommand('type', { text: ' ' });
    await commands.executeCommand('deleteLeft');
    await document.save();
    await set(undefined);
    assert.match(document.getText(), /^FROM a:1.2 AS b\nRUN apt-get install -y x=1\nRUN true\n/);
  });

  it('look into the build context', async () => {
    const document = await showInWorkspace(
      'context',
      'FROM a:1.2\nCOPY missing.txt /x/\nCOPY here.txt /x/\n',
    );
    writeFileSync(join(dirname(document.uri.fsPath), 'here.txt'), '');
    await diagnosed(document.uri, has('stevedore/source-not-found'));
    writeFileSync(join(dirname(document.uri.fsPath), 'missing.txt'), '');
    await eventually(
      'the file to be seen',
      async () => !codes(document.uri).includes('stevedore/source-not-found'),
    );
  });

  it('take .hadolint.yaml as it is saved', async () => {
    const document = await showInWorkspace('configured', 'FROM a\n');
    await diagnosed(document.uri, has('DL3006'));
    const file = join(dirname(document.uri.fsPath), '.hadolint.yaml');
    writeFileSync(file, 'ignored: [DL3006]\n');
    await eventually('the rule to be off', async () => codes(document.uri).length === 0);
  });

  it('offer what can stand at the caret', async () => {
    const document = await show(
      'Dockerfile',
      'FROM a:1.2 AS made\nFROM a:1.2\nRUN --mount=type=\nCOPY --from=\nCOPY s\n',
    );
    mkdirSync(join(dirname(document.uri.fsPath), 'sources'));
    const offered = async (place: string): Promise<string[]> => {
      const position = document.positionAt(document.getText().indexOf(place) + place.length);
      const { items } = await commands.executeCommand<CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      );
      return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    await eventually('mount types', async () => (await offered('--mount=type=')).includes('cache'));
    assert.ok((await offered('--from=')).includes('made'));
    assert.ok((await offered('COPY s')).some((label) => label.startsWith('sources')));
  });

  it('leave a folder alone where settings say so', async () => {
    const [folder] = workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const uri = Uri.joinPath(folder.uri, 'rules.Dockerfile');
    writeFileSync(uri.fsPath, 'FROM a\n');
    const settings = workspace.getConfiguration('stevedore', folder.uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document);
    await diagnosed(uri, has('DL3006'));
    await settings.update(
      'dockerfile.lint.rules',
      { DL3006: 'off' },
      ConfigurationTarget.Workspace,
    );
    await diagnosed(uri, (found) => found.length === 0);
    await settings.update('dockerfile.lint.rules', undefined, ConfigurationTarget.Workspace);
    await diagnosed(uri, has('DL3006'));
  });
});
