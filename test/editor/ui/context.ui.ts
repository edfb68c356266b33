import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';

/** What goes into a build context, and why not. */
export function tests(session: UiSession): void {
  describe('a build context', () => {
    const folder = () => join(session.workspace, 'shipped');
    const ignored = () => readFileSync(join(folder(), '.dockerignore'), 'utf8');

    before(() => {
      mkdirSync(join(folder(), 'data'), { recursive: true });
      writeFileSync(join(folder(), 'shipped.Dockerfile'), 'FROM busybox:1.35\nCOPY . /srv\n');
      writeFileSync(join(folder(), '.dockerignore'), '# Notes stay here.\n*.md\n');
      writeFileSync(join(folder(), 'notes.md'), 'x');
      writeFileSync(join(folder(), 'data', 'large.bin'), Buffer.alloc(2_000_000));
    });
    after(async () => {
      const { workbench, stevedore } = session.ui();
      await workbench.closeAll();
      // Rows that are out of sight are not drawn, and the others need the room.
      await stevedore.open();
      await (await stevedore.view('Build Context')).fold();
      rmSync(folder(), { recursive: true });
    });

    it('is shown as a tree, what weighs most first', async () => {
      const { workbench, stevedore } = session.ui();
      await workbench.open('shipped/shipped.Dockerfile');
      await workbench.run('Stevedore: Show What Goes into the Build Context');
      await workbench.question(/Built in which folder/);
      await workbench.pick("The Dockerfile's folder");
      const view = await stevedore.view('Build Context');
      const root = await view.row('shipped');
      assert.match(root.description, /^2 MB/);
      // A row is drawn as unfolded before its children are there.
      assert.match((await view.row('notes.md')).description, /left out by \*\.md/);
      const labels = (await view.rows()).map(({ label }) => label);
      assert.equal(labels[labels.indexOf('shipped') + 1], 'data');
    });

    it('grows smaller by an entry in the ignore file', async () => {
      const { stevedore } = session.ui();
      const view = await stevedore.view('Build Context');
      await view.menu('data', 'Add to .dockerignore');
      await eventually('the pattern', async () => /^\/?data\/?$/m.test(ignored()));
      assert.match(ignored(), /^# Notes stay here\.\n\*\.md\n/);
      await view.until('shipped', 'to weigh less', ({ description }) => !/MB/.test(description));
    });

    it('tells why a file is not in it, and leads to the pattern', async () => {
      const { workbench, editor } = session.ui();
      await workbench.open('shipped/notes.md');
      await workbench.run('Stevedore: Why Is This File Ignored?');
      // Two folders with an ignore file could be the context.
      await workbench.question(/What the ignore files say/);
      assert.match((await workbench.choices()).join('\n'), /shipped\/notes\.md.* is sent/);
      await workbench.pick(/notes\.md.* is left out by .*\*\.md.*, line 2/);
      await eventually('the ignore file', async () =>
        (await editor.lines()).some((line) => line === '*.md'),
      );
      assert.deepEqual(await workbench.errors(), []);
    });
  });
}
