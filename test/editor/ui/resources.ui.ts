import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';
import type { Json } from '../support/engine.ts';
import { turnOn } from '../support/forms.ts';

/** Networks, volumes, and the engine as a whole. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (name: string) => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view(name);
  };
  const documentShows = async (text: string) => {
    const { editor, workbench } = session.ui();
    await eventually(`${text} in the document`, async () =>
      (await editor.lines()).join('\n').includes(text),
    );
    await workbench.closeAll();
  };

  describe('networks', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      await engine.run('member', ['sleep', '100000']);
    });
    after(async () => (await open('Networks')).fold());

    it('are created by a form', async () => {
      const { workbench } = session.ui();
      const view = await open('Networks');
      await view.title('Create Network…');
      await workbench.question(/^Create a network$/);
      await workbench.pick('Create');
      // It goes on to ask for what is missing.
      await workbench.question(/: Name/);
      await workbench.answer('inner');
      await workbench.question(/^Create a network$/);
      await workbench.pick('Subnet');
      await workbench.question(/: Subnet/);
      await workbench.answer('172.29.5.0/24');
      await workbench.question(/^Create a network$/);
      await turnOn(session, 'Internal, without a way out');
      await workbench.pick('Create');
      await view.row('inner');
      const { Internal, IPAM, Driver } = await engine.look('/networks/inner');
      assert.deepEqual(
        [Driver, Internal, IPAM.Config[0].Subnet],
        ['bridge', true, '172.29.5.0/24'],
      );
    });

    it('take containers and let them go', async () => {
      const { workbench } = session.ui();
      const view = await open('Networks');
      const members = async () =>
        Object.values<Json>((await engine.look('/networks/inner')).Containers).map(
          ({ Name }) => Name,
        );
      await view.menu('inner', 'Connect Container…');
      await workbench.question(/Connect to inner/);
      await workbench.pick('member');
      await eventually('the member', async () => (await members()).join() === 'member');
      await view.until('inner', 'to count it', ({ description }) =>
        /1 container/.test(description),
      );
      await view.menu('inner', 'Inspect');
      await documentShows('172.29.5.0/24');
      await view.menu('inner', 'Disconnect Container…');
      await workbench.pick('member');
      assert.match(await workbench.dialog(), /Disconnect member from inner\?/);
      await workbench.dialogButton('Disconnect');
      await eventually('no member', async () => (await members()).length === 0);
    });

    it('are removed, the engine’s own never', async () => {
      const { workbench } = session.ui();
      const view = await open('Networks');
      assert.ok(!(await view.menuEntries('bridge')).includes('Remove…'));
      await view.menu('inner', 'Remove…');
      assert.match(await workbench.dialog(), /Remove the network inner\?/);
      await workbench.dialogButton('Remove');
      await view.gone('inner');
      await engine.api('POST', '/networks/create', { Name: 'unused' });
      await view.row('unused');
      await workbench.run('Stevedore Networks: Remove Unused Networks…');
      await workbench.dialogButton('Remove');
      await workbench.notified(/Removed 1 network: unused/);
      await view.gone('unused');
      await workbench.clearNotifications();
    });

    it('that are in use stay, and it is said why', async () => {
      const { workbench } = session.ui();
      const view = await open('Networks');
      await engine.api('POST', '/networks/create', { Name: 'busy' });
      await engine.api('POST', '/networks/busy/connect', { Container: 'member' });
      await view.menu('busy', 'Remove…');
      await workbench.dialogButton('Remove');
      assert.match(await workbench.notified(/busy/), /active endpoints|in use/);
      assert.ok(await engine.look('/networks/busy'));
      await workbench.clearNotifications();
    });
  });

  describe('volumes', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
    });
    after(async () => (await open('Volumes')).fold());

    it('are created, inspected and copied', async () => {
      const { workbench, page } = session.ui();
      const view = await open('Volumes');
      await view.title('Create Volume…');
      await workbench.question(/Create a volume/);
      await workbench.answer('data');
      await view.row('data');
      assert.equal((await engine.look('/volumes/data')).Driver, 'local');
      await view.menu('data', 'Copy Name');
      await eventually(
        'the name on the clipboard',
        async () => (await page.evaluate('navigator.clipboard.readText()')) === 'data',
      );
      await view.menu('data', 'Inspect');
      await documentShows('"Name": "data"');
    });

    it('are removed after a question, unless a container uses them', async () => {
      const { workbench } = session.ui();
      const view = await open('Volumes');
      await engine.run('keeper', ['sleep', '100000'], {
        HostConfig: { Mounts: [{ Type: 'volume', Source: 'kept', Target: '/kept' }] },
      });
      await view.until('kept', 'to be in use', ({ description }) => /in use/.test(description));
      await view.menu('kept', 'Remove…');
      assert.match(await workbench.dialog(), /Remove the volume kept and all that is in it\?/);
      await workbench.dialogButton('Remove');
      assert.match(await workbench.notified(/volume/), /in use/);
      await workbench.clearNotifications();
      await view.menu('data', 'Remove…');
      await workbench.dialogButton('Remove');
      await view.gone('data');
      assert.equal(await engine.look('/volumes/data'), undefined);
    });

    it('are pruned: the anonymous ones, or all', async () => {
      const { workbench } = session.ui();
      const view = await open('Volumes');
      await engine.api('POST', '/volumes/create', { Name: 'spare' });
      await view.row('spare');
      await workbench.run('Stevedore Volumes: Remove Unused Volumes…');
      await workbench.pick('All unused volumes');
      assert.match(await workbench.dialog(), /Remove .*spare\?/);
      await workbench.dialogButton('Remove');
      await workbench.notified(/Removed 1 volume/);
      await view.gone('spare');
      assert.ok(await engine.look('/volumes/kept'));
      await workbench.clearNotifications();
    });
  });

  describe('the engine as a whole', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      await engine.run('keeper', ['sleep', '100000']);
    });
    after(() => engine.clear());

    it('tells what it is', async () => {
      const { workbench } = session.ui();
      const { Version } = await engine.api('GET', '/version');
      await workbench.run('Stevedore Engines: Show Engine Information');
      await documentShows(`"Version": "${Version}"`);
    });

    it('tells its disk usage, and removes from there', async () => {
      const { workbench } = session.ui();
      await engine.create('spent', ['sleep', '1']);
      await workbench.run('Stevedore Engines: Show Disk Usage');
      await workbench.question(/Disk usage/);
      const choices = (await workbench.choices()).join('\n');
      assert.match(choices, /Images, .*MB[^]*Containers[^]*Volumes[^]*Build cache/);
      await workbench.pick('Containers');
      assert.match(await workbench.dialog(), /stopped container/i);
      await workbench.dialogButton('Remove');
      await eventually('it to go', async () => (await engine.state('spent')) === undefined);
      assert.equal(await engine.state('keeper'), 'running');
      await workbench.clearNotifications();
    });

    it('removes what is unused, of the kinds that are ticked', async () => {
      const { workbench } = session.ui();
      await engine.create('old', ['sleep', '1']);
      await engine.api('POST', '/networks/create', { Name: 'lonely' });
      await engine.api('POST', '/volumes/create', { Name: 'precious' });
      await workbench.run('Stevedore Engines: Remove Everything Unused…');
      await workbench.question(/Remove everything unused/);
      await workbench.pickMany([]);
      const question = await workbench.dialog();
      assert.match(question, /Stopped containers: old\n[^]*Unused networks: lonely\n/);
      await workbench.dialogButton('Remove');
      await workbench.notified(/reclaimed/);
      assert.equal(await engine.state('old'), undefined);
      assert.equal(await engine.look('/networks/lonely'), undefined);
      assert.ok(await engine.look('/volumes/precious'));
      assert.ok(await engine.look('/images/busybox:1.35/json'));
      await workbench.clearNotifications();
    });
  });
}
