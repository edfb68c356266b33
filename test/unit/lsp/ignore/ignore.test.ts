import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createContexts } from '../../../../src/lsp/server/context/contexts.ts';
import { createIgnoreFeatures } from '../../../../src/lsp/server/features/ignore/ignore.ts';
import type { ExampleFiles } from '../../../../src/lsp/server/rules/rule.ts';
import { folderOf } from '../support/context.ts';

async function open(text: string, files: ExampleFiles = {}, name = '.dockerignore') {
  const root = await folderOf({ ...files, [name]: text });
  const features = createIgnoreFeatures(
    createContexts(),
    () => undefined,
    () => root,
  );
  const uri = pathToFileURL(join(root, name)).href;
  return { features, root, document: TextDocument.create(uri, 'dockerignore', 1, text) };
}

async function found(text: string, files: ExampleFiles = {}, name?: string): Promise<string[]> {
  const { features, document } = await open(text, files, name);
  return (await features.diagnostics(document)).map(
    ({ code, range }) => `${range.start.line} ${String(code).slice('dockerignore/'.length)}`,
  );
}

async function fixed(text: string, files: ExampleFiles = {}): Promise<string[]> {
  const { features, document } = await open(text, files);
  const end = document.positionAt(text.length);
  const actions = await features.actions(document, { start: { line: 0, character: 0 }, end });
  return actions.map((action) =>
    TextDocument.applyEdits(document, action.edit?.changes?.[document.uri] ?? []),
  );
}

describe('problems of an ignore file', () => {
  it.each<[string, ExampleFiles, string[]]>([
    ['node_modules\n', { 'node_modules/a': '' }, []],
    ['[\n!\n', {}, ['0 malformed', '1 malformed']],
    ['nope\n', { a: '' }, ['0 matches-nothing']],
    ['*.log\n', { 'deep/a.log': '' }, ['0 root-only']],
    ['**/*.log\n', { 'deep/a.log': '' }, []],
    ['node_modules\n', { 'node_modules/a': '', 'web/node_modules/b': '' }, ['0 root-only']],
    ['docs\n', { 'docs/a': '', 'web/docs/b': '' }, []],
    ['*.md\n!*.md\n', { 'a.md': '' }, ['0 overridden']],
    ['!a.md\n*.md\n', { 'a.md': '' }, ['0 redundant']],
    ['*.md\n!a.md\n*.md\n', { 'a.md': '', 'b.md': '' }, ['1 overridden']],
    ['src\nsrc/a\n', { 'src/a': '' }, ['1 redundant']],
    ['**/*.log\n!logs\n', { 'logs/a.log': '' }, ['1 redundant']],
    ['**/*.log\n!logs/**\n', { 'logs/a.log': '', 'b.log': '' }, []],
    ['*\n!dir/x\ndir\n', { 'dir/x': '', 'dir/y': '' }, ['2 redundant']],
    ['*\n!src\nsrc/a.log\n', { 'src/a.log': '', 'src/b': '', c: '' }, []],
    [' # a\nb # c\n', { b: '' }, ['0 not-a-comment', '1 not-a-comment']],
    ['# a\n#b\n', {}, []],
    ['Dockerfile\n', { Dockerfile: '' }, ['0 dockerfile-ignored']],
  ])('%j with %j: %j', async (text, files, expected) => {
    expect(await found(text, files)).toEqual(expected);
  });

  it('say what would count inside of a directory', async () => {
    const messages = async (text: string, files: ExampleFiles) => {
      const { features, document } = await open(text, files);
      return (await features.diagnostics(document)).map(({ message }) => message);
    };
    expect(await messages('**/*.log\n!logs\n', { 'logs/a.log': '' })).toEqual([
      'This takes nothing back: "logs" is not left out itself, so the builder does not ask this pattern about what is in it. "!logs/**" counts there.',
    ]);
    expect(await messages('*\n!dir/x\ndir\n', { 'dir/x': '' })).toEqual([
      'This adds nothing: "dir" is left out already, so the builder does not ask this pattern about what is in it. "dir/**" counts there.',
    ]);
    expect(await messages('!a.md\n*.md\n', { 'a.md': '' })).toEqual([
      'This takes nothing back: no pattern above it leaves out what it matches.',
    ]);
  });

  it('looks where the Dockerfile of its name is built', async () => {
    const files = { 'docker/web.Dockerfile': 'FROM a\nCOPY src /src\n', 'src/a': '' };
    const name = 'docker/web.Dockerfile.dockerignore';
    expect(await found('src/a\nnope\ndocker/web.*\n', files, name)).toEqual([
      '1 matches-nothing',
      '2 dockerfile-ignored',
    ]);
  });

  it('says nothing of the files of a document that is not on disk', async () => {
    const { features } = await open('');
    const document = TextDocument.create('untitled:a.dockerignore', 'dockerignore', 1, 'nope\n[');
    const diagnostics = await features.diagnostics(document);
    expect(diagnostics.map(({ code }) => code)).toEqual(['dockerignore/malformed']);
    expect(await features.hover(document, { line: 0, character: 0 })).toBeNull();
    expect(await features.completion(document, { line: 0, character: 0 })).toEqual([]);
  });

  it('are mended', async () => {
    expect(await fixed('a\nnope\nb', { a: '', b: '' })).toEqual(['a\nb']);
    expect(await fixed('nope', {})).toEqual(['']);
    expect(await fixed('/*.log\n', { 'deep/a.log': '' })).toEqual(['**/*.log\n']);
    expect(await fixed('  # a\n')).toEqual(['# a\n']);
    expect(await fixed('b # c\n', { b: '' })).toEqual(['# c\nb\n']);
    expect(await fixed('b # c\r\n', { b: '' })).toEqual(['# c\r\nb\r\n']);
    expect(await fixed('x\ny\nb\n', { b: '' })).toEqual(['y\nb\n', 'b\n', 'x\nb\n', 'b\n']);
  });
});

describe('hover over a pattern', () => {
  it('says how much it leaves out, and what decides otherwise', async () => {
    const { features, document } = await open('*.md\n!a.md\nnope\n', {
      'a.md': '12345',
      'b.md': '1234567',
    });
    const text = async (line: number) => {
      const hover = await features.hover(document, { line, character: 0 });
      return hover && (hover.contents as { value: string }).value;
    };
    expect(await text(0)).toBe(
      'Leaves out 2 files, 12 B.\n\n- `a.md`\n- `b.md`\n\n`!a.md` on line 2 decides about 1 file of them.',
    );
    expect(await text(1)).toBe('Takes back 1 file, 5 B.\n\n- `a.md`');
    expect(await text(2)).toBe('Nothing in the build context matches this pattern.');
    expect(await text(3)).toBeNull();
  });

  it('says what BuildKit does not let it take back', async () => {
    const { features, document } = await open('**/*.log\n!logs\n', { 'logs/a.log': 'text' });
    const hover = await features.hover(document, { line: 1, character: 0 });
    const by = '`**/*.log` on line 1 decides about 1 file of them.';
    expect(hover?.contents).toMatchObject({ value: expect.stringContaining(by) });
  });
});

describe('completion in an ignore file', () => {
  it('offers paths, and patterns that fit what is there', async () => {
    const { features, document } = await open('src/\n\n!w\n!s\n', {
      'package.json': '{}',
      'src/main.ts': '',
      'web/a': '',
    });
    const labels = async (line: number, character: number) =>
      (await features.completion(document, { line, character })).map(({ label }) => label);
    expect(await labels(1, 0)).toEqual(
      expect.arrayContaining(['web/', 'package.json', '**/node_modules']),
    );
    expect(await labels(1, 0)).not.toContain('src/');
    expect(await labels(0, 4)).toEqual(['src/main.ts']);
    expect(await labels(2, 2)).not.toContain('**/node_modules');
    expect(await labels(2, 2)).toContain('web/');
    expect(await labels(3, 2)).toContain('src/');
  });
});
