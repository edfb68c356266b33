import type { Ui } from '../../test/editor/pages/ui.ts';
import type { View } from '../../test/editor/pages/views.ts';
import { PATIENCE_MS, eventually } from '../../test/editor/pages/wait.ts';
import type { Step } from './checkSteps.ts';

const FILE = 'pages/Dockerfile';
const IMAGE = 'pages:latest';
const BUILD = /^pages:latest$/;
// Names are shortened where a time or a size has to stand beside them.
const MAKING = /^RUN sh \/make-/;

/** Line of samples/hello/pages/Dockerfile that is made to fail, and mended. */
const FAILING = {
  line: 9,
  wrong: 'RUN grep -c . index.html && sha256sum -c sums.txt',
  right: 'RUN grep -c . index.html && du -sh .',
} as const;

/** Builds as they are followed, looked back at, mended and cleared away. */
export const buildSteps: readonly Step[] = [
  {
    name: `${IMAGE} is built in stages, and its steps are followed`,
    run: async ({ ui, picture }) => {
      const { workbench } = ui;
      await workbench.closeAll();
      const builds = await alone(ui, 'Builds');
      await workbench.open(FILE);
      await workbench.run('Stevedore Images: Build Image…');
      await workbench.question(/^Build \S*Dockerfile$/);
      await picture('build-options');
      await workbench.pick('Build');
      await builds.until(MAKING, 'to run', ({ aria }) => aria.includes('running'));
      await ui.terminal.shows(/=> => # \d00 of \d/);
      await picture('build');
      await workbench.notified(`Built ${IMAGE}`);
      await workbench.clearNotifications();
    },
  },
  {
    name: 'what each instruction came to stands at its end',
    run: async ({ ui, picture }) => {
      const builds = await ui.stevedore.view('Builds');
      for (const stage of ['pages', 'packed', 'sums']) await builds.expand(stage);
      await eventually('the hints', async () =>
        (await ui.editor.lines()).some((line) => /^RUN sh .*\d s$/.test(line)),
      );
      await ui.terminal.shows('naming to docker.io/library/pages');
      await picture('builds');
    },
  },
  {
    name: 'its timeline opens, with the path that the build waited for',
    run: async ({ ui, picture }) => {
      await ui.workbench.run('View: Toggle Panel Visibility');
      const builds = await ui.stevedore.view('Builds');
      await builds.inline(BUILD, 'Open Timeline');
      const frame = ui.page
        .frameLocator('iframe.webview.ready')
        .frameLocator('iframe#active-frame');
      await frame.locator('.row.step.critical').first().waitFor({ timeout: PATIENCE_MS });
      await frame.locator('.row.step', { hasText: 'sh /make-pages.sh' }).first().hover();
      await frame.locator('#card').waitFor({ timeout: PATIENCE_MS });
      await picture('timeline', { pointer: true });
      await ui.workbench.closeAll();
    },
  },
  {
    name: 'an instruction that fails is marked, with the last output of its command',
    run: async ({ ui, picture }) => {
      const { workbench, editor } = ui;
      await workbench.open(FILE);
      await editor.replaceLine(FAILING.line, FAILING.wrong);
      await editor.save();
      await workbench.run('Stevedore Images: Build Image Again');
      await editor.squiggles('error', (count) => count > 0);
      await workbench.notified(/ended with exit code 1/);
      await workbench.clearNotifications();
      await editor.problems((found) =>
        /exit code 1[^]*sums\.txt/.test(found.map(({ text }) => text).join('\n')),
      );
      await workbench.run('Terminal: Focus Terminal');
      await ui.terminal.shows(/>>> RUN grep/);
      await editor.hover('grep', /exit code 1[^]*sums\.txt/);
      await picture('failed-build', { pointer: true });
    },
  },
  {
    name: 'a shell opens in the failed step',
    run: async ({ ui, picture }) => {
      const builds = await ui.stevedore.view('Builds');
      await builds.inline(/^RUN grep/, 'Open a Shell in the Failed Step');
      await ui.terminal.shows(/[#$] ?$/);
      await ui.terminal.type('pwd; ls | head -3\n');
      await ui.terminal.shows(/^\/pages\n\S+\.html/m);
      await picture('failed-step');
      await ui.terminal.type('exit\n');
    },
  },
  {
    name: 'the mark goes when the instruction is mended and built again',
    run: async ({ ui }) => {
      const { workbench, editor } = ui;
      await workbench.open(FILE);
      await editor.replaceLine(FAILING.line, FAILING.right);
      await editor.save();
      await workbench.run('Stevedore Images: Build Image Again');
      await workbench.notified(`Built ${IMAGE}`);
      await editor.squiggles('error', (count) => count === 0);
      await workbench.clearNotifications();
    },
  },
  {
    name: 'the build cache is listed',
    run: async ({ ui, picture }) => {
      await ui.workbench.run('View: Toggle Panel Visibility');
      const cache = await alone(ui, 'Build Cache');
      await cache.expand('Steps');
      await cache.row(MAKING);
      await picture('build-cache');
      await cache.fold();
      for (const name of UPPER) await ui.stevedore.view(name);
    },
  },
];

/** Builds the Dockerfile of the active editor and waits for the image's row. */
export async function build(ui: Ui, tag: string): Promise<void> {
  await ui.workbench.run('Stevedore Images: Build Image…');
  await ui.workbench.question(/^Build \S*Dockerfile$/);
  await ui.workbench.pick('Tag');
  await ui.workbench.question(/^Build \S*Dockerfile: Tag/);
  await ui.workbench.answer(tag);
  await ui.workbench.question(/^Build \S*Dockerfile$/);
  await ui.workbench.pick('Build');
  await ui.workbench.notified(`Built ${tag}`);
  const images = await ui.stevedore.view('Images');
  await images.row(tag.split(':')[0] ?? tag);
}

/** Views that are open to begin with. */
const UPPER = ['Containers', 'Images', 'Builds', 'Registries'] as const;

/** Gives a view the room of the others: only rows in sight are drawn. */
async function alone({ stevedore }: Ui, name: string): Promise<View> {
  await stevedore.open();
  for (const other of UPPER) if (other !== name) await (await stevedore.view(other)).fold();
  return stevedore.view(name);
}
