import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import type { View } from '../pages/views.ts';
import { eventually, PATIENCE_MS } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';

/** Builds of a terminal, which the engine remembers. */
export function tests(session: UiSession): void {
  const engine = rawEngine();

  /** Builds as a person does who has not heard of Stevedore. */
  const buildx = async (folder: string, dockerfile: string, words: string): Promise<void> => {
    const { workbench, terminal } = session.ui();
    mkdirSync(join(session.workspace, folder), { recursive: true });
    writeFileSync(join(session.workspace, folder, 'Dockerfile'), dockerfile);
    await workbench.run('Terminal: Create New Terminal');
    // The editor has a configuration of its own, without docker's plugins.
    const config = process.env['DOCKER_CONFIG'] ?? '';
    await terminal.type(`DOCKER_CONFIG=${config} docker buildx build ${words} ${folder}; exit 0\n`);
    await eventually('the terminal to close', async () => (await terminal.names()).length === 0);
  };
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Builds');
  };
  /** What a panel's page has of this kind. */
  const shown = async (selector: string) => {
    for (const frame of session.ui().page.frames()) {
      const found = frame.locator(selector);
      // A frame may go meanwhile.
      if ((await found.count().catch(() => 0)) > 0) return found;
    }
    return undefined;
  };
  const timeline = (selector: string, limit?: number) =>
    eventually('the timeline', () => shown(selector), limit);

  describe('builds of a terminal', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      await session.ui().workbench.closeAll();
      await session.ui().workbench.run('Terminal: Kill All Terminals');
      await open();
      for (const name of ['Containers', 'Images', 'Registries'])
        await (await session.ui().stevedore.view(name)).fold();
    });
    after(async () => {
      const { workbench, stevedore } = session.ui();
      await workbench.closeAll();
      await stevedore.open();
      await (await stevedore.view('Builds')).fold();
      for (const name of ['Containers', 'Images', 'Registries']) await stevedore.view(name);
      await engine.clear();
    });

    it('appear by themselves while they run, and say what came of them', async () => {
      const view = await open();
      const done = buildx(
        'elsewhere',
        'FROM busybox:1.35 AS first\nRUN echo written-$((40+2))\nRUN sleep 8\n',
        '-t elsewhere:1 --target first',
      );
      await view.until('On the Engine', 'to open', ({ expanded }) => expanded === true);
      await view.until(
        'Dockerfile (first)',
        'to run',
        ({ aria, description }) => /running/.test(aria) && /^\d\/2 steps/.test(description),
      );
      await view.expand('Dockerfile (first)');
      await view.until('RUN sleep 8', 'to run', ({ aria }) => /running/.test(aria));
      await session.picture('engine-build-running');
      await done;
      await view.until(
        'elsewhere:1 (first)',
        'to be completed',
        ({ description, aria }) =>
          /completed/.test(aria) && /^\d+(\.\d)? s {2}0\/2 cached {2}<1 min ago/.test(description),
      );
      await view.collapse('elsewhere:1 (first)');
      assert.deepEqual(await session.ui().workbench.errors(), []);
    });

    it('say why they failed, and which step did', async () => {
      const view = await open();
      await buildx(
        'unlucky',
        'FROM busybox:1.35\nRUN echo because-$((6*7)) && exit 9\n',
        '-t unlucky:1',
      );
      await view.until('Dockerfile', 'to have failed', ({ description }) =>
        /exit code 9/.test(description),
      );
      await view.expand('Dockerfile');
      await view.row(/^RUN echo becau/);
      await session.picture('engine-builds');
      assert.deepEqual(await session.ui().workbench.errors(), []);
    });

    it('show their logs, step by step and whole', async () => {
      const { editor, page } = session.ui();
      const view = await open();
      await view.menu('elsewhere:1 (first)', 'Open Log');
      const lines = await eventually('the log', async () => {
        const found = await editor.lines();
        return found.some((line) => /RUN sleep 8 {2}\d+(\.\d)? s$/.test(line)) && found;
      });
      assert.match(lines.join('\n'), /RUN echo written-\S+ .*\n {4}written-42$/m);
      assert.match(await page.locator('.tab.active').innerText(), /elsewhere/);
      await view.click(/^RUN echo becau/);
      await eventually('the log of the step', async () =>
        (await editor.lines()).includes('because-42'),
      );
    });

    it('have the log of one that runs go on with it', async () => {
      const { editor } = session.ui();
      const view = await open();
      const done = buildx(
        'ticking',
        'FROM busybox:1.35 AS ticks\nRUN echo first-$((6*7)); sleep 15; echo last-$((6*7)); sleep 1\n',
        '-t ticking:1 --target ticks',
      );
      await view.expand(/ \(ticks\)$/);
      await view.until(/^RUN echo first/, 'to run', ({ aria }) => /running/.test(aria));
      await view.click(/^RUN echo first/);
      await eventually('the first line', async () => (await editor.lines()).includes('first-42'));
      await eventually('the last line', async () => (await editor.lines()).includes('last-42'));
      await done;
    });

    it('have a timeline, which offers nothing that is not to be done from here', async () => {
      const view = await open();
      await view.menu('elsewhere:1 (first)', 'Open Timeline');
      const heading = await timeline('header.heading');
      assert.match(await heading.innerText(), /elsewhere:1/);
      assert.equal(await heading.locator('button').count(), 0);
      await session.picture('engine-build-timeline');
    });

    it('have a timeline that comes back with its steps when the window is loaded anew', async function () {
      this.timeout(4 * PATIENCE_MS);
      const { workbench } = session.ui();
      await workbench.run('Developer: Reload Window');
      await eventually('the old page to go', async () => (await shown('.row.step')) === undefined);
      // The window begins anew, with all of its extensions.
      const steps = await timeline('.row.step', 3 * PATIENCE_MS);
      await eventually('all of them', async () => (await steps.count()) >= 2);
      await workbench.closeAll();
    });

    it('are compared with each other', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await buildx(
        'elsewhere',
        'FROM busybox:1.35 AS first\nRUN echo written-$((40+2))\nRUN sleep 1\n',
        '-t elsewhere:2 --target first',
      );
      await view.until('elsewhere:2 (first)', 'to be completed', ({ description }) =>
        /1\/2 cached/.test(description),
      );
      await view.menu('elsewhere:2 (first)', 'Compare with Another Build…');
      await workbench.question(/^Compare elsewhere:2/);
      await workbench.pick(/^elsewhere:1/);
      await eventually('the comparison', () => shown('td:has-text("RUN sleep 1")'));
      await workbench.closeAll();
    });

    it('are kept when that is asked for, until it is taken back', async () => {
      const view = await open();
      await view.menu('elsewhere:1 (first)', 'Have the Engine Keep It');
      await view.until('elsewhere:1 (first)', 'to be kept', ({ description }) =>
        /kept/.test(description),
      );
      await view.menu('elsewhere:1 (first)', 'Let the Engine Forget It in Time');
      await view.until(
        'elsewhere:1 (first)',
        'to be free',
        ({ description }) => !/kept/.test(description),
      );
    });

    it('are forgotten after a question that names them', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('elsewhere:1 (first)', "Remove from the Engine's History…");
      assert.match(await workbench.dialog(), /forget the build elsewhere:1/);
      await session.picture('engine-build-forget');
      await workbench.dialogButton('Cancel');
      await view.row('elsewhere:1 (first)');
      await view.menu('elsewhere:1 (first)', "Remove from the Engine's History…");
      await workbench.dialog();
      await workbench.dialogButton('Forget');
      await view.gone('elsewhere:1 (first)');
      // What it made stays.
      assert.ok(await engine.look('/images/elsewhere:1/json'));
      assert.deepEqual(await workbench.errors(), []);
    });
  });
}
