import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';

export function tests(session: UiSession): void {
  describe('the packaged extension', () => {
    it('shows its views once the icon is clicked', async () => {
      const { stevedore } = session.ui();
      await stevedore.open();
      for (const name of ['Containers', 'Images', 'Registries', 'Networks', 'Volumes', 'Engines']) {
        await stevedore.view(name);
      }
    });

    it('says what a person can do where there is nothing yet', async () => {
      const { stevedore } = session.ui();
      await stevedore.open();
      const containers = await stevedore.view('Containers');
      await containers.welcome(/No containers yet/);
      assert.equal(await stevedore.badge(), 0);
    });

    it('underlines a mistake in a Dockerfile and takes it back', async () => {
      const { workbench, editor } = session.ui();
      await workbench.open('Dockerfile');
      await editor.replaceLine(16, 'EXPOSE nothing');
      await editor.squiggles('error', (count) => count === 1);
      await editor.replaceLine(16, 'EXPOSE 8080');
      await editor.squiggles('error', (count) => count === 0);
      await editor.save();
    });

    it('completes instructions', async () => {
      const { workbench, editor } = session.ui();
      await workbench.open('Dockerfile');
      await editor.goTo(20);
      await editor.type('HEAL');
      await editor.completions((all) => all.some((label) => label.startsWith('HEALTHCHECK')));
      await workbench.page.keyboard.press('Escape');
      await editor.replaceLine(20, '');
      await editor.save();
    });

    it('shows no error on the way', async () => {
      assert.deepEqual(await session.ui().workbench.errors(), []);
    });
  });
}
