import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import type { View } from '../pages/views.ts';
import { rawEngine } from '../support/engine.ts';

const SERVER = 'busybox httpd -f -p 80 & exec sleep 100000';

/** Its ports take two seconds to be read. */
const SLOW = `mkdir /slow
printf '#!/bin/sh\\nsleep 2; exec busybox cat "$@"' > /slow/cat
busybox chmod +x /slow/cat
exec sleep 100000`;

/** What stands below a container, and what can be made of one. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Containers');
  };
  const copied = async (view: View, entry: string, what: RegExp) => {
    await view.menu('served', entry);
    return eventually(`${entry} on the clipboard`, async () => {
      const text = await session.ui().page.evaluate('navigator.clipboard.readText()');
      return what.test(String(text)) && String(text);
    });
  };

  describe('a container', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stevedore-details-'));
    before(async () => {
      await engine.clear();
      await engine.base();
      await open();
      for (const name of ['Images', 'Builds', 'Registries'])
        await (await session.ui().stevedore.view(name)).fold();
      await engine.run('served', ['sh', '-c', SERVER], {
        Env: ['GREETING=hello there'],
        ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
        HostConfig: {
          PortBindings: { '80/tcp': [{ HostPort: '18090' }], '81/tcp': [{ HostPort: '18091' }] },
          Tmpfs: { '/scratch': '' },
        },
        Healthcheck: { Test: ['CMD-SHELL', 'echo so it is'], Interval: 1e9 },
      });
      await engine.run('failing', ['sh', '-c', 'exit 127']);
    });
    after(async () => {
      rmSync(folder, { recursive: true, force: true });
      await engine.clear();
      for (const name of ['Images', 'Builds', 'Registries'])
        await session.ui().stevedore.view(name);
    });

    it('tells its ports, and at which something listens', async () => {
      const view = await open();
      await view.expand('served');
      // Its first check makes a row, and what is below moves.
      await view.row('Healthy');
      await view.expand('Ports');
      for (const [port, words] of [
        ['18090 → 80/tcp', 'listening'],
        ['18091 → 81/tcp', 'nothing listens'],
      ] as const)
        await view.until(port, `to say ${words}`, ({ description }) => description === words);
    });

    it('tells its networks and how its health is', async () => {
      const { editor, workbench } = session.ui();
      const view = await open();
      await view.click('bridge');
      await eventually('the network', async () =>
        (await editor.lines()).join('\n').includes('"Name": "bridge"'),
      );
      await workbench.closeAll();
      await view.menu('served', 'Show Health Checks');
      await eventually('what the check said', async () =>
        (await editor.lines()).join('\n').includes('so it is'),
      );
      await workbench.closeAll();
    });

    it('says why it stopped', async () => {
      const view = await open();
      await view.expand('failing');
      await view.row('Its command was not found (exit code 127)');
    });

    it('is copied as a line and as a service', async () => {
      const view = await open();
      const line = await copied(view, 'Copy as docker run', /^docker run /);
      assert.match(line, /--publish 18090:80/);
      assert.match(line, /--env 'GREETING=hello there'/);
      const service = await copied(view, 'Copy as Compose Service', /^services:/);
      assert.match(service, /\n {4}environment:\n {6}- "GREETING=hello there"\n/);
    });

    it('is written to a file', async () => {
      const { workbench } = session.ui();
      const view = await open();
      const file = join(folder, 'served.tar');
      await view.menu('served', 'Export Files…');
      await workbench.answerFile(file);
      await workbench.notified(/Exported served to/);
      assert.ok(existsSync(file));
      await workbench.clearNotifications();
    });

    it('lends its processes to a shell of another image', async () => {
      const { workbench, terminal } = session.ui();
      const view = await open();
      await view.menu('served', 'Open Debug Shell…');
      await workbench.pick('busybox:1.35');
      await terminal.shows(/Its files are in \/proc\/1\/root/);
      await terminal.type('busybox tr "\\0" " " < /proc/1/cmdline\n');
      await terminal.shows(/sleep 100000/);
      await terminal.type('exit\n');
      await eventually('the toolbox to go', async () => {
        const all = (await engine.look('/containers/json?all=1')) as { Names: string[] }[];
        return all.every(({ Names }) => !Names[0]?.startsWith('/debug-'));
      });
    });

    it('is waited for', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('served', 'Notify When It Ends');
      await workbench.notified(/Waiting for served to end/);
      await view.inline('served', 'Stop');
      await workbench.notified(/served ended with exit code 137\. SIGKILL/);
      await workbench.clearNotifications();
    });

    it('tells its ports though rows change while they are read', async () => {
      const view = await open();
      await engine.clear();
      await view.gone('served');
      await engine.base();
      await engine.run('slow', ['sh', '-c', SLOW], {
        Env: ['PATH=/slow:/bin'],
        ExposedPorts: { '81/tcp': {} },
      });
      await view.expand('slow');
      await view.expand('Ports');
      await engine.api('POST', '/containers/slow/rename?name=renamed');
      await view.row('renamed');
      await view.row('81/tcp');
      await view.collapse('renamed');
      await view.expand('renamed');
      await view.expand('Ports');
      await engine.create('another', ['true']);
      await view.row('another');
      await view.row('81/tcp');
    });
  });
}
