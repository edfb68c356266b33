import { afterEach, expect, test, vi } from 'vitest';
import type { Build } from '../../../src/engine/builds/model.ts';
import type { TimelineBuilds } from '../../../src/panels/timeline.ts';
import { loadAnew } from '../support/editor.ts';
import { build, step } from '../views/samples.ts';

interface Page {
  title: string;
  send(message: unknown): void;
  close(): void;
  readonly told: readonly unknown[];
}

const { pages } = vi.hoisted(() => ({ pages: [] as Page[] }));

vi.mock('vscode', async () => {
  const { createEmitter } = await import('../../../src/util/emitter.ts');
  return {
    ...(await import('../support/editor.ts')).EDITOR,
    Uri: { joinPath: () => ({}) },
    ViewColumn: {},
    window: {
      /** As VS Code's: what is closed has no title any more that could be set. */
      createWebviewPanel(_: string, title: string) {
        const messages = createEmitter<unknown>();
        const closed = createEmitter<void>();
        let isClosed = false;
        const told: unknown[] = [];
        const page = {
          told,
          get title() {
            if (isClosed) throw new Error('Webview is disposed');
            return title;
          },
          set title(now: string) {
            if (isClosed) throw new Error('Webview is disposed');
            title = now;
          },
          visible: true,
          webview: {
            asWebviewUri: () => '',
            cspSource: '',
            onDidReceiveMessage: messages.event,
            postMessage: async (message: unknown) => told.push(message) > 0,
          },
          onDidChangeViewState: () => ({ dispose() {} }),
          onDidDispose: closed.event,
          reveal() {},
          dispose() {
            isClosed = true;
            closed.fire();
          },
          send: (message: unknown) => messages.fire(message),
          close: () => page.dispose(),
        };
        pages.push(page);
        return page;
      },
    },
  };
});

loadAnew();
afterEach(() => void (pages.length = 0));

/** A timeline of a build that has ended. What runs it again answers when it is let. */
async function opened() {
  const { createTimelines } = await import('../../../src/panels/timeline.ts');
  const known = new Map<string, Build>([
    ['a', build({ id: 'a', state: 'completed', steps: [step()] })],
  ]);
  const texts: ((text: string) => void)[] = [];
  const problems: unknown[] = [];
  const answers: ((id: string) => void)[] = [];
  const builds: TimelineBuilds = {
    get: (id) => known.get(id),
    onDidChange: () => ({ dispose() {} }),
    watch: () => ({ dispose() {} }),
    logTail: () => new Promise((done) => texts.push(done)),
    openStep: async () => {},
    cancel() {},
    rerun: () => new Promise((done) => answers.push(done)),
  };
  const report = (error: unknown) => void problems.push(error);
  createTimelines({ extensionUri: {} as never, report }, builds).open('a');
  const [page] = pages;
  if (!page) throw new Error('No panel was opened');
  page.send({ type: 'ready' });
  const begin = (id: string) => {
    known.set(id, build({ id, state: 'running', steps: [step()] }));
    answers.shift()?.(id);
    return new Promise(setImmediate);
  };
  return { page, answers, problems, begin, texts };
}

test('Run Again that is pressed twice runs a build again once', async () => {
  const { page, answers, begin } = await opened();
  page.send({ type: 'rerun' });
  page.send({ type: 'rerun' });
  expect(answers).toHaveLength(1);
  await begin('b');
  page.send({ type: 'rerun' });
  // It runs.
  expect(answers).toHaveLength(0);
});

test('a timeline that is closed while its build is begun again has nothing to say', async () => {
  const { page, problems, begin } = await opened();
  page.send({ type: 'rerun' });
  page.close();
  await begin('b');
  expect(problems).toEqual([]);
});

test('what a step of the build before has written is not told of that of the next, whose id is the same', async () => {
  const { page, begin, texts } = await opened();
  const ask = () => page.send({ type: 'log', step: step().id });
  const logs = async () => {
    await new Promise(setImmediate);
    return page.told.filter((message) => (message as { type: string }).type === 'log');
  };
  ask();
  page.send({ type: 'rerun' });
  await begin('b');
  texts.shift()?.('of the first');
  expect(await logs()).toEqual([]);
  ask();
  texts.shift()?.('of the second');
  expect(await logs()).toEqual([{ type: 'log', step: step().id, text: 'of the second' }]);
});
