import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { PATIENCE_MS } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';

/** A folder that nobody has trusted yet: VS Code's Restricted Mode. */
export function tests(session: UiSession): void {
  describe('a folder that is not trusted', () => {
    const engine = rawEngine();
    before(async () => {
      await engine.base();
      mkdirSync(join(session.workspace, 'doubtful'), { recursive: true });
      writeFileSync(
        join(session.workspace, 'doubtful', 'doubtful.Dockerfile'),
        'FROM busybox:1.35 as made\nRUN true\n',
      );
    });
    after(() => engine.clear());

    it('is edited and looked at, is not built from, and says how to trust it', async function () {
      this.timeout(120_000);
      const { workbench, stevedore, editor, page } = await session.untrustedWindow();
      const restricted = page.locator('.statusbar-item', { hasText: 'Restricted Mode' });
      await restricted.waitFor({ timeout: PATIENCE_MS });
      await stevedore.open();
      await (await stevedore.view('Images')).row('busybox');
      await workbench.open('doubtful/doubtful.Dockerfile');
      await editor.squiggles('warning', (count) => count > 0);

      const refused = /this workspace is not trusted/;
      const build = page.locator('.codelens-decoration a', { hasText: /^Build$/ }).first();
      await build.click({ timeout: PATIENCE_MS });
      await workbench.notified(refused);
      await workbench.notificationButton(refused, 'Manage Workspace Trust');
      const trust = page.locator('.workspace-trust-editor');
      await trust.getByText('You are in Restricted Mode').waitFor({ timeout: PATIENCE_MS });

      await trust.locator('.monaco-button', { hasText: /^Trust$/ }).click();
      await restricted.waitFor({ state: 'hidden', timeout: PATIENCE_MS });
      await page.locator('.modal-editor-action-container .codicon-close').click();
      await trust.waitFor({ state: 'hidden', timeout: PATIENCE_MS });
      await build.click({ timeout: PATIENCE_MS });
      await workbench.question(/^Build doubtful/);
      await workbench.pick('Build');
      await workbench.notified(/^Built doubtful:latest/);
      assert.deepEqual(await workbench.errors(), []);
    });
  });
}
