import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { PATIENCE_MS, eventually } from '../pages/wait.ts';

const TEXT = `FROM busybox:1.35 as Made
ARG NAME=world
RUN echo "$NAME" > /hello
RUN apt-get install curl=1
FROM busybox:1.35
COPY --from=Made /hello /
RUN true \\
&& false
`;

/** What a person does in a Dockerfile, with the mouse and the keys. */
export function tests(session: UiSession): void {
  describe('a Dockerfile', () => {
    const path = () => join(session.workspace, 'edited', 'edited.Dockerfile');
    const open = async () => {
      const ui = session.ui();
      await ui.workbench.open('edited/edited.Dockerfile');
      return ui;
    };
    const until = (what: string, test: (text: string) => boolean) =>
      eventually(what, async () => {
        const lines = (await session.ui().editor.lines()).join('\n');
        if (!test(lines)) throw new Error(lines);
        return true;
      });

    before(() => {
      mkdirSync(join(session.workspace, 'edited'));
      writeFileSync(path(), TEXT);
    });
    after(async () => {
      const { editor, workbench } = session.ui();
      await editor.save();
      await workbench.closeAll();
    });

    it('underlines what is wrong and says it where one points', async () => {
      const { editor } = await open();
      await editor.squiggles('warning', (count) => count >= 2);
      const said = await editor.hover('apt-get', /-y/);
      assert.match(said, /DL3014/);
    });

    it('opens the page of what is wrong, from which links lead on', async () => {
      const { editor, page, workbench } = await open();
      await editor.hover('apt-get', /DL3014/);
      await page.locator('.monaco-hover:visible a', { hasText: 'DL3014' }).click();
      const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
      const leadsTo = (heading: string | RegExp) =>
        frame.getByRole('heading', { name: heading, level: 1 }).waitFor({ timeout: PATIENCE_MS });
      const follow = (name: string) =>
        frame.getByRole('link', { name, exact: true }).click({ timeout: PATIENCE_MS });
      await leadsTo(/^DL3014: /);
      await follow('All rules');
      await leadsTo('Rules');
      await follow('the language server');
      await leadsTo(/language server/i);
      await follow('a page');
      await leadsTo('Rules');
      await workbench.closeAll();
    });

    it('mends one thing from the menu of fixes', async () => {
      const { editor } = await open();
      await editor.goTo(1, 21);
      await editor.fix(/Change as to AS|AS/);
      await until('AS', (text) => text.includes('busybox:1.35 AS Made'));
    });

    it('mends all that is safe', async () => {
      const { editor, workbench } = await open();
      await editor.goTo(4, 5);
      await workbench.run('Fix All');
      await until('-y', (text) => text.includes('apt-get install -y curl=1'));
    });

    it('renames a stage and all that start from it', async () => {
      const { editor, page } = await open();
      await editor.goTo(6, 14);
      await page.keyboard.press('F2');
      await page.locator('.rename-box input').fill('kitchen');
      await page.keyboard.press('Enter');
      await until('both', (text) => /AS kitchen[\s\S]*--from=kitchen/.test(text));
    });

    it('tells the value of a variable', async () => {
      const { editor } = await open();
      assert.match(await editor.hover('$NAME', /world/), /world/);
    });

    it('completes mounts, option by option', async () => {
      const { editor, page } = await open();
      await editor.goTo(7, 5);
      await editor.type('--mount=type=');
      await editor.completions((labels) => labels.includes('cache'));
      await editor.complete('cache');
      await editor.type(',');
      await editor.completions((labels) => labels.some((label) => label.startsWith('target')));
      await page.keyboard.press('Escape');
      await editor.replaceLine(7, 'RUN true \\');
    });

    it('completes what is behind a keyword while it is typed, from its first letter on', async () => {
      const { editor, page } = await open();
      const suggestions = page.locator('.suggest-widget.visible .label-name');
      mkdirSync(join(session.workspace, 'edited', 'source'), { recursive: true });
      for (const [line, offered] of [
        ['COPY s', 'source/'],
        ['USER r', 'root'],
      ] as const) {
        await editor.replaceLine(7, '');
        await page.keyboard.type(line, { delay: 150 });
        await eventually(`${offered} alone`, async () => {
          const labels = await suggestions.allInnerTexts();
          if (labels.join() !== offered) throw new Error(labels.join());
          return true;
        });
        await page.keyboard.press('Escape');
      }
      await editor.replaceLine(7, 'RUN true \\');
    });

    it('lays out continued lines', async () => {
      const { workbench } = await open();
      await workbench.run('Format Document');
      await until('an indent', (text) => /RUN true \\\n\s+&& false/.test(text));
    });

    it('shows no error on the way', async () => {
      assert.deepEqual(await session.ui().workbench.errors(), []);
    });
  });
}
