import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Hover, SignatureHelp, SymbolInformation } from 'vscode-languageserver/node';
import {
  CompletionResolveRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  ExecuteCommandRequest,
  FoldingRangeRequest,
  HoverRequest,
  RenameRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_RULE } from '../../src/lsp/server/rules/links.ts';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';
import { actionsOf, isCommand, itemsAt, TEXT, withClient } from './sparseClient.ts';

describe('a client that declares nothing', () => {
  let session: Session;
  let doc: Doc;
  beforeAll(async () => {
    session = await connect({ capabilities: {} });
    doc = await session.open(TEXT);
  });
  afterAll(() => session.close());

  it('is told of no options that it has not asked for', () => {
    const { codeActionProvider, renameProvider, executeCommandProvider } =
      session.initialized.capabilities;
    expect(codeActionProvider).toBe(true);
    expect(renameProvider).toBe(true);
    expect(executeCommandProvider?.commands).toContain(OPEN_RULE);
  });

  it('gets diagnostics of what every client knows, and nothing of the others', async () => {
    await expect.poll(() => session.published.some(({ uri }) => uri === doc.uri)).toBe(true);
    const { diagnostics, ...rest } = session.published.findLast(({ uri }) => uri === doc.uri) ?? {};
    expect(Object.keys(rest)).toEqual(['uri']);
    const found = diagnostics?.find(({ code }) => code === 'MaintainerDeprecated');
    expect(Object.keys(found ?? {}).toSorted()).toEqual(
      ['range', 'message', 'severity', 'code', 'source'].toSorted(),
    );
    const ignoring = await session.open('a\na\n', 'dockerignore', 'file:///nowhere/.dockerignore');
    await expect.poll(() => session.published.some(({ uri }) => uri === ignoring.uri)).toBe(true);
    const last = session.published.findLast(({ uri }) => uri === ignoring.uri);
    expect(last?.version).toBeUndefined();
    expect(last?.diagnostics.some(({ tags }) => tags)).toBe(false);
  });

  it('reads plain text in hovers, suggestions and signatures', async () => {
    const found: Hover | null = await doc.at(HoverRequest.type, 'COPY');
    expect(found?.contents).toMatchObject({ kind: 'plaintext' });
    const text = JSON.stringify(found?.contents);
    expect(text).toContain('Reference (https://docs.docker.com/reference/dockerfile/#copy)');
    expect(text).not.toMatch(/`|\]\(|\*\*/);
    const flag = (await itemsAt(doc, 'COPY --')).find(({ data }) => data);
    const resolved = await session.connection.sendRequest(CompletionResolveRequest.type, {
      ...flag,
      label: flag?.label ?? '',
    });
    expect(resolved.documentation).toMatchObject({ kind: 'plaintext' });
    const mount = await session.open('FROM a\nRUN --mount=type=cache,target=/x y\n');
    const help: SignatureHelp | null = await mount.at(SignatureHelpRequest.type, 'target=');
    const [first] = help?.signatures ?? [];
    expect(first?.documentation).toMatchObject({ kind: 'plaintext' });
    for (const { label, documentation } of first?.parameters ?? []) {
      expect(first?.label).toContain(label);
      expect(documentation).toMatchObject({ kind: 'plaintext' });
    }
    expect(first?.parameters?.length).toBeGreaterThan(3);
    const form = await doc.at(SignatureHelpRequest.type, 'one /a', {});
    for (const { label } of form?.signatures[0]?.parameters ?? [])
      expect(typeof label).toBe('string');
  });

  it('is offered no snippet, no kind that it does not know, and no command of VS Code’s', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-sparse-'));
    try {
      await writeFile(join(folder, 'file'), '');
      const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
      const one = await session.open(
        'FROM scratch\n\nCOPY --\nARG A\nENV B=$\n',
        'dockerfile',
        uri,
      );
      const items = (
        await Promise.all(['scratch\n', 'COPY --', 'B=$', 'FROM '].map((at) => itemsAt(one, at)))
      ).flat();
      expect(items.length).toBeGreaterThan(20);
      for (const { kind = 1, insertTextFormat, command, textEdit } of items) {
        expect(kind).toBeLessThanOrEqual(18);
        expect(insertTextFormat).toBe(1);
        expect(textEdit?.newText).not.toContain('${');
        expect(command).toBeUndefined();
      }
      const ignoring = pathToFileURL(join(folder, '.dockerignore')).href;
      const two = await session.open('!\n', 'dockerignore', ignoring);
      const paths = await itemsAt(two, '!');
      expect(paths.map(({ label }) => label)).toContain('file');
      for (const { kind = 1, command } of paths)
        expect([kind <= 18, command]).toEqual([true, undefined]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('gets a flat outline without tags, locations and plain edits', async () => {
    const symbols = (await doc.request(DocumentSymbolRequest.type)) ?? [];
    for (const one of symbols) expect(one).toHaveProperty('location');
    for (const one of symbols as SymbolInformation[])
      expect([one.tags, one.kind <= 18]).toEqual([undefined, true]);
    const target = await doc.at(DefinitionRequest.type, 'one /a');
    expect(target).toMatchObject({ uri: doc.uri });
    const edit = await doc.at(RenameRequest.type, 'one\n', { newName: 'two' });
    expect(Object.keys(edit ?? {})).toEqual(['changes']);
    expect(doc.apply(await doc.request(DocumentFormattingRequest.type, { options: {} }))).toContain(
      'FROM',
    );
    const folds = await doc.request(FoldingRangeRequest.type);
    expect(folds).toEqual([
      { startLine: 0, endLine: 1, kind: 'region' },
      { startLine: 2, endLine: 3, kind: 'region' },
    ]);
  });

  it('is offered commands instead of actions: those that need no edit of it', async () => {
    const actions = await actionsOf(doc);
    expect(actions.every(isCommand)).toBe(true);
    expect([...new Set(actions.map(({ command }) => command))]).toEqual([OPEN_RULE]);
    const told = new Promise((done) => {
      session.connection.onNotification('window/showMessage', done);
    });
    session.connection.onRequest('window/showDocument', () => {
      throw new Error('unknown');
    });
    await session.connection.sendRequest(ExecuteCommandRequest.type, {
      command: OPEN_RULE,
      arguments: ['MaintainerDeprecated'],
    });
    expect(await told).toMatchObject({
      message: expect.stringContaining('https://docs.docker.com/'),
    });
  });

  it('has what goes wrong in no log', () => {
    expect(session.logs).toEqual([]);
  });
});

describe('settings of a client that is not asked for them', () => {
  it('are those that it sends', async () => {
    await withClient({}, async (session) => {
      const doc = await session.open(TEXT);
      const codes = () =>
        session.published
          .findLast(({ uri }) => uri === doc.uri)
          ?.diagnostics.map(({ code }) => code);
      await expect.poll(codes).toContain('MaintainerDeprecated');
      const rules = { MaintainerDeprecated: 'off' };
      await session.connection.sendNotification('workspace/didChangeConfiguration', {
        settings: { stevedore: { dockerfile: { lint: { rules } } } },
      });
      await expect.poll(codes).not.toContain('MaintainerDeprecated');
      // One that only says that something has changed takes nothing back.
      await session.connection.sendNotification('workspace/didChangeConfiguration', {
        settings: null,
      });
      await doc.change(`${TEXT}# more\n`);
      await expect
        .poll(() => doc.request(DocumentFormattingRequest.type, { options: {} }))
        .toEqual([]);
      expect(codes()).not.toContain('MaintainerDeprecated');
    });
  });

  it('are said to be wrong where they are, once', async () => {
    await withClient({}, async (session) => {
      const doc = await session.open(TEXT);
      const rules = { DL3008: 'of', DL3006: 'off' };
      for (const format of [{ enabled: true }, { enabled: false }])
        await session.connection.sendNotification('workspace/didChangeConfiguration', {
          settings: { stevedore: { dockerfile: { lint: { rules }, format } } },
        });
      const text =
        'stevedore.dockerfile.lint.rules: "of" is no level for DL3008; expected error, warning, info, style, off';
      await doc.request(DocumentFormattingRequest.type, { options: {} });
      expect(session.logs).toEqual([expect.stringContaining(text)]);
    });
  });

  it('are not needed at the start either', async () => {
    const rules = { MaintainerDeprecated: 'off' };
    await withClient(
      {},
      async (session) => {
        const doc = await session.open(TEXT);
        await expect.poll(() => session.published.some(({ uri }) => uri === doc.uri)).toBe(true);
        const found = session.published.findLast(({ uri }) => uri === doc.uri)?.diagnostics;
        expect(found?.map(({ code }) => code)).not.toContain('MaintainerDeprecated');
      },
      { stevedore: { dockerfile: { lint: { rules } } } },
    );
  });
});

it('reads files anew when a client that watches none saves a document', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-sparse-'));
  try {
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    await withClient({}, async (session) => {
      const { textDocumentSync } = session.initialized.capabilities;
      expect(textDocumentSync).toMatchObject({ save: true });
      await session.open(TEXT, 'dockerfile', uri);
      const codes = () =>
        session.published.findLast((one) => one.uri === uri)?.diagnostics.map(({ code }) => code);
      await expect.poll(codes).toContain('MaintainerDeprecated');
      await writeFile(join(folder, '.hadolint.yaml'), 'ignored: [DL4000, MaintainerDeprecated]\n');
      await session.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
      await expect.poll(codes).not.toContain('MaintainerDeprecated');
    });
    const watching = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
    const session = await connect({ capabilities: watching });
    expect(session.initialized.capabilities.textDocumentSync).not.toHaveProperty('save');
    await session.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
