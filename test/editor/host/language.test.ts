import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { commands, languages, Position, window, workspace } from 'vscode';
import type {
  CodeAction,
  CompletionList,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  SemanticTokens,
  SignatureHelp,
  TextDocument,
  TextEdit,
  WorkspaceEdit,
} from 'vscode';
import { eventually } from '../pages/wait.ts';
import { at, closeAll, codes, createScratch, diagnosed, served } from './languageBed.ts';

const TEXT = `# syntax=docker/dockerfile:1
ARG VERSION=1.35
FROM busybox:$VERSION AS build
WORKDIR /src
COPY . .
RUN echo one && \\
echo two

FROM busybox:1.35
COPY --from=build /src /srv
MAINTAINER someone
HEALTHCHECK --interval=2s CMD ["true"]
`;

const scratch = createScratch();

describe('a Dockerfile in the editor', () => {
  let doc: TextDocument;
  const ask = <T>(command: string, ...rest: unknown[]): Thenable<T> =>
    commands.executeCommand<T>(`vscode.${command}`, doc.uri, ...rest);

  before(async () => {
    doc = await workspace.openTextDocument(scratch.file('Dockerfile', TEXT));
    await window.showTextDocument(doc);
    await eventually('the server to answer', () => served(doc.uri));
  });
  after(closeAll);

  it('has completions, each once, with their documentation', async () => {
    const list = await ask<CompletionList>(
      'executeCompletionItemProvider',
      new Position(doc.lineCount - 1, 0),
      undefined,
      50,
    );
    const found = list.items.filter(({ label }) => text(label).startsWith('HEALTHCHECK'));
    assert.ok(found.length > 0, 'no HEALTHCHECK');
    assert.equal(new Set(found.map(({ label }) => text(label))).size, found.length);
    assert.match(content(found[0]?.documentation), /\w/);
  });

  it('has hovers', async () => {
    const [hover] = await ask<Hover[]>('executeHoverProvider', at(doc, 'HEALTHCHECK', 2));
    assert.match(content(hover?.contents[0]), /health/i);
  });

  it('has signatures', async () => {
    const help = await ask<SignatureHelp>(
      'executeSignatureHelpProvider',
      at(doc, 'COPY . .', 5),
      ' ',
    );
    assert.match(help.signatures[0]?.label ?? '', /^COPY/);
  });

  it('leads from a use to its definition, and to all uses', async () => {
    const place = at(doc, '--from=build', 8);
    const [definition] = await ask<Location[]>('executeDefinitionProvider', place);
    assert.equal(definition?.range.start.line, 2);
    const references = await ask<Location[]>('executeReferenceProvider', place);
    assert.deepEqual(
      references.map(({ range }) => range.start.line),
      [2, 9],
    );
    const highlights = await ask<DocumentHighlight[]>('executeDocumentHighlights', place);
    assert.equal(highlights.length, 2);
  });

  it('renames a stage everywhere, and refuses what has no name', async () => {
    const edit = await ask<WorkspaceEdit>(
      'executeDocumentRenameProvider',
      at(doc, 'AS build', 4),
      'made',
    );
    assert.deepEqual(
      edit.get(doc.uri).map(({ newText, range }) => [newText, range.start.line]),
      [
        ['made', 2],
        ['made', 9],
      ],
    );
    await assert.rejects(Promise.resolve(ask('prepareRename', at(doc, 'WORKDIR', 2))));
  });

  it('has an outline of stages', async () => {
    const symbols = await ask<DocumentSymbol[]>('executeDocumentSymbolProvider');
    const stage = symbols.find(({ name }) => name === 'build');
    assert.ok(stage, symbols.map(({ name }) => name).join());
    assert.ok(stage.children.length > 0, 'the stage holds nothing');
  });

  it('folds', async () => {
    const ranges = await ask<FoldingRange[]>('executeFoldingRangeProvider');
    assert.ok(
      ranges.some(({ start, end }) => start === 5 && end === 6),
      JSON.stringify(ranges),
    );
  });

  it('links images', async () => {
    const links = await ask<DocumentLink[]>('executeLinkProvider');
    assert.ok(
      links.some(({ target }) => target?.path.includes('busybox')),
      JSON.stringify(links),
    );
  });

  it('is linked by a compose file that builds it', async () => {
    const dockerfile = `dockerfile: ${JSON.stringify(doc.uri.path)}`;
    const compose = scratch.file('compose.yaml', `services:\n  a:\n    build: { ${dockerfile} }\n`);
    const shown = await workspace.openTextDocument(compose);
    await eventually('the link', async () => {
      const command = 'vscode.executeLinkProvider';
      const links = await commands.executeCommand<DocumentLink[]>(command, shown.uri);
      return links.some(({ target }) => target?.path === doc.uri.path);
    });
  });

  it('formats', async () => {
    const options = { tabSize: 4, insertSpaces: true };
    const edits = await ask<TextEdit[]>('executeFormatDocumentProvider', options);
    assert.deepEqual(
      edits.map(({ newText, range }) => [newText, range.start.line]),
      [['    ', 6]],
    );
    const line = doc.lineAt(6).range;
    assert.equal((await ask<TextEdit[]>('executeFormatRangeProvider', line, options)).length, 1);
    assert.ok(await ask('executeFormatOnTypeProvider', new Position(6, 0), '\n', options));
  });

  it('has problems with fixes that mend them', async () => {
    const [problem] = await diagnosed(doc.uri, (found) => found.length === 1);
    assert.ok(problem);
    assert.deepEqual(codes(doc.uri), ['MaintainerDeprecated']);
    assert.match(problem.message, /DL4000/);
    assert.equal(problem.source, 'stevedore');
    const actions = await ask<CodeAction[]>('executeCodeActionProvider', problem.range);
    const fix = actions.find(({ edit }) => edit !== undefined);
    assert.ok(fix?.edit, actions.map(({ title }) => title).join());
    await workspace.applyEdit(fix.edit);
    await diagnosed(doc.uri, (found) => found.length === 0);
    assert.match(doc.getText(), /LABEL/);
    await commands.executeCommand('undo');
    await diagnosed(doc.uri, (found) => found.length === 1);
  });

  it('has semantic tokens', async () => {
    const tokens = await ask<SemanticTokens>('provideDocumentSemanticTokens');
    assert.ok(tokens.data.length > 5 * 20, `${tokens.data.length} numbers`);
  });

  it('is served without a file', async () => {
    const untitled = await workspace.openTextDocument({
      language: 'dockerfile',
      content: 'FROM a:1.2\nMAINTAINER me\n',
    });
    await diagnosed(untitled.uri, (found) => found.length === 1);
    assert.ok(await served(untitled.uri));
  });

  it('keeps its problems while one of two editors shows it, and loses them with the last', async () => {
    const uri = scratch.file('web.Dockerfile', 'FROM a:1.2\nMAINTAINER me\n');
    await commands.executeCommand('vscode.open', uri);
    await commands.executeCommand('workbench.action.splitEditor');
    await diagnosed(uri, (found) => found.length === 1);
    await commands.executeCommand('workbench.action.closeActiveEditor');
    const other = await workspace.openTextDocument({ language: 'dockerfile', content: 'FROMM a' });
    await diagnosed(other.uri, (found) => found.length > 0);
    assert.deepEqual(codes(uri), ['MaintainerDeprecated']);
    await closeAll();
    await diagnosed(uri, (found) => found.length === 0);
    await eventually('the document to close', async () =>
      workspace.textDocuments.every((document) => document.uri.toString() !== uri.toString()),
    );
  });
});

describe('the languages', () => {
  for (const [name, language] of [
    ['Dockerfile', 'dockerfile'],
    ['Containerfile', 'dockerfile'],
    ['Dockerfile.dev', 'dockerfile'],
    ['Containerfile.test', 'dockerfile'],
    ['web.Dockerfile', 'dockerfile'],
    ['web.dockerfile', 'dockerfile'],
    ['web.containerfile', 'dockerfile'],
    ['.dockerignore', 'dockerignore'],
    ['.containerignore', 'dockerignore'],
    ['Dockerfile.dockerignore', 'dockerignore'],
    ['Containerfile.dockerignore', 'dockerignore'],
    ['Dockerfile.dev.dockerignore', 'dockerignore'],
    ['web.Dockerfile.dockerignore', 'dockerignore'],
  ] as const) {
    it(`takes ${name} for ${language}`, async () => {
      const document = await workspace.openTextDocument(scratch.file(name, 'x\n'));
      assert.equal(document.languageId, language);
    });
  }

  it('takes a file of any name that begins with a syntax directive for a Dockerfile', async () => {
    const uri = scratch.file('recipe', '# syntax=docker/dockerfile:1\nFROM a\n');
    assert.equal((await workspace.openTextDocument(uri)).languageId, 'dockerfile');
  });
});

describe('what is no Dockerfile to speak of', () => {
  const big = Buffer.from('FROM a\n' + `RUN echo ${'x'.repeat(90)}\n`.repeat(105_000));

  for (const [title, name, bytes, notice] of [
    ['an empty file', 'Dockerfile', Buffer.alloc(0), /FROM/],
    [
      'a file with NUL bytes',
      'Dockerfile',
      Buffer.from(`FROM a\n${'RUN b\n'.repeat(200)}\0`),
      /NUL/,
    ],
    ['a file of 10 MB', 'Dockerfile', big, /larger than 1 MB/],
  ] as const) {
    it(`${title} gets one notice, and the next file is served`, async () => {
      const uri = scratch.file(name, bytes);
      const document = await workspace.openTextDocument(uri);
      await window.showTextDocument(document);
      const [only] = await diagnosed(uri, (found) => found.length === 1);
      assert.match(only?.message ?? '', notice);
      const next = await workspace.openTextDocument(scratch.file('Dockerfile', 'FROMM a\n'));
      await window.showTextDocument(next);
      await diagnosed(next.uri, (found) => found.length > 0);
      assert.equal(languages.getDiagnostics(uri).length, 1);
      await closeAll();
    });
  }

  it('a binary file leaves the editor as it was', async () => {
    const bytes = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7919) % 256));
    const uri = scratch.file('Dockerfile', bytes);
    await commands.executeCommand('vscode.open', uri);
    const next = await workspace.openTextDocument(scratch.file('Dockerfile', 'FROMM a\n'));
    await diagnosed(next.uri, (found) => found.length > 0);
    assert.ok(languages.getDiagnostics(uri).length <= 1);
    await closeAll();
  });
});

after(() => scratch.remove());

const text = (label: string | { readonly label: string }): string =>
  typeof label === 'string' ? label : label.label;

/** MarkdownString, plain or the old pair of language and value. */
const content = (value: string | { readonly value: string } | undefined): string =>
  typeof value === 'object' ? value.value : (value ?? '');
