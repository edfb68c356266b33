import { strict as assert } from 'node:assert';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';

/** Names, labels and files that are there to do harm. */
export function tests(session: UiSession): void {
  const engine = rawEngine();

  describe('hostile input', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
    });
    after(async () => {
      await session.ui().workbench.closeAll();
      await engine.clear();
    });

    it('is text in rows and tooltips, and nothing else', async () => {
      const { stevedore, page } = session.ui();
      const project =
        'a"b\',<img src=x onerror=alert(1)>\n$(rm -rf)\u202Egnp.exe [x](command:evil) $(trash)';
      await engine.create(
        'victim',
        ['sh', '-c', '`id`; ![x](http://198.51.100.1/x.png) | <b>bold</b>'],
        {
          Labels: { 'com.docker.compose.project': project },
        },
      );
      await stevedore.open();
      const view = await stevedore.view('Containers');
      const row = await view.row(/^a"b/);
      // The line break is a blank, and the mark that would turn the writing direction is shown.
      const shown = project.replace('\n', ' ').replace('\u202E', '\\u202e');
      assert.equal(row.label, shown);
      const hover = await view.hover('victim', '<b>bold</b>');
      assert.ok(hover.includes('![x](http'), hover);
      assert.equal(await page.locator('.monaco-hover img, .monaco-hover b').count(), 0);
      assert.deepEqual(session.window().foreignRequests, []);
    });

    const files: readonly (readonly [string, Buffer])[] = [
      ['empty', Buffer.alloc(0)],
      ['binary', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256))],
      ['nul', Buffer.from('FROM busybox:1.35\nRUN echo \0\0 a\n')],
      [
        'large',
        Buffer.from('FROM busybox:1.35\n'.padEnd(10_000_000, 'RUN echo 0123456789 && true\n')),
      ],
    ];
    for (const [name, content] of files) {
      it(`in a Dockerfile that is ${name} lets everything go on`, async () => {
        const { workbench, stevedore } = session.ui();
        const folder = join(session.workspace, name);
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'Dockerfile'), content);
        await workbench.reveal(`${name}/Dockerfile`);
        await stevedore.open();
        const view = await stevedore.view('Containers');
        await engine.create(`beside-${name}`, ['sh']);
        await view.row(`beside-${name}`);
        await view.inline(`beside-${name}`, 'Start');
        await eventually(
          'it to have run',
          async () => (await engine.state(`beside-${name}`)) === 'exited',
        );
        assert.deepEqual(await workbench.errors(), []);
        await workbench.closeAll();
        rmSync(folder, { recursive: true });
      });
    }

    it('in a build is told in one sentence', async () => {
      const { workbench } = session.ui();
      const folder = join(session.workspace, 'nothing');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\n');
      await workbench.open('nothing/Dockerfile');
      writeFileSync(join(folder, 'Dockerfile'), '');
      await workbench.run('Stevedore Images: Build Image…');
      await workbench.question(/^Build nothing/);
      await workbench.pick('Build');
      const [message = ''] = await eventually('an error', async () => {
        const errors = await workbench.errors();
        return errors.length > 0 && errors;
      });
      assert.match(message, /empty/);
      assert.ok(!message.includes('\n') && message.length < 200, message);
      await workbench.clearNotifications();
      rmSync(folder, { recursive: true });
    });
  });
}
