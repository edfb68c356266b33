import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';
import { buildFolder } from '../support/forms.ts';
import { machineSettings } from '../support/settings.ts';

const CHECK = "Stevedore Images: Run Docker's Build Checks";

/** What is made of a Dockerfile that has unsaved changes. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const path = (folder: string) => join(session.workspace, folder, `${folder}.Dockerfile`);
  const write = (folder: string, dockerfile: string) => {
    mkdirSync(join(session.workspace, folder), { recursive: true });
    writeFileSync(path(folder), dockerfile);
  };
  /** In a browser VS Code saves by itself after a moment, on a desktop it does not. */
  const settings = (more: Record<string, unknown> = {}) =>
    machineSettings(session.workspace, { 'files.autoSave': 'off', ...more });
  /** Whether the engine's frontend has checks. */
  let checks = false;

  describe('a Dockerfile with unsaved changes', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      await session.ui().workbench.closeAll();
      settings();
      checks = Number((await engine.api('GET', '/version')).Version.split('.')[0]) >= 28;
    });
    after(async () => {
      machineSettings(session.workspace, {});
      const { workbench } = session.ui();
      await workbench.run('File: Revert File');
      await workbench.closeAll();
      await engine.clear();
    });

    it('is checked by the engine as the editor has it, where the engine can', async () => {
      const { workbench, editor } = session.ui();
      const text = 'FROM busybox:1.35\nRUN true\nRUN true\nCMD ["sh"]\n';
      write('checked', text);
      // What is marked then is the engine's.
      const off = { MaintainerDeprecated: 'off', DL4000: 'off' };
      settings({ 'stevedore.dockerfile.lint.rules': off });
      await workbench.open('checked/checked.Dockerfile');
      await editor.replaceLine(3, 'MAINTAINER me');
      await workbench.run(CHECK);
      if (checks) {
        await workbench.notified('The engine’s own checks find 1 problem.');
        await editor.squiggles('warning', (count) => count > 0);
        await editor.problems((found) =>
          found.some(({ text }) => /Engine check\W*MaintainerDeprecated.*\[Ln 3, /.test(text)),
        );
        await session.picture('check');
      } else {
        await workbench.notified(
          /does not check Dockerfiles: that needs Docker 27 or later, or “# syntax=docker\/dockerfile:1” as the file’s first line/,
        );
        await session.picture('check-not-supported');
      }
      assert.equal(readFileSync(path('checked'), 'utf8'), text);
      settings();
      await workbench.clearNotifications();
    });

    it('is marked once where the engine finds what Stevedore has found', async () => {
      const { workbench, editor } = session.ui();
      await workbench.open('checked/checked.Dockerfile');
      // Its own rule is on again; with the line edited the engine's finding of before goes.
      await editor.replaceLine(3, 'MAINTAINER somebody else');
      const marked = await editor.squiggles('error', (count) => count > 0);
      await workbench.run(CHECK);
      await workbench.notified(
        checks
          ? 'The engine’s own checks find nothing that is not marked already.'
          : /does not check Dockerfiles/,
      );
      assert.equal(await editor.squiggles('error', (count) => count > 0), marked);
      await editor.problems(
        (found) => found.filter(({ text }) => text.includes('MAINTAINER')).length === 1,
      );
      await editor.replaceLine(3, 'RUN true');
      await workbench.clearNotifications();
    });

    it('is built as the editor has it when it is not to be saved first', async () => {
      const { workbench, editor, terminal, page } = session.ui();
      const text = 'FROM busybox:1.35\nRUN echo of-the-file\nLABEL from=file\n';
      write('unsaved', text);
      settings({ 'stevedore.build.saveFirst': false });
      await workbench.open('unsaved/unsaved.Dockerfile');
      await editor.replaceLine(2, 'RUN echo of-the-editor');
      await editor.replaceLine(3, 'LABEL from=editor');
      await buildFolder(session, 'unsaved', { Tag: 'unsaved:1' });
      await workbench.notified(/Built unsaved:1/);
      await terminal.shows('RUN echo of-the-editor');
      assert.deepEqual((await engine.look('/images/unsaved:1/json')).Config.Labels, {
        from: 'editor',
      });
      assert.equal(readFileSync(path('unsaved'), 'utf8'), text);
      assert.equal(await page.locator('.tab.active.dirty').count(), 1);
      await session.picture('unsaved');
      await workbench.clearNotifications();
    });

    it('is saved first otherwise', async () => {
      const { workbench, page } = session.ui();
      settings();
      await workbench.open('unsaved/unsaved.Dockerfile');
      await workbench.run('Stevedore Images: Build Image Again');
      await workbench.notified(/Built unsaved:1/);
      await eventually('the file to be saved', async () =>
        readFileSync(path('unsaved'), 'utf8').includes('LABEL from=editor'),
      );
      await page.locator('.tab.active.dirty').waitFor({ state: 'hidden' });
      await workbench.clearNotifications();
    });
  });
}
