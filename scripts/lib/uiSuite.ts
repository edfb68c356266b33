import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import type { Browser } from 'playwright-core';
import type { UiSession } from '../../test/editor/pages/ui.ts';
import { ui } from '../../test/editor/pages/ui.ts';
import { TERMINAL_SETTINGS } from '../../test/editor/pages/terminal.ts';
import type { Host } from './host.ts';
import { count } from './inHost.ts';
import type { Outcome } from './inHost.ts';
import { runMocha } from './runMocha.ts';
import { takePictures } from './themes.ts';
import { openWorkbench, startServer } from './vscode.ts';
import type { Window } from './vscode.ts';

const UI_TESTS = fileURLToPath(new URL('../../test/editor/ui/', import.meta.url));

/** What every file of UI tests exports: it declares its tests when called. */
export type UiTests = (session: UiSession) => void;

/**
 * Runs the UI tests against the packaged extension in one window.
 * @param failures directory that receives a screenshot of each failure.
 */
export async function runUiSuite(options: {
  readonly host: Host;
  readonly browser: Browser;
  readonly vsix: string;
  readonly dir: string;
  readonly sample: string;
  readonly failures: string;
  readonly env: Readonly<Record<string, string>>;
  readonly packetsOut: () => number;
  readonly grep: string | undefined;
  /** How often a test that failed is tried again. */
  readonly retries: number;
  /** Directory that receives the pictures that tests take, when somebody wants to look at them. */
  readonly pictures: string | undefined;
}): Promise<Outcome> {
  const { dir, failures, pictures } = options;
  const workspace = join(dir, 'hello');
  const programs = join(dir, 'programs');
  cpSync(options.sample, workspace, { recursive: true });
  // VS Code asks a login shell for the environment of extensions, as for a person's.
  for (const folder of [programs, join(dir, 'home')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(dir, 'home', '.profile'), `PATH='${programs}':"$PATH"\n`);
  const server = await startServer({ ...options, workspace, settings: TERMINAL_SETTINGS });
  try {
    const window = await openWorkbench(options.browser, server);
    const objects = ui(window);
    const others: Window[] = [];
    const session: UiSession = {
      ui: () => objects,
      window: () => window,
      anotherWindow: async () => {
        const another = await openWorkbench(options.browser, server);
        others.push(another);
        return ui(another);
      },
      untrustedWindow: async () => {
        const asking = await startServer({
          ...options,
          dir: join(dir, 'untrusted'),
          workspace,
          settings: TERMINAL_SETTINGS,
          askTrust: true,
        });
        const another = await openWorkbench(options.browser, asking);
        const close = async () => {
          await another.close();
          await asking.stop();
        };
        others.push({ ...another, close });
        return ui(another);
      },
      programs,
      workspace,
      packetsOut: options.packetsOut,
      picture: async (name) => {
        if (pictures !== undefined) await takePictures(window.page, server, join(pictures, name));
      },
    };
    const mocha = new Mocha({
      timeout: 60_000,
      retries: options.retries,
      reporter: 'spec',
      ...(options.grep === undefined ? {} : { grep: options.grep }),
    });
    mocha.rootHooks({
      afterEach: async function (this: Mocha.Context) {
        const test = this.currentTest;
        const closed = others.splice(0);
        // One that failed and will be tried again has no state.
        if (test?.state === 'passed') {
          for (const another of closed) await another.close();
          return;
        }
        mkdirSync(failures, { recursive: true });
        const name = (test?.fullTitle() ?? 'unknown').replaceAll(/[^\w]+/g, '-');
        await window.page.screenshot({ path: join(failures, `${name}.png`) });
        for (const [number, another] of closed.entries()) {
          await another.page.screenshot({ path: join(failures, `${name}-${number + 2}.png`) });
          await another.close();
        }
        // A question or menu that is left open would fail all tests that follow.
        await objects.workbench.putAside();
      },
    });
    for (const file of readdirSync(UI_TESTS)
      .filter((name) => name.endsWith('.ui.ts'))
      .sort()) {
      mocha.suite.emit('pre-require', globalThis, file, mocha);
      const path = pathToFileURL(join(UI_TESTS, file)).href;
      const { tests } = (await import(path)) as { readonly tests?: UiTests };
      if (tests === undefined) throw new Error(`${basename(file)} exports no tests`);
      tests(session);
    }
    const outcome = count(await runMocha(mocha));
    await window.close();
    return outcome;
  } finally {
    await server.stop();
  }
}
