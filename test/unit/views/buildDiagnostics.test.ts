import { expect, onTestFinished, test, vi } from 'vitest';
import type { Build } from '../../../src/engine/builds/model.ts';
import type { Builds } from '../../../src/engine/builds/service.ts';
import { build, step } from './samples.ts';
import { loadAnew } from '../support/editor.ts';

interface Action {
  readonly title: string;
  readonly command?: { readonly command: string; readonly arguments: readonly unknown[] };
}

interface Provider {
  provideCodeActions(document: unknown, range: unknown, context: unknown): readonly Action[];
}

const { given } = vi.hoisted(() => ({
  given: { provider: undefined as Provider | undefined, gone: false, watchers: 0 },
}));

vi.mock('vscode', async () => {
  const none = () => ({ dispose() {} });
  return {
    ...(await import('../support/editor.ts')).EDITOR,
    Uri: { file: (path: string) => new URL(`file://${path}`) },
    Range: Object,
    Diagnostic: Object,
    DiagnosticSeverity: { Error: 0, Warning: 1 },
    CodeActionKind: { QuickFix: 'quickfix' },
    CodeAction: class {
      readonly title: string;
      constructor(title: string) {
        this.title = title;
      }
    },
    workspace: {
      async openTextDocument() {
        if (given.gone) throw new Error('no such file');
        return { getText: () => 'FROM a\nRUN one\nRUN make\n' };
      },
      onDidChangeTextDocument: none,
      createFileSystemWatcher() {
        given.watchers++;
        return { onDidDelete: none, dispose: () => void given.watchers-- };
      },
    },
    languages: {
      createDiagnosticCollection: () => ({ set() {}, get: () => [], dispose() {} }),
      getDiagnostics: () => [],
      onDidChangeDiagnostics: none,
      registerCodeActionsProvider: (_: unknown, provider: Provider) => {
        given.provider = provider;
        return none();
      },
    },
  };
});

loadAnew();

/** What is offered at a line of the Dockerfile of a build that has ended so. */
async function offered(one: Build, line: number, later?: Build): Promise<readonly Action[]> {
  const { createBuildDiagnostics } = await import('../../../src/views/buildDiagnostics.ts');
  let tell: (change: unknown) => void = () => {};
  createBuildDiagnostics({
    get: () => one,
    tail: () => ['make: *** [all] Error 2'],
    onDidChange: (listener: typeof tell) => {
      tell = listener;
      return { dispose() {} };
    },
  } as unknown as Builds);
  for (const ended of later ? [one, later] : [one]) {
    tell({ what: 'ended', build: ended, matched: false });
    await new Promise((done) => setImmediate(done));
  }
  const document = { uri: new URL(`file://${one.request.dockerfile}`) };
  const range = { start: { line: line - 1 }, end: { line: line - 1 } };
  return given.provider?.provideCodeActions(document, range, { diagnostics: [] }) ?? [];
}

const failed = (over: Partial<Build> = {}) =>
  build({
    state: 'failed',
    steps: [
      step({ id: 'a', instruction: 'RUN one', index: 2, total: 3, lines: [2, 2] }),
      step({ id: 'b', index: 3, total: 3, state: 'failed', lines: [3, 3] }),
    ],
    failure: { step: 'b', message: 'exit code: 2', exitCode: 2 },
    ...over,
  });

test('at an instruction that failed, and there alone, its shell and its log are offered', async () => {
  const actions = await offered(failed(), 3);
  expect(actions.map(({ title, command }) => [title, command?.command])).toEqual([
    ['Open a Shell in the Failed Step', 'stevedore.build.debug'],
    ['Open Step Log', 'stevedore.build.stepLog'],
  ]);
  for (const { command } of actions)
    expect(command?.arguments).toMatchObject([
      { noun: 'buildStep', target: { step: { id: 'b' } } },
    ]);
  expect(await offered(failed(), 2)).toEqual([]);
});

test('no shell is offered where the builder keeps nothing of the step', async () => {
  const actions = await offered(failed({ builder: 'classic' }), 3);
  expect(actions.map(({ title }) => title)).toEqual(['Open Step Log']);
});

test('nothing is said of a Dockerfile that was deleted before its build failed', async () => {
  given.gone = true;
  onTestFinished(() => void (given.gone = false));
  expect(await offered(failed(), 3)).toEqual([]);
});

test('files are watched only where one has a problem, for as long', async () => {
  const before = given.watchers;
  await offered(build({ state: 'completed' }), 3);
  expect(given.watchers).toBe(before);
  await offered(failed(), 3);
  expect(given.watchers).toBe(before + 1);
  const passed = build({ state: 'completed' });
  await offered(failed(), 3, passed);
  expect(given.watchers).toBe(before + 1);
});
