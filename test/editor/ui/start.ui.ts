import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { walkthrough } from '../../../src/manifest/walkthrough.ts';
import { PATIENCE_MS, eventually } from '../pages/wait.ts';
import type { UiSession } from '../pages/ui.ts';
import { rawEngine } from '../support/engine.ts';

/** Get Started, as VS Code draws it of what the package says. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const page = () => session.ui().page.locator('.gettingStartedContainer');
  const step = (id: string) =>
    page()
      .locator('button.getting-started-step')
      .filter({
        has: session.ui().page.locator(`.codicon[data-done-step-id$="#${id}"]`),
      });
  const isDone = async (id: string) =>
    (await step(id).locator('.codicon.complete[data-done-step-id]').count()) > 0;
  /** Unfolds a step: the page is drawn anew while steps are done, and loses clicks. */
  const unfold = (id: string) =>
    eventually(`the step ${id}`, async () => {
      await step(id).locator('.step-title').click({ timeout: 5000 });
      return (await step(id).getAttribute('class'))?.includes('expanded');
    });
  const show = async () => {
    const { workbench } = session.ui();
    await workbench.run('Welcome: Open Walkthrough...');
    await workbench.pick('Get Started with Stevedore');
    await step('build').waitFor({ timeout: PATIENCE_MS });
  };

  describe('get started', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      await engine.run('started', ['sh', '-c', 'echo up; exec sleep 1000']);
    });
    after(async () => {
      await session.ui().workbench.closeAll();
      await engine.clear();
    });

    it('has a step for each thing, with a page beside it', async function () {
      this.timeout(120_000);
      await show();
      const steps = Object.entries(walkthrough);
      assert.equal(await page().locator('button.getting-started-step').count(), steps.length);
      for (const [id, { title, button }] of steps) {
        await unfold(id);
        assert.equal(await step(id).locator('.step-title').innerText(), title);
        await step(id).getByRole('button', { name: button[0] }).waitFor({ timeout: PATIENCE_MS });
        // A page that is missing from the package would be said here, and drawn as nothing.
        const beside = page().locator('iframe.webview.ready').last().contentFrame();
        await beside
          .locator('iframe#active-frame')
          .contentFrame()
          .locator('h2')
          // A low window has no room for it beside the steps.
          .waitFor({ state: 'attached', timeout: PATIENCE_MS });
      }
      await session.picture('start');
    });

    it('leads to the views, and to what is asked for', async () => {
      const { stevedore, workbench } = session.ui();
      await stevedore.open();
      await (await stevedore.view('Containers')).row('started');
      await show();
      await unfold('containers');
      await step('containers').getByRole('button', { name: 'Show Containers' }).click();
      await eventually('the first step to be done', () => isDone('containers'));
      assert.equal(await isDone('layers'), false);
      await unfold('logs');
      await step('logs').getByRole('button', { name: 'View Logs' }).click();
      await workbench.question(/Container/i);
      await workbench.dismiss();
      // Escape leaves the steps, too.
      await show();
      await eventually('the step to be done', () => isDone('logs'));
    });

    it('shows no error on the way', async () => {
      assert.deepEqual(await session.ui().workbench.errors(), []);
    });
  });
}
