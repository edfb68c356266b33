import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { stats } from '../pages/stats.ts';
import type { UiSession } from '../pages/ui.ts';
import type { View } from '../pages/views.ts';
import { eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';
import { fillForm } from '../support/forms.ts';

const MB = 1024 * 1024;

/** What containers use, as it is looked at in the window, and what is told of them. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Containers');
  };
  const panel = () => stats(session.ui().page);

  describe('stats', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      const project = (more: object = {}) => ({
        Labels: { 'com.docker.compose.project': 'shop' },
        ...more,
      });
      await engine.run(
        'busy',
        ['sh', '-c', 'while :; do :; done'],
        project({
          HostConfig: { NanoCpus: 2e8, Memory: 64 * MB },
        }),
      );
      await engine.run('quiet', ['sleep', '1000'], project());
      await engine.run('alone', ['sleep', '1000']);
    });
    after(async () => {
      await session.ui().workbench.closeAll();
      await session.ui().workbench.clearNotifications();
      await engine.clear();
    });

    it('of all running containers stand in one table, the busiest first', async () => {
      const view = await open();
      await view.row('alone');
      await view.title('Show Stats');
      await panel().until('busy', 'cpu', (text) => Number.parseFloat(text) > 5);
      await panel().until('busy', 'memory', (text) => text.endsWith('/ 67.1 MB'));
      await panel().until('quiet', 'pids', (text) => text === '1');
      await panel().until('alone', 'pids', (text) => text === '1');
      await eventually('the order', async () => (await panel().names())[0] === 'busy');
      assert.deepEqual((await panel().names()).toSorted(), ['alone', 'busy', 'quiet']);
      assert.equal(await panel().cell('quiet', 'project'), 'shop');
    });

    it('are sorted by a heading', async () => {
      await panel().find('thead th.name button').click();
      await eventually(
        'the order',
        async () => (await panel().names()).join() === 'alone,busy,quiet',
      );
      assert.equal(await panel().find('th[aria-sort=ascending]').count(), 1);
    });

    it('have charts and processes, of the container that is chosen', async () => {
      await panel().choose('busy');
      await eventually(
        'the charts',
        async () => (await panel().find('.plot canvas').count()) === 4,
      );
      await eventually('the processes', async () =>
        ((await panel().find('.processes tbody').textContent()) ?? '').includes('while :; do'),
      );
      await eventually('the chart in words', async () =>
        /CPU of busy.*[1-9][\d.]*% now/.test(
          (await panel().find('.plot[data-chart=cpu]').getAttribute('aria-label')) ?? '',
        ),
      );
      await session.picture('stats');
    });

    it('are of a project, from its row', async () => {
      const view = await open();
      await view.menu('shop', 'Show Stats');
      await eventually(
        'the title',
        async () => (await panel().find('.detail h2').textContent()) === 'shop',
      );
      await eventually('its rows', async () => (await panel().find('tr.member').count()) === 2);
    });

    it('leave the table with the container, and the charts stay', async () => {
      await panel().choose('alone');
      await engine.api('POST', '/containers/alone/kill');
      await eventually('that it is gone', async () => !(await panel().names()).includes('alone'));
      await eventually('how it ended', async () =>
        /has exited with code 137/.test((await panel().find('.gone').textContent()) ?? ''),
      );
    });

    it('stand as they were when the panel is seen again', async () => {
      const { workbench } = session.ui();
      await panel().choose('quiet');
      await workbench.open('Dockerfile');
      await (await open()).title('Show Stats');
      await eventually(
        'the title',
        async () => (await panel().find('.detail h2').textContent()) === 'quiet',
      );
      await panel().until('busy', 'cpu', (text) => Number.parseFloat(text) > 5);
    });

    it('have limits that are changed in place', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('busy', 'Update Limits…');
      await workbench.question(/^Limits of busy$/);
      assert.ok((await workbench.choices()).some((choice) => /Memory.*64m/.test(choice)));
      await fillForm(session, /^Limits of busy$/, { Memory: '96m', CPUs: '0.3' }, 'Update');
      await eventually('the limits', async () => {
        const { HostConfig } = await engine.look('/containers/busy/json');
        return HostConfig.Memory === 96 * MB && HostConfig.NanoCpus === 3e8;
      });
      await panel().until('busy', 'memory', (text) => text.endsWith('/ 101 MB'));
    });

    it('tell of a restart loop once, in the tree and the table, until it is muted', async () => {
      const { workbench } = session.ui();
      await workbench.clearNotifications();
      await engine.run('looping', ['sh', '-c', 'exit 3'], {
        HostConfig: { RestartPolicy: { Name: 'always' } },
      });
      await workbench.notified(/looping was restarted 5 times within 5 minutes/);
      const view = await open();
      await view.until('looping', 'to be marked', ({ aria }) => aria.includes('was restarted'));
      await panel().until('looping', 'alerts', (text) => text.includes('was restarted'));
      await workbench.notificationButton(/looping was restarted/, 'Mute');
      await view.until('looping', 'to be muted', ({ aria }) => !aria.includes('was restarted'));
      await panel().find('.alerts.muted').waitFor();
      await view.menu('looping', 'Unmute Alerts');
      await view.until('looping', 'to be marked', ({ aria }) => aria.includes('was restarted'));
      await engine.api('DELETE', '/containers/looping?force=1');
      await view.gone('looping');
    });

    it('tell of one near its limit of memory, though no panel is open', async () => {
      const { workbench } = session.ui();
      await workbench.closeAll();
      await workbench.clearNotifications();
      const view = await open();
      await engine.run(
        'filling',
        ['sh', '-c', 'dd if=/dev/zero of=/dev/shm/f bs=1M count=30; sleep 1000'],
        {
          HostConfig: { Memory: 32 * MB, MemorySwap: 32 * MB },
        },
      );
      await workbench.notified(/filling uses over 90% of the .* of memory that it may use/);
      await view.until('filling', 'to be marked', ({ aria }) => aria.includes('uses over 90%'));
      await engine.api('DELETE', '/containers/filling?force=1');
      await view.gone('filling');
    });

    it('tell of a container that ran out of memory, though no panel is open', async () => {
      const { workbench } = session.ui();
      await workbench.closeAll();
      await engine.run('greedy', ['sh', '-c', 'x=aaaaaaaa; while :; do x=$x$x; done'], {
        HostConfig: { Memory: 16 * MB, MemorySwap: 16 * MB },
      });
      await workbench.notified(/greedy ran out of memory/);
      const view = await open();
      await view.until('greedy', 'to be marked', ({ aria }) => aria.includes('ran out of memory'));
      await engine.api('DELETE', '/containers/greedy?force=1');
      await view.gone('greedy');
    });
  });
}
