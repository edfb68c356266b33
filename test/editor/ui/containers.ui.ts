import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually, PATIENCE_MS } from '../pages/wait.ts';
import type { View } from '../pages/views.ts';
import { rawEngine } from '../support/engine.ts';
import type { Json } from '../support/engine.ts';

const FOREVER = ['sleep', '100000'];

/** What can be done to containers, clicked in the view and looked up on the engine. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Containers');
  };
  /** Runs a container and waits until its row has come to rest: rows that move escape the pointer. */
  const spawn = async (view: View, name: string, command: readonly string[], more?: Json) => {
    await engine.run(name, command, more);
    await view.until(name, 'to run', ({ aria }) => aria.includes('running'));
  };
  const becomes = (name: string, state: string | undefined) =>
    eventually(`${name} to be ${state}`, async () => (await engine.state(name)) === state);

  describe('containers', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      await engine.run('web', FOREVER, {
        ExposedPorts: { '80/tcp': {}, '53/udp': {} },
        HostConfig: {
          PortBindings: { '80/tcp': [{ HostPort: '18080' }], '53/udp': [{ HostPort: '18053' }] },
        },
      });
      await engine.create('idle', FOREVER);
    });
    after(() => engine.clear());

    it('starts, stops, restarts, pauses and unpauses', async () => {
      const view = await open();
      await view.menu('idle', 'Start');
      await becomes('idle', 'running');
      await view.until('idle', 'to run', ({ aria }) => aria.includes('running'));
      await view.menu('idle', 'Pause');
      await becomes('idle', 'paused');
      await view.until('idle', 'to be paused', ({ aria }) => aria.includes('paused'));
      const entries = await view.menuEntries('idle');
      assert.ok(entries.includes('Unpause') && !entries.includes('Pause'), entries.join());
      await view.menu('idle', 'Unpause');
      await becomes('idle', 'running');
      const { StartedAt } = (await engine.look('/containers/idle/json')).State;
      await view.until('idle', 'to run', ({ aria }) => aria.includes('running'));
      await view.menu('idle', 'Restart');
      await eventually(
        'a new start',
        async () => (await engine.look('/containers/idle/json')).State.StartedAt !== StartedAt,
      );
      await view.until('idle', 'to run', ({ aria }) => aria.includes('running'));
      await view.inline('idle', 'Stop');
      await becomes('idle', 'exited');
      await view.until('idle', 'to have stopped', ({ aria }) => aria.includes('exited'));
      assert.ok(!(await view.menuEntries('idle')).includes('Open Shell'));
    });

    it('counts the running ones on the icon', async () => {
      await eventually('the one', async () => (await session.ui().stevedore.badge()) === 1);
    });

    it('renames, and refuses a name that is none', async () => {
      const { workbench, page } = session.ui();
      const view = await open();
      await view.menu('idle', 'Rename…');
      await workbench.question(/New name of idle/);
      await page.keyboard.type('no good');
      await workbench.question(/Letters, digits/);
      await workbench.answer('resting');
      await view.row('resting');
      assert.equal(await engine.state('resting'), 'exited');
      assert.equal(await engine.look('/containers/idle/json'), undefined);
    });

    it('copies name, id and image', async () => {
      const { page } = session.ui();
      const view = await open();
      const { Id } = await engine.look('/containers/web/json');
      const copied = async (entry: string, text: string) => {
        await view.menu('web', entry);
        await eventually(`${text} on the clipboard`, async () => {
          const now = await page.evaluate('navigator.clipboard.readText()');
          return now === text;
        });
      };
      await copied('Copy Name', 'web');
      await copied('Copy ID', Id);
      await copied('Copy Image Name', 'busybox:1.35');
    });

    it('offers the browser for TCP ports alone', async () => {
      const view = await open();
      await spawn(view, 'dns', FOREVER, {
        ExposedPorts: { '53/udp': {} },
        HostConfig: { PortBindings: { '53/udp': [{ HostPort: '18054' }] } },
      });
      const { description } = await view.row('web');
      assert.match(description, /^:18053→53\/udp :18080→80 {2}up /);
      await view.row('dns');
      assert.ok((await view.menuEntries('web')).includes('Open in Browser'));
      assert.ok(!(await view.menuEntries('dns')).includes('Open in Browser'));
      await engine.api('DELETE', '/containers/dns?force=1');
      await view.gone('dns');
    });

    it('opens the port in the browser', async () => {
      const { page } = session.ui();
      const view = await open();
      const opened = page.context().waitForEvent('page', { timeout: PATIENCE_MS });
      await view.menu('web', 'Open in Browser');
      const other = await opened;
      await eventually('its address', async () => /18080/.test(other.url()));
      await other.close();
      await page.bringToFront();
    });

    it('shows all that the engine knows of it', async () => {
      const { editor, workbench } = session.ui();
      const view = await open();
      await view.menu('web', 'Inspect');
      const { Id } = await engine.look('/containers/web/json');
      await eventually('the id', async () => (await editor.lines()).join('\n').includes(Id));
      await workbench.closeAll();
    });

    it('opens the best shell there is, and says when there is none', async () => {
      const { terminal, workbench } = session.ui();
      await engine.shellless('tiny:1');
      const view = await open();
      await spawn(view, 'tiny', [], { Image: 'tiny:1', Cmd: undefined });
      await view.menu('web', 'Open Shell');
      await terminal.shows(/[#$] ?$/);
      await terminal.type('echo "it is $0 $((40+2))"\n');
      await terminal.shows(/it is \S*sh 42/);
      await terminal.type('exit 3\n');
      await terminal.shows(/exit code 3/);
      await view.menu('tiny', 'Open Shell');
      assert.match(await workbench.notified(/tiny/), /no shell/);
      await workbench.clearNotifications();
    });

    it('attaches to the main process, and leaves it running', async () => {
      const { terminal, page } = session.ui();
      const view = await open();
      await spawn(view, 'console', ['sh'], { Tty: true, OpenStdin: true });
      await view.menu('console', 'Attach to Main Process');
      // Until then another one may be in front.
      await terminal.shows(/[#$] ?$/);
      await terminal.type('echo pid-$$\n');
      await terminal.shows(/pid-1\b/);
      await page.keyboard.press('Control+X');
      await page.keyboard.press('Control+D');
      await terminal.shows(/Detached/);
      assert.equal(await engine.state('console'), 'running');
    });

    it('tells when a container goes while its shell is open', async () => {
      const { terminal } = session.ui();
      const view = await open();
      await view.menu('console', 'Open Shell');
      await terminal.shows(/[#$] ?$/);
      await engine.api('DELETE', '/containers/console?force=1');
      await terminal.shows(/The container was (removed|stopped)/);
      await view.gone('console');
    });

    it('commits a container to an image', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('web', 'Commit to Image…');
      await workbench.question(/commit web/);
      await workbench.answer('snapshot:1');
      await workbench.notified(/Committed to snapshot:1/);
      const image = await engine.look('/images/snapshot:1/json');
      const { Image } = await engine.look('/containers/web/json');
      assert.equal(image.Parent, Image);
      await workbench.clearNotifications();
    });

    it('kills after a question', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('tiny', 'Kill…');
      assert.match(await workbench.dialog(), /Kill tiny\?/);
      await workbench.dialogButton('Cancel');
      assert.equal(await engine.state('tiny'), 'running');
      await view.menu('tiny', 'Kill…');
      await workbench.dialogButton('Kill');
      await becomes('tiny', 'exited');
    });

    it('removes a running one by the Delete key, after a question that names it', async () => {
      const { workbench, page } = session.ui();
      const view = await open();
      await view.click('web');
      await page.keyboard.press('Delete');
      const question = await workbench.dialog();
      assert.match(question, /Remove the container web\?/);
      assert.match(question, /Still running, and killed first: web/);
      await workbench.dialogButton('Remove');
      await view.gone('web');
      assert.equal(await engine.state('web'), undefined);
    });

    it('acts on a compose project and on several rows at once', async () => {
      const { workbench, stevedore } = session.ui();
      const view = await open();
      // A click unfolds a row, too, and only rows in sight are drawn.
      for (const name of ['Images', 'Builds', 'Registries'])
        await (await stevedore.view(name)).fold();
      for (const service of ['one', 'two', 'three']) {
        await spawn(view, `shop-${service}-1`, FOREVER, {
          Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': service },
        });
      }
      await view.until('shop', 'to hold three', (row) => row.description === '3/3 running');
      await view.menu('shop', 'Stop');
      await view.until('shop', 'to stand', (row) => row.description === '0/3 running');
      assert.equal(await engine.state('shop-two-1'), 'exited');
      await view.click('shop-one-1');
      await view.click('shop-two-1', ['Control']);
      await view.menu('shop-two-1', 'Start');
      await view.until('shop', 'to run in part', (row) => row.description === '2/3 running');
      assert.equal(await engine.state('shop-three-1'), 'exited');
      await view.click('shop-one-1');
      await view.click('shop-three-1', ['Shift']);
      await view.menu('shop-three-1', 'Remove…');
      const question = await workbench.dialog();
      assert.match(question, /3 containers: shop-one-1, shop-three-1, shop-two-1|3 containers: /);
      await workbench.dialogButton('Cancel');
      await view.menu('shop', 'Remove…');
      assert.match(await workbench.dialog(), /killed first: shop-one-1, shop-two-1/);
      await workbench.dialogButton('Remove');
      await view.gone('shop');
      assert.equal(await engine.state('shop-one-1'), undefined);
      for (const name of ['Images', 'Builds', 'Registries']) await stevedore.view(name);
    });

    it('filters as one types, and says so', async () => {
      const { workbench, page } = session.ui();
      const view = await open();
      await view.row('tiny');
      await view.title('Filter Containers…');
      await workbench.question(/Words in the name/);
      await page.keyboard.type('rest');
      await view.gone('tiny');
      await page.keyboard.press('Enter');
      assert.deepEqual(
        (await view.rows()).map(({ label }) => label),
        ['resting'],
      );
      await view.title('Clear Filter of Containers');
      await view.row('tiny');
      await view.title('Filter Containers…');
      await workbench.question(/Words in the name/);
      await page.keyboard.type('nothing-is-called-that');
      await view.welcome(/No containers match the filter/);
      await page.keyboard.press('Escape');
      await view.row('tiny');
    });

    it('groups, labels and describes by settings', async () => {
      const { workbench } = session.ui();
      const view = await open();
      const arrange = async (what: RegExp, value: string) => {
        await workbench.run('Stevedore Containers: Group, Sort and Describe…');
        await workbench.pick(what);
        await workbench.pick(value);
      };
      await arrange(/grouped by/, 'state');
      await view.until('exited', 'to group', ({ level }) => level === 1);
      await view.until('tiny', 'to be in a group', ({ level }) => level === 2);
      await arrange(/grouped by/, 'none');
      await view.gone('exited');
      await arrange(/labelled with/, 'image');
      await view.row('tiny:1');
      await arrange(/labelled with/, 'name');
      await view.row('tiny');
      await workbench.run('Stevedore Containers: Group, Sort and Describe…');
      await workbench.pick(/stands behind the label/);
      await workbench.pickMany(['status']);
      await view.until('tiny', 'to tell its status', ({ description }) =>
        description.includes('Exited (137)'),
      );
      await workbench.run('Stevedore Containers: Group, Sort and Describe…');
      await workbench.pick(/stands behind the label/);
      await workbench.pickMany(['status']);
      await arrange(/grouped by/, 'project');
    });

    it('removes all stopped ones', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await spawn(view, 'stays', FOREVER);
      await view.row('stays');
      const stopped = (await engine.api(
        'GET',
        `/containers/json?all=1&filters=${encodeURIComponent('{"status":["exited","dead","created"]}')}`,
      )) as readonly unknown[];
      assert.ok(stopped.length > 0);
      await workbench.run('Stevedore Containers: Remove Stopped Containers…');
      await workbench.dialog();
      await workbench.dialogButton('Remove');
      await workbench.notified(new RegExp(`Removed ${stopped.length} container`));
      await view.gone('tiny');
      assert.equal(await engine.state('stays'), 'running');
      await workbench.clearNotifications();
    });
  });
}
