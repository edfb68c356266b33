import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction } from 'vscode-languageserver/node';
import { CodeActionRequest, ExecuteCommandRequest } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

let session: Session;
beforeAll(async () => void (session = await connect()));
afterAll(() => session.close());

async function actionsAt(doc: Doc, marker: string, only?: string[]): Promise<CodeAction[]> {
  const at = doc.document.positionAt(doc.document.getText().indexOf(marker));
  const params = {
    range: { start: at, end: at },
    context: { diagnostics: [], ...(only && { only }) },
  };
  return (await doc.request(CodeActionRequest.type, params)) as CodeAction[];
}

/** The text after the action of a title, at a marker in a text. */
async function after(text: string, marker: string, title: string, only?: string[]) {
  const doc = await session.open(text);
  const actions = await actionsAt(doc, marker, only);
  const action = actions.find((candidate) => candidate.title === title);
  if (!action) throw new Error(`No ${title} among ${actions.map((one) => one.title).join('; ')}`);
  return doc.apply(action.edit?.changes?.[doc.uri]);
}

describe('quick fixes', () => {
  it.each([
    ['FROM a\nRUM x\n', 'RUM', 'Change to RUN', 'FROM a\nRUN x\n'],
    [
      'FROM a\nENV A=b\nenv A=b \\\n  C=d\n',
      'env',
      'Write ENV',
      'FROM a\nENV A=b\nENV A=b \\\n  C=d\n',
    ],
    [
      'FROM a\nMAINTAINER A "B" $c\n',
      'MAINTAINER',
      'Use LABEL org.opencontainers.image.authors',
      'FROM a\nLABEL org.opencontainers.image.authors="A \\"B\\" \\$c"\n',
    ],
    [
      'FROM a\nCOPY --form=b x \\\n  y\n',
      '--form',
      'Change to --from',
      'FROM a\nCOPY --from=b x \\\n  y\n',
    ],
  ])('of %j at %j', async (text, marker, title, expected) => {
    expect(await after(text, marker, title)).toBe(expected);
  });

  it('are not offered where nothing is wrong', async () => {
    const doc = await session.open('FROM scratch\nRUM x\n');
    expect(await actionsAt(doc, 'FROM')).toEqual([]);
  });

  it('mend all of one rule', async () => {
    expect(
      await after(
        'FROM a AS b\nFROM a as c\nFROM a as d\n',
        'as c',
        'Fix all 2 of FromAsCasing in this file',
      ),
    ).toBe('FROM a AS b\nFROM a AS c\nFROM a AS d\n');
  });
});

describe('fix all', () => {
  const text = 'FROM scratch as b\nRUN x \\\n\n  && y\nMAINTAINER me\n';

  it('mends what is safe, and leaves the rest', async () => {
    expect(await after(text, 'FROM', 'Fix all that is safe to fix', ['source.fixAll'])).toBe(
      'FROM scratch AS b\nRUN x \\\n  && y\nMAINTAINER me\n',
    );
  });

  it('is offered alone where only it is asked for, and not where nothing is to fix', async () => {
    const doc = await session.open(text);
    const actions = await actionsAt(doc, 'MAINTAINER', ['source.fixAll.stevedore']);
    expect(actions.map(({ kind }) => kind)).toEqual(['source.fixAll.stevedore']);
    const clean = await session.open('FROM scratch\n');
    expect(await actionsAt(clean, 'FROM', ['source.fixAll'])).toEqual([]);
  });

  it('can be turned off', async () => {
    const own = await connect({ settings: { lint: { fixAll: false } } });
    const doc = await own.open(text);
    expect(await actionsAt(doc, 'FROM', ['source.fixAll'])).toEqual([]);
    await own.close();
  });
});

describe('ignoring', () => {
  const text = 'FROM scratch\nMAINTAINER me\n';

  it.each([
    [
      'here',
      'FROM scratch\n# check=skip=MaintainerDeprecated\n# hadolint ignore=DL4000\nMAINTAINER me\n',
    ],
    [
      'in this file',
      '# check=skip=MaintainerDeprecated\n# hadolint global ignore=DL4000\nFROM scratch\nMAINTAINER me\n',
    ],
  ])('both names %s', async (where, expected) => {
    const ignored = await after(
      text,
      'MAINTAINER',
      `Ignore MaintainerDeprecated and DL4000 ${where}`,
    );
    expect(ignored).toBe(expected);
    expect(await (await session.open(ignored)).diagnostics()).toEqual([]);
  });

  describe('where a rule looks at comments', () => {
    const named = 'FROM alpine:3 AS a\nWORKDIR x\n';
    const ignoring = async (rules: object, text: string, marker: string, comments = '') => {
      const own = await connect({ settings: { lint: { rules } } });
      const doc = await own.open(`${comments}${text}`);
      const before = new Set((await doc.diagnostics()).map(({ code }) => code));
      const actions = (await actionsAt(doc, marker)).filter(({ title }) => title.startsWith('Ig'));
      const results = actions.map(async ({ title, edit }) => {
        const ignored = doc.apply(edit?.changes?.[doc.uri]);
        const left = (await (await own.open(ignored)).diagnostics()).map(({ code }) => code);
        return { title, ignored, more: left.filter((code) => !before.has(code)) };
      });
      const all = await Promise.all(results);
      await own.close();
      return all;
    };

    it('offers no comment that DL1001 would find', async () => {
      const found = await ignoring({ DL1001: 'warning', DL3000: 'error' }, named, 'x\n');
      expect(found).toEqual([
        {
          title: 'Ignore WorkdirRelativePath and DL3000 in this file',
          ignored: `# check=skip=WorkdirRelativePath\n# hadolint global ignore=DL3000\n${named}`,
          more: [],
        },
      ]);
    });

    it('ignores DL1001 itself in the whole file only', async () => {
      const text = 'FROM alpine:3\n# hadolint ignore=DL3002\nUSER root\n';
      const found = await ignoring({ DL1001: 'warning' }, text, '# hadolint');
      expect(found.map(({ title }) => title)).toEqual(['Ignore DL1001 in this file']);
    });

    it('still adds to a comment that DL1001 finds already', async () => {
      const text = 'FROM alpine:3\n# hadolint ignore=DL3002\nRUN sudo x\n';
      const found = await ignoring({ DL1001: 'warning' }, text, 'sudo');
      expect(found.map(({ title, more }) => [title, more])).toEqual([
        ['Ignore DL3004 here', []],
        ['Ignore DL3004 in this file', []],
      ]);
    });

    it('keeps what it adds apart from descriptions', async () => {
      const text = 'FROM alpine AS a\n';
      const asked = '# check=experimental=InvalidDefinitionDescription\n';
      const [found, ...others] = await ignoring({}, text, 'alpine', asked);
      expect(others).toEqual([]);
      expect(found).toEqual({
        title: 'Ignore DL3006 in this file',
        ignored: `${asked}# hadolint global ignore=DL3006\n#\n${text}`,
        more: [],
      });
    });
  });

  it('is offered only by what counts where the comments of hadolint do not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-lsp-'));
    await writeFile(join(folder, '.hadolint.yaml'), 'disable-ignore-pragma: true\n');
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    const lines = 'FROM alpine:3 as a\nRUN sudo x\n';
    const doc = await session.open(lines, 'dockerfile', uri);
    const titles = async (marker: string) =>
      (await actionsAt(doc, marker))
        .map(({ title }) => title)
        .filter((title) => title.startsWith('Ignore'));
    expect(await titles('sudo')).toEqual([]);
    expect(await titles('as a')).toEqual([
      'Ignore FromAsCasing here',
      'Ignore FromAsCasing in this file',
    ]);
    await doc.shut();
    await rm(folder, { recursive: true });
  });

  it.each([
    ['here', 'FROM a:1\n# check=skip=UndefinedVar\n# hadolint ignore=DL3044\n'],
    ['in this file', '# check=skip=UndefinedVar\n# hadolint global ignore=DL3044\nFROM a:1\n'],
  ])('what others of the rule are called that are silenced with it %s', async (where, head) => {
    expect(
      await after(
        'FROM a:1\nENV A=1 B=$A C=${Z}\n',
        '${Z}',
        `Ignore UndefinedVar and DL3044 ${where}`,
      ),
    ).toBe(`${head}ENV A=1 B=$A C=\${Z}\n`);
  });

  it('is not offered for what does not build', async () => {
    const doc = await session.open('FROM scratch\nRUM x\n');
    const titles = (await actionsAt(doc, 'RUM')).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('Ignore'))).toEqual([]);
  });
});

describe("a rule's page", () => {
  it('is opened by the client', async () => {
    const doc = await session.open('FROM scratch\nRUM x\n');
    const action = (await actionsAt(doc, 'RUM')).find(({ command }) => command);
    expect(action?.title).toBe('Open the page of build-error/unknown-instruction');
    const shown: unknown[] = [];
    session.connection.onRequest('window/showDocument', (params: unknown) => {
      shown.push(params);
      return { success: true };
    });
    await session.connection.sendRequest(ExecuteCommandRequest.type, action?.command as never);
    expect(shown).toEqual([
      { uri: 'file:///pages/build-error-unknown-instruction.md', external: false },
    ]);
  });
});

describe('files beside the Dockerfile', () => {
  it('count, and count anew when they change', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stevedore-lsp-'));
    const uri = pathToFileURL(join(folder, 'Dockerfile')).href;
    const codes = () =>
      session.published
        .findLast((params) => params.uri === uri)
        ?.diagnostics.map(({ code }) => code);
    const changed = () =>
      session.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [] });
    const text = 'FROM scratch\nWORKDIR /x\nCOPY gone.txt .\nMAINTAINER me\n';
    await session.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'dockerfile', version: 1, text },
    });
    await expect.poll(codes).toEqual(['stevedore/source-not-found', 'MaintainerDeprecated']);

    await writeFile(join(folder, 'gone.txt'), '');
    await writeFile(join(folder, '.hadolint.yaml'), 'override: {style: [DL4000]}\nignored: 7\n');
    await changed();
    await expect.poll(codes).toEqual(['MaintainerDeprecated']);
    await expect
      .poll(() => session.published.findLast((params) => params.uri.endsWith('.hadolint.yaml')))
      .toMatchObject({ diagnostics: [{ range: { start: { line: 1 } }, severity: 2 }] });

    await writeFile(join(folder, '.hadolint.yaml'), 'ignored: [MaintainerDeprecated, DL4000]\n');
    await writeFile(join(folder, '.dockerignore'), 'gone.txt\n');
    await changed();
    await expect.poll(codes).toEqual(['CopyIgnoredFile']);
    await expect
      .poll(() => session.published.findLast((params) => params.uri.endsWith('.hadolint.yaml')))
      .toMatchObject({ diagnostics: [] });
    await rm(folder, { recursive: true });
  });
});
