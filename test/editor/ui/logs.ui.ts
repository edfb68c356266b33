import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { logs } from '../pages/logs.ts';
import type { UiSession } from '../pages/ui.ts';
import type { View } from '../pages/views.ts';
import { eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';

/** Logs as they are read, searched and filtered in the window. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Containers');
  };
  const viewer = () => logs(session.ui().page);

  describe('logs', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      const project = (name: string) => ({ Labels: { 'com.docker.compose.project': name } });
      await engine.run('api', ['sh', '-c', API], project('shop'));
      await engine.run('worker', ['sh', '-c', WORKER], project('shop'));
    });
    after(async () => {
      await session.ui().workbench.closeAll();
      await engine.clear();
    });

    it('of two containers are one, by time, followed', async () => {
      const view = await open();
      await view.row('worker');
      await view.menu('shop', 'View Logs');
      await viewer().shows('beat');
      await viewer().shows(/^tick \d+$/);
      await eventually('both names', async () => {
        const names = await viewer().find('.name').allTextContents();
        return names.includes('api') && names.includes('worker');
      });
      assert.equal(await viewer().find('.waiting').count(), 0);
    });

    it('pause when they are scrolled up, and say how many lines wait', async () => {
      await viewer().wheel(-400);
      await viewer().find('.waiting').waitFor();
      await eventually('lines that wait', async () =>
        /^\d+ new lines? ↓$/.test((await viewer().find('.waiting').textContent()) ?? ''),
      );
      await viewer().find('.waiting').click();
      await viewer().find('.waiting').waitFor({ state: 'detached' });
    });

    it('are searched', async () => {
      await viewer().type('#search', 'needle-42');
      await viewer().find('.row.current >> text=needle-42').first().waitFor();
      await eventually('the count', async () =>
        ((await viewer().find('.found').textContent()) ?? '').includes('1 line'),
      );
      assert.equal(await viewer().find('.hit').first().textContent(), 'needle-42');
    });

    it('are filtered', async () => {
      await viewer().type('#search', '');
      await viewer().find('button[aria-label="Filter"]').click();
      await viewer().type('#include', 'ready');
      await eventually(
        'the lines',
        async () => (await viewer().lines()).join() === 'worker is ready',
      );
      await viewer().type('#include', '');
      await viewer().shows(/^tick \d+$/);
      await viewer().find('button[aria-label="Filter"]').click();
    });

    it('lead to the files that they name', async () => {
      const { editor, workbench } = session.ui();
      writeFileSync(join(session.workspace, 'shop.js'), 'one\ntwo\nthree\nfour\n');
      await viewer().type('#search', 'shop.js');
      const link = viewer().find('.link').first();
      await link.click({ modifiers: ['Control'] });
      await eventually('the file', async () => (await editor.lines()).includes('four'));
      await eventually('its line', async () =>
        (await workbench.statusBar()).some((entry) => /Ln 3, Col 2/.test(entry)),
      );
      await workbench.closeAll();
    });

    it('say that a container was killed, and go on when it is started again', async () => {
      const view = await open();
      await view.menu('worker', 'View Logs');
      await viewer().shows('beat');
      await engine.api('POST', '/containers/worker/kill');
      await viewer().shows('worker exited with code 137');
      await engine.api('POST', '/containers/worker/start');
      await viewer().shows('worker started again');
      await session.ui().workbench.closeAll();
    });

    it('begin where one wants them to', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('api', 'View Logs Since…');
      await workbench.question(/View Logs Since/);
      await workbench.pick('Only what comes from now on');
      await viewer().shows(/^tick \d+$/);
      assert.ok(!(await viewer().lines()).some((line) => line.includes('needle')));
      await workbench.closeAll();
    });

    it('are there as a document, too', async () => {
      const { editor, workbench } = session.ui();
      const view = await open();
      await view.menu('worker', 'Open Logs as Document');
      await eventually('the text', async () =>
        (await editor.lines()).some((line) => line.includes('worker is ready')),
      );
      await workbench.closeAll();
    });
  });
}

const API = [
  'i=0; while [ $i -lt 100 ]; do echo "[info] needle-$i GET /$i"; i=$((i+1)); done',
  'echo "Error: boom at /app/shop.js:3:2" >&2',
  'while sleep 0.5; do i=$((i+1)); echo "tick $i"; done',
].join('; ');

const WORKER = 'echo "worker is ready"; while sleep 0.5; do echo beat; done';
