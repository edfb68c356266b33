import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import type { View } from '../pages/views.ts';
import { rawEngine } from '../support/engine.ts';
import { buildFolder } from '../support/forms.ts';

const PRUNE = 'Stevedore Build Cache: Remove Unused Build Cache…';
const MAKING = /^RUN dd if=\/dev\/zero/;

/** What the builder keeps, and how it goes. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const others = ['Containers', 'Images', 'Builds', 'Registries'] as const;
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Build Cache');
  };
  const words = async (label: string | RegExp) => (await (await open()).row(label)).description;

  describe('the build cache', () => {
    before(async () => {
      const { workbench, stevedore } = session.ui();
      await engine.clear();
      await engine.base();
      await engine.api('POST', '/build/prune?all=1');
      await workbench.closeAll();
      await stevedore.open();
      // Only rows in sight are drawn, so the view gets the room of others.
      for (const name of others) await (await stevedore.view(name)).fold();
      mkdirSync(join(session.workspace, 'kept'), { recursive: true });
      writeFileSync(
        join(session.workspace, 'kept', 'kept.Dockerfile'),
        'FROM busybox:1.35\nWORKDIR /srv\nRUN dd if=/dev/zero of=/srv/a bs=1000000 count=3\n' +
          'RUN --mount=type=cache,target=/keep dd if=/dev/zero of=/keep/b bs=1000000 count=2\nCOPY . .\n',
      );
      writeFileSync(join(session.workspace, 'kept', 'some.txt'), 'text');
    });
    after(async () => {
      const { workbench, stevedore } = session.ui();
      await workbench.closeAll();
      await (await open()).fold();
      for (const name of others) await stevedore.view(name);
      await engine.clear();
    });

    it('is listed by kind, with sizes, once a build has filled it', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.row('The builder keeps nothing.');
      await buildFolder(session, 'kept', { Tag: 'kept:1' });
      await workbench.notified(/Built kept:1/);
      await workbench.clearNotifications();
      await view.row('Steps');
      for (const group of ['Steps', 'Build Contexts', 'Cache Mounts', 'Base Images'])
        await view.expand(group);
      assert.match(await words(MAKING), /^3 MB  /);
      assert.match(await words(/^\/keep/), /^2 MB  /);
      // While the image is there its layers cost nothing more.
      assert.equal(await words('Steps'), '0 B  4 records');
      await view.row(/WORKDIR \/srv/);
      await session.picture('cache');
      assert.match(await view.hover(MAKING, /used 1 time/), /Id: /);
    });

    it('is asked for what would remove something alone, and says when a size removes nothing', async () => {
      const { workbench } = session.ui();
      await workbench.run(PRUNE);
      await workbench.question(/^Remove from the build cache/);
      const choices = (await workbench.choices()).join('\n');
      assert.match(choices, /Everything that is not in use/);
      assert.doesNotMatch(choices, /Not used for|0 records/);
      await session.picture('cache-prune');
      await workbench.pick('All but another size…');
      await workbench.question(/How much may stay/);
      await workbench.answer('1000');
      await workbench.notified(/holds nothing of that kind/);
      await workbench.clearNotifications();
    });

    it('gives away one record, which the question names', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu(/^\/keep/, 'Remove from the Build Cache…');
      const asked = await workbench.dialog();
      assert.match(asked, /Remove 1 record from the build cache, 2 MB\?/);
      assert.match(asked, /\/keep of RUN/);
      await session.picture('cache-remove');
      await workbench.dialogButton('Cancel');
      await view.row(/^\/keep/);
      await view.menu(/^\/keep/, 'Remove from the Build Cache…');
      await workbench.dialog();
      await workbench.dialogButton('Remove');
      await workbench.notified(/Removed 1 record, 2 MB reclaimed/);
      await view.gone(/^\/keep/);
      await workbench.clearNotifications();
    });

    it('is pruned to a size, of which the question tells what goes', async () => {
      const { workbench } = session.ui();
      await engine.api('DELETE', '/images/kept:1');
      const view = await open();
      await view.title('Read the Build Cache Again');
      await view.until('Steps', 'to count for itself', ({ description }) =>
        description.startsWith('3 MB'),
      );
      await workbench.run(PRUNE);
      await workbench.question(/^Remove from the build cache/);
      await workbench.pick('All but another size…');
      await workbench.question(/How much may stay/);
      await workbench.answer('0.001');
      const asked = await workbench.dialog();
      assert.match(asked, /Remove about \d+ records? from the build cache, 3 MB\?[^]*RUN dd if/);
      await session.picture('cache-size');
      await workbench.dialogButton('Remove');
      await workbench.notified(/Removed \d+ records?, 3 MB reclaimed/);
      await view.gone(MAKING);
      await workbench.clearNotifications();
    });

    it('is emptied', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.title('Remove Unused Build Cache…');
      await workbench.question(/^Remove from the build cache/);
      await workbench.pick('Everything that is not in use');
      assert.match(await workbench.dialog(), /Remove \d+ records? from the build cache/);
      await workbench.dialogButton('Remove');
      await view.row('The builder keeps nothing.');
      await eventually('nothing on the engine', async () => {
        const { BuildCache } = await engine.api('GET', '/system/df?type=build-cache');
        return (BuildCache ?? []).length === 0;
      });
      await workbench.clearNotifications();
      await workbench.run(PRUNE);
      await workbench.notified(/The build cache holds nothing that could go/);
      assert.deepEqual(await workbench.errors(), []);
      await workbench.clearNotifications();
    });
  });
}
