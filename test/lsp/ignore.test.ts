import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodeActionRequest, CompletionRequest, HoverRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from './harness.ts';
import { CAPABILITIES, connect } from './harness.ts';

let root: string;
let session: Session;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stevedore-ignore-'));
  mkdirSync(join(root, 'src'));
  mkdirSync(join(root, 'lib'));
  writeFileSync(join(root, 'src/main.ts'), 'text');
  session = await connect();
});
afterAll(async () => {
  await session.close();
  rmSync(root, { recursive: true });
});

describe('an ignore file', () => {
  it('is checked, explained, completed and mended', async () => {
    const uri = pathToFileURL(join(root, '.dockerignore')).href;
    const doc = await session.open('src\n[\n\n', 'dockerignore', uri);
    expect(await doc.diagnostics()).toMatchObject([
      { code: 'dockerignore/malformed', source: 'stevedore' },
    ]);
    const hover = await doc.request(HoverRequest.type, { position: { line: 0, character: 1 } });
    expect(JSON.stringify(hover?.contents)).toContain('Leaves out 1 file, 4 B');
    const position = { line: 2, character: 0 };
    const answer = await doc.request(CompletionRequest.type, { position });
    const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
    expect(items.map(({ label }) => label)).toEqual(['lib/']);
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } };
    const actions = await doc.request(CodeActionRequest.type, {
      range,
      context: { diagnostics: [] },
    });
    expect(actions?.map(({ title }) => title)).toEqual(['Remove this pattern']);
  });

  it('is added to by a fix of a Dockerfile', async () => {
    const folder = join(root, 'web');
    mkdirSync(folder);
    writeFileSync(join(folder, '.env'), '');
    const creating = await connect({
      capabilities: {
        ...CAPABILITIES,
        workspace: {
          ...CAPABILITIES.workspace,
          workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
        },
      },
    });
    const doc = await creating.open(
      'FROM alpine:3.20.3\nCOPY . /app\n',
      'dockerfile',
      pathToFileURL(join(folder, 'Dockerfile')).href,
    );
    const range = { start: { line: 1, character: 5 }, end: { line: 1, character: 6 } };
    const ask = () => doc.request(CodeActionRequest.type, { range, context: { diagnostics: [] } });
    const isIt = ({ title }: { title: string }) => title === 'Add .env to .dockerignore';
    // What hangs on files is found a moment after the rest.
    await expect.poll(async () => (await ask())?.some(isIt)).toBe(true);
    const uri = pathToFileURL(join(folder, '.dockerignore')).href;
    const action = (await ask())?.find(isIt);
    expect(action && 'edit' in action && action.edit?.documentChanges).toMatchObject([
      { kind: 'create', uri },
      { textDocument: { uri }, edits: [{ newText: '.env\n' }] },
    ]);
    await creating.close();
  });
});
