import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionRequest, DocumentLinkRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from './harness.ts';
import { connect } from './harness.ts';

const FILES: Readonly<Record<string, string>> = {
  '.dockerignore': 'secret\n*.log\nbuild/*\n!build/keep\n',
  'app.js': '',
  'trace.log': '',
  'secret/key': '',
  'build/keep': '',
  'build/drop': '',
  'src/main.ts': '',
  'src/deep/x.ts': '',
  'with space.txt': '',
};

let root: string;
let session: Session;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stevedore-paths-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  session = await connect();
});
afterAll(async () => {
  await session.close();
  rmSync(root, { recursive: true });
});

let count = 0;
const open = (text: string) =>
  session.open(text, 'dockerfile', pathToFileURL(join(root, `${++count}.Dockerfile`)).href);

async function offers(marked: string): Promise<CompletionItem[]> {
  const at = marked.indexOf('|');
  const doc = await open(marked.slice(0, at) + marked.slice(at + 1));
  const position = doc.document.positionAt(at);
  const answer = await doc.request(CompletionRequest.type, { position });
  return Array.isArray(answer) ? answer : (answer?.items ?? []);
}

const labels = async (marked: string) => (await offers(marked)).map(({ label }) => label);

describe('paths of the build context', () => {
  it('are offered as sources, without what the ignore file drops', async () => {
    const found = await labels('FROM a\nCOPY |');
    expect(found).toEqual(expect.arrayContaining(['app.js', 'src/', 'build/']));
    expect(found).not.toContain('trace.log');
    expect(found).not.toContain('secret/');
  });

  it.each([
    ['FROM a\nCOPY src/|', ['src/deep/', 'src/main.ts']],
    ['FROM a\nCOPY ./src/m|', ['./src/main.ts']],
    ['FROM a\nCOPY /src/m|', ['/src/main.ts']],
    ['FROM a\nCOPY build/|', ['build/keep']],
    ['FROM a\nCOPY ["src/m|', ['src/main.ts']],
    ['FROM a\nADD --chown=a src/m|', ['src/main.ts']],
    ['FROM a\nRUN --mount=type=bind,source=src/m|', ['src/main.ts']],
    ['FROM a\nCOPY --exclude=src/m|', ['src/main.ts']],
    ['FROM a\nONBUILD COPY src/m|', ['src/main.ts']],
    ['FROM a\nCOPY ../|', []],
    ['FROM a\nCOPY none/|', []],
    ['FROM a\nADD https://|', []],
    ['FROM a\nRUN --mount=type=bind,from=a,source=src/m|', []],
    ['FROM a AS b\nFROM c\nCOPY --from=b src/m|', []],
  ])('%j offers %j', async (marked, expected) => {
    expect(await labels(marked)).toEqual(expected);
  });

  it.each([
    ['FROM a\nCOPY with|', ['with?space.txt']],
    ['FROM a\nCOPY ["with|', ['with space.txt']],
    ['FROM a\nCOPY --exclude=with|', ['with?space.txt']],
    ['FROM a\nRUN --mount=type=bind,source=with|', []],
  ])('are written so that they stay one word: %j puts %j', async (marked, expected) => {
    const texts = (await offers(marked)).map(({ textEdit }) => textEdit?.newText);
    expect(texts).toEqual(expected);
  });

  it('stand in the order in which they are wanted', async () => {
    const sources = await labels('FROM a\nCOPY |');
    expect(sources.slice(0, 3)).toEqual(['.', 'app.js', 'build/']);
    const first = sources.indexOf('.dockerignore');
    expect(sources[first + 1]).toBe('--from');
    const places = await labels('FROM a\nWORKDIR /srv\nCOPY app.js |');
    expect(places.slice(0, 3)).toEqual(['./', '/srv', '/app/']);
    expect(places.indexOf('app.js')).toBeGreaterThan(places.indexOf('/var/www/'));
    const copied = await labels('FROM a AS b\nWORKDIR /b\nFROM c\nWORKDIR /c\nCOPY --from=b /b |');
    expect(copied.slice(0, 2)).toEqual(['./', '/c']);
    expect(copied.at(-1)).toBe('/b');
  });

  it('are none for a document that is not on disk', async () => {
    const doc = await session.open('FROM a\nCOPY src/', 'dockerfile', 'untitled:Untitled-1');
    const position = { line: 1, character: 9 };
    expect(await doc.request(CompletionRequest.type, { position })).toEqual([]);
  });
});

it('links sources that are files to them, and nothing else', async () => {
  const doc = await open(
    'FROM scratch\nCOPY app.js ./src/main.ts none src *.js /x/\nRUN --mount=type=bind,src=app.js,target=/a x\nCOPY --from=0 app.js /y\nADD https://example.org/a.tgz /z\nCOPY ["with space.txt", "/"]\n',
  );
  const links = (await doc.request(DocumentLinkRequest.type)) ?? [];
  expect(links.map(({ range, target }) => [doc.text(range), target])).toEqual([
    ['https://example.org/a.tgz', 'https://example.org/a.tgz'],
    ['app.js', pathToFileURL(join(root, 'app.js')).href],
    ['./src/main.ts', pathToFileURL(join(root, 'src/main.ts')).href],
    ['app.js', pathToFileURL(join(root, 'app.js')).href],
    ['"with space.txt"', pathToFileURL(join(root, 'with space.txt')).href],
  ]);
});
