import { strict as assert } from 'node:assert';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { layers } from '../../test/editor/pages/layers.ts';
import { logs } from '../../test/editor/pages/logs.ts';
import { stats } from '../../test/editor/pages/stats.ts';
import type { Ui } from '../../test/editor/pages/ui.ts';
import { PATIENCE_MS, eventually } from '../../test/editor/pages/wait.ts';
import { build, buildSteps } from './checkBuildSteps.ts';

/** What the steps of the main job share. */
export interface Stage {
  readonly ui: Ui;
  readonly workspace: string;
  /** host:port of the private registry. */
  readonly registry: string;
  /** Statically linked busybox, from which the sample's base image is made. */
  readonly busybox: string;
  /**
   * Saves what the window shows as docs/images/NAME.png. The pointer is put out of the way, so that no row shows what it
   * shows under the pointer only, unless what the pointer shows is to be seen.
   */
  picture(name: string, keep?: { readonly pointer: true }): Promise<void>;
}

export interface Step {
  readonly name: string;
  run(stage: Stage): Promise<void>;
}

const BASE = 'busybox:1.35';
const IMAGE = 'hello:latest';
const CONTAINER = 'hello';
const PORT = 8080;

const ADD_REGISTRY = 'Stevedore Registries: Add Registry…';

/** Line of samples/hello/Dockerfile that is spoilt and mended. */
const SPOILT = { line: 16, wrong: 'EXPOSE 8O80', right: 'EXPOSE 8080' } as const;

/** Name of the picture, label in the theme picker, and class that the theme's kind puts on the workbench. */
const THEMES = [
  ['dark', 'Dark Modern', 'vs-dark'],
  ['high-contrast', 'Dark High Contrast', 'hc-black'],
  ['light', 'Light Modern', 'vs'],
] as const;

/** The main job, in a person's order. Each step starts from where the one before it left the window. */
export const steps: readonly Step[] = [
  {
    name: 'the sample workspace is open and Stevedore is in the activity bar',
    run: async ({ ui }) => {
      await ui.stevedore.open();
      await ui.stevedore.view('Containers');
    },
  },
  {
    name: 'a mistake in a Dockerfile is underlined and explained',
    run: async ({ ui, picture }) => {
      await ui.workbench.open('Dockerfile');
      await ui.editor.replaceLine(SPOILT.line, SPOILT.wrong);
      await ui.editor.squiggles('error', (count) => count === 1);
      await ui.editor.problems((found) =>
        /8O80|port/i.test(found.map(({ text }) => text).join('\n')),
      );
      await picture('dockerfile');
    },
  },
  {
    name: 'mending it takes the line away',
    run: async ({ ui }) => {
      await ui.editor.replaceLine(SPOILT.line, SPOILT.right);
      await ui.editor.squiggles('error', (count) => count === 0);
      await ui.editor.save();
    },
  },
  {
    name: 'what could be better in a Dockerfile is underlined, and mended as far as that is safe',
    run: async ({ ui, picture }) => {
      await ui.workbench.open('tour/Dockerfile');
      await ui.editor.squiggles('warning', (count) => count > 5);
      await ui.editor.hover('apt-get', /DL3009/);
      await picture('rules');
      await ui.editor.goTo(6, 22);
      await ui.workbench.run('Fix All');
      await eventually('the mended lines', async () => {
        const lines = (await ui.editor.lines()).join('\n');
        return lines.includes('AS ') && lines.includes('apt-get install -y');
      });
      await ui.workbench.run('File: Revert File');
    },
  },
  {
    name: `${BASE} is built from base/Dockerfile, for nothing can be pulled here`,
    run: async ({ ui, workspace, busybox }) => {
      const program = join(workspace, 'base', 'busybox');
      mkdirSync(join(workspace, 'base'), { recursive: true });
      if (!existsSync(program)) copyFileSync(busybox, program);
      await ui.workbench.open('base/Dockerfile');
      await build(ui, BASE);
    },
  },
  {
    name: `${IMAGE} is built from the Dockerfile`,
    run: async ({ ui }) => {
      await ui.workbench.closeAll();
      await ui.workbench.open('Dockerfile');
      await build(ui, IMAGE);
      await ui.workbench.clearNotifications();
    },
  },
  ...buildSteps,
  {
    name: 'it runs with its exposed port published',
    run: async ({ ui, picture }) => {
      const images = await ui.stevedore.view('Images');
      await images.expand('hello');
      await images.menu('latest', 'Run…');
      await ui.workbench.question(/Run hello/);
      await picture('run');
      await ui.workbench.pick('Name');
      await ui.workbench.question(/Name of the container/);
      await ui.workbench.answer(CONTAINER);
      await ui.workbench.question(/^Run hello:latest$/);
      await ui.workbench.pick('Run');
    },
  },
  {
    name: 'its container appears by itself, turns healthy, and answers on the port',
    run: async ({ ui }) => {
      const containers = await ui.stevedore.view('Containers');
      await containers.until(CONTAINER, 'to be healthy', ({ aria }) =>
        /running.*[^n]healthy/.test(aria),
      );
      assert.equal(await ui.stevedore.badge(), 1);
      await eventually('the page', async () => {
        const page = await fetch(`http://127.0.0.1:${PORT}/`);
        return page.ok && (await page.text()).includes('<h1>Hello</h1>');
      });
    },
  },
  {
    name: 'a shell opens in it and does what is typed',
    run: async ({ ui, picture }) => {
      const containers = await ui.stevedore.view('Containers');
      await containers.menu(CONTAINER, 'Open Shell');
      await ui.terminal.shows(/[#$] ?$/);
      await ui.terminal.type('echo seen-$((40+2)); ls /srv\n');
      await ui.terminal.shows(/seen-42[^]*index\.html/);
      await picture('shell');
      await ui.terminal.type('exit\n');
    },
  },
  {
    name: 'its log is followed',
    run: async ({ ui, picture }) => {
      const containers = await ui.stevedore.view('Containers');
      await containers.menu(CONTAINER, 'View Logs');
      const viewer = logs(ui.page);
      await viewer.shows(/serving \/srv on port 8080/);
      const asked = fetch(`http://127.0.0.1:${PORT}/from-the-check`);
      await viewer.shows('/from-the-check');
      await asked;
      await picture('log');
      await ui.workbench.closeAll();
    },
  },
  {
    name: 'what it uses is charted',
    run: async ({ ui, picture }) => {
      const containers = await ui.stevedore.view('Containers');
      await ui.workbench.run('View: Toggle Panel Visibility');
      await containers.menu(CONTAINER, 'Show Stats');
      const panel = stats(ui.page);
      await panel.until(CONTAINER, 'cpu', (text) => text.endsWith('%'));
      // A chart of a few seconds is none to look at.
      for (let second = 0; second < 20; second++) {
        for (let n = 0; n < 5 + (second % 7) * 5; n++)
          await (await fetch(`http://127.0.0.1:${PORT}/?${n}`)).text();
        await ui.page.waitForTimeout(700);
      }
      await eventually('traffic', async () =>
        /[1-9]/.test((await panel.find('figure.network figcaption').textContent()) ?? ''),
      );
      await panel.find('.processes tbody tr').first().waitFor();
      await picture('stats');
      await ui.workbench.closeAll();
      await ui.workbench.run('View: Toggle Panel Visibility');
    },
  },
  {
    name: 'its files are looked through, and one is opened',
    run: async ({ ui, picture }) => {
      const containers = await ui.stevedore.view('Containers');
      await containers.expand(CONTAINER);
      await containers.expand('Files');
      await containers.row('bin');
      await containers.inline('Files', 'Go to Path…');
      await ui.workbench.question(/Go to a path in hello/);
      // No page: VS Code as npm has it lacks a part of its HTML server, and would say so over the picture.
      await ui.workbench.answer('/usr/bin/serve');
      await eventually('the script in the editor', async () =>
        (await ui.editor.lines()).join('\n').includes('httpd'),
      );
      await picture('files');
      await ui.workbench.run('View: Close Editor');
      await containers.title('Collapse All');
    },
  },
  {
    name: 'the layers of its image are looked through',
    run: async ({ ui, picture }) => {
      const images = await ui.stevedore.view('Images');
      await images.menu('latest', 'Explore Layers');
      const explorer = layers(ui.page);
      await explorer.read();
      await ui.workbench.run('View: Toggle Panel Visibility');
      await explorer.find('.layer:has-text("/srv")').first().click();
      await explorer.shows(/^\+ srv /);
      await explorer.row('srv').click();
      await explorer.shows(/index\.html/);
      await explorer.row('etc').click();
      await explorer.shows(/passwd/);
      await picture('layers');
      await ui.workbench.run('View: Toggle Panel Visibility');
      await ui.workbench.closeAll();
    },
  },
  {
    name: 'the main view is pictured in light, dark and high contrast',
    run: async ({ ui, picture }) => {
      const { workbench, page } = ui;
      for (const [name, label, kind] of THEMES) {
        await workbench.run('Preferences: Color Theme');
        await workbench.question(/theme/i);
        await workbench.search(label);
        await page.locator(`.monaco-workbench.${kind}`).waitFor({ timeout: PATIENCE_MS });
        await workbench.clearNotifications();
        await picture(`main-${name}`);
      }
    },
  },
  {
    name: 'the image is tagged for a private registry',
    run: async ({ ui, registry }) => {
      await ui.workbench.run(ADD_REGISTRY);
      await ui.workbench.question(/registry/i);
      await ui.workbench.answer(registry);
      const images = await ui.stevedore.view('Images');
      await images.menu('latest', 'Tag…');
      await ui.workbench.question(/tag/i);
      await ui.workbench.answer(`${registry}/team/hello:1.0`);
      await images.row(`${registry}/team/hello`);
    },
  },
  {
    name: 'it is pushed there',
    run: async ({ ui, registry }) => {
      const images = await ui.stevedore.view('Images');
      await images.expand(`${registry}/team/hello`);
      await images.menu('1.0', 'Push…');
      await ui.workbench.pick(`${registry}/team/hello:1.0`);
      await eventually('the registry to have it', async () => {
        const answer = await fetch(`http://${registry}/v2/team/hello/tags/list`);
        return answer.ok && (await answer.text()).includes('"1.0"');
      });
    },
  },
  {
    name: 'the registry is browsed down to the tag',
    run: async ({ ui, registry, picture }) => {
      const registries = await ui.stevedore.view('Registries');
      await registries.expand(registry);
      await registries.expand('team/hello');
      await registries.row('1.0');
      await picture('registry');
    },
  },
  {
    name: 'the local tag is removed and pulled back',
    run: async ({ ui, registry }) => {
      const images = await ui.stevedore.view('Images');
      await images.menu('1.0', 'Remove…');
      await ui.workbench.dialogButton('Remove');
      await images.gone(`${registry}/team/hello`);
      const registries = await ui.stevedore.view('Registries');
      await registries.menu('1.0', 'Pull');
      await images.row(`${registry}/team/hello`);
    },
  },
  {
    name: 'the container is stopped and removed',
    run: async ({ ui }) => {
      const containers = await ui.stevedore.view('Containers');
      await containers.menu(CONTAINER, 'Stop');
      await containers.until(CONTAINER, 'to have stopped', ({ aria }) => aria.includes('exited'));
      await containers.menu(CONTAINER, 'Remove…');
      await ui.workbench.dialogButton('Remove');
      await containers.gone(CONTAINER);
    },
  },
  {
    name: 'the images are removed, and nothing is left',
    run: async ({ ui, registry }) => {
      const images = await ui.stevedore.view('Images');
      for (const repository of [`${registry}/team/hello`, 'hello', 'pages', 'busybox']) {
        await images.menu(repository, 'Remove…');
        await ui.workbench.dialogButton('Remove');
        await images.gone(repository);
      }
      await images.welcome(/No images/);
    },
  },
];
