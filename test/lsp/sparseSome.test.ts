import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  ApplyWorkspaceEditParams,
  ClientCapabilities,
  DocumentSymbol,
} from 'vscode-languageserver/node';
import {
  DocumentSymbolRequest,
  ExecuteCommandRequest,
  FoldingRangeRequest,
  HoverRequest,
} from 'vscode-languageserver/node';
import { describe, expect, it } from 'vitest';
import { actionsOf, isCommand, itemsAt, TEXT, withClient } from './sparseClient.ts';

describe('a client that declares some', () => {
  it('that applies edits runs commands for fixes', async () => {
    const capabilities = { workspace: { applyEdit: true } };
    await withClient(capabilities, async (session) => {
      const doc = await session.open(TEXT);
      const commands = (await actionsOf(doc)).filter(isCommand);
      const fix = commands.find(({ title }) => title.startsWith('Ignore MaintainerDeprecated'));
      const { executeCommandProvider } = session.initialized.capabilities;
      expect(executeCommandProvider?.commands).toContain(fix?.command);
      const applied = new Promise<ApplyWorkspaceEditParams>((done) => {
        session.connection.onRequest('workspace/applyEdit', (params: ApplyWorkspaceEditParams) => {
          done(params);
          return { applied: true };
        });
      });
      await session.connection.sendRequest(ExecuteCommandRequest.type, {
        command: fix?.command ?? '',
        arguments: fix?.arguments ?? [],
      });
      const { label, edit } = await applied;
      expect(label).toBe(fix?.title);
      expect(doc.apply(edit.changes?.[doc.uri])).toContain('check=skip=MaintainerDeprecated');
      expect(session.logs).toEqual([]);
    });
  });

  it('that knows versions of documents gets edits of the version', async () => {
    const capabilities: ClientCapabilities = {
      workspace: { applyEdit: true, workspaceEdit: { documentChanges: true } },
      textDocument: {
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
      },
    };
    await withClient(capabilities, async (session) => {
      const doc = await session.open(TEXT);
      const edits = (await actionsOf(doc)).flatMap((one) =>
        isCommand(one) || !one.edit ? [] : one.edit,
      );
      expect(edits.length).toBeGreaterThan(0);
      for (const edit of edits)
        expect(edit).toMatchObject({
          documentChanges: [{ textDocument: { uri: doc.uri, version: 1 } }],
        });
    });
  });

  it('that creates no files is offered no fix that would', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-sparse-'));
    await writeFile(join(folder, '.env'), 'a=b\n');
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    const titles = async (resourceOperations: 'create'[]) =>
      withClient(
        {
          workspace: {
            workspaceEdit: { documentChanges: true, resourceOperations },
          },
          textDocument: {
            codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
          },
        },
        async (session) => {
          const doc = await session.open('FROM alpine:3.20.3\nCOPY . /app/\n', 'dockerfile', uri);
          await expect
            .poll(() => session.published.at(-1)?.diagnostics.map(({ code }) => code))
            .toContain('stevedore/secret-in-layer');
          return (await actionsOf(doc)).map(({ title }) => title);
        },
      );
    try {
      const creating = await titles(['create']);
      const others = await titles([]);
      const left = creating.filter((title) => !others.includes(title));
      expect(left).toHaveLength(1);
      expect(left[0]).toContain('.dockerignore');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that prefers Markdown gets it, and one that prefers plain text does not', async () => {
    for (const [contentFormat, kind] of [
      [['markdown', 'plaintext'], 'markdown'],
      [['plaintext', 'markdown'], 'plaintext'],
    ] as const)
      await withClient(
        { textDocument: { hover: { contentFormat: [...contentFormat] } } },
        async (session) => {
          const doc = await session.open(TEXT);
          expect(await doc.at(HoverRequest.type, 'COPY')).toMatchObject({ contents: { kind } });
        },
      );
  });

  it('that knows tags, links and versions gets them', async () => {
    const capabilities: ClientCapabilities = {
      textDocument: {
        publishDiagnostics: {
          codeDescriptionSupport: true,
          versionSupport: true,
          tagSupport: { valueSet: [2] },
        },
        documentSymbol: { hierarchicalDocumentSymbolSupport: true, tagSupport: { valueSet: [1] } },
      },
    };
    await withClient(capabilities, async (session) => {
      const doc = await session.open(TEXT);
      const found = (await doc.diagnostics()).find(({ code }) => code === 'MaintainerDeprecated');
      expect(found).toMatchObject({ tags: [2], codeDescription: { href: expect.any(String) } });
      const [stage] = ((await doc.request(DocumentSymbolRequest.type)) ?? []) as DocumentSymbol[];
      expect(stage?.children?.[0]?.tags).toEqual([1]);
    });
  });

  it('that takes few folds gets the largest', async () => {
    await withClient({ textDocument: { foldingRange: { rangeLimit: 2 } } }, async (session) => {
      const doc = await session.open('FROM a\nRUN x \\\n y\nFROM b\nRUN x \\\n y\n');
      const folds = await doc.request(FoldingRangeRequest.type);
      expect(folds?.map(({ startLine }) => startLine)).toEqual([0, 3]);
    });
  });

  it('that shows its own suggestions again on command is told when', async () => {
    const SUGGEST = 'editor.action.triggerSuggest';
    const commands = async (options?: unknown) =>
      withClient(
        {},
        async (session) => {
          const doc = await session.open('FROM scratch\nCOPY --\n');
          return (await itemsAt(doc, 'COPY --')).flatMap(({ command }) => command?.command ?? []);
        },
        options,
      );
    expect(await commands()).toEqual([]);
    expect(await commands({ answers: [SUGGEST] })).toContain(SUGGEST);
  });
});
