import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { dropFiles } from '../pages/drop.ts';
import type { UiSession } from '../pages/ui.ts';
import { PATIENCE_MS, eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';

/** Files of containers, images and volumes, looked through and changed in the trees. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (name: string) => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view(name);
  };
  const archived = async (path: string) =>
    String((await engine.look(`/containers/box/archive?path=${path}`)) ?? '');
  const row = (label: string) => {
    const { page } = session.ui();
    return page.locator('.sidebar .monaco-list-row', {
      has: page.locator('.label-name', { hasText: new RegExp(`^${label}$`) }),
    });
  };
  const shows = (text: string) =>
    eventually(`${text} in the editor`, async () =>
      (await session.ui().editor.lines()).join('\n').includes(text),
    );

  describe('files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stevedore-files-'));
    before(async () => {
      await engine.clear();
      await engine.base();
      // Only rows in sight are drawn, so the view that is looked at gets the room of the others.
      for (const name of ['Images', 'Builds', 'Registries', 'Volumes'])
        await (await open(name)).fold();
      const script = 'echo hello > /greeting.txt; exec sleep 100000';
      await engine.run('box', ['sh', '-c', script]);
      await eventually('the greeting', async () =>
        (await archived('/greeting.txt')).includes('hello'),
      );
    });
    after(async () => {
      rmSync(folder, { recursive: true, force: true });
      await engine.clear();
      await (await open('Volumes')).fold();
      for (const name of ['Images', 'Builds', 'Registries']) await open(name);
    });

    it('are looked through and opened', async () => {
      const view = await open('Containers');
      await view.row('box');
      await view.expand('box');
      await view.expand('Files');
      await view.expand('bin');
      await view.until('sh', 'to be a link', ({ description }) => /→ busybox/.test(description));
      // A click folds it again.
      await view.click('bin');
      await view.until('bin', 'to be folded', ({ expanded }) => expanded === false);
      await view.hover('greeting.txt', /Owner/);
      await view.click('greeting.txt');
      await shows('hello');
    });

    it('are edited and saved', async () => {
      const { editor } = session.ui();
      await editor.replaceLine(1, 'goodbye');
      await editor.save();
      await eventually('the saved text', async () =>
        (await archived('/greeting.txt')).includes('goodbye'),
      );
      await session.ui().workbench.closeAll();
    });

    it('are made, renamed and deleted after a question', async () => {
      const { workbench } = session.ui();
      const view = await open('Containers');
      await view.menu('Files', 'New Folder…');
      await workbench.question(/New folder/);
      await workbench.answer('made');
      await view.row('made');
      await view.menu('made', 'New File…');
      await workbench.question(/New file/);
      await workbench.answer('inner.txt');
      await view.expand('made');
      await view.row('inner.txt');
      await view.menu('inner.txt', 'Rename…');
      await workbench.question(/Rename inner.txt/);
      await workbench.answer('outer.txt');
      await view.row('outer.txt');
      await workbench.closeAll();
      await view.menu('made', 'Delete…');
      assert.match(await workbench.dialog(), /Delete \/made in box\?/);
      await workbench.dialogButton('Delete');
      await view.gone('made');
      assert.equal(await engine.look('/containers/box/archive?path=/made'), undefined);
    });

    it('refuse a name that is taken', async () => {
      const { workbench } = session.ui();
      const view = await open('Containers');
      await view.menu('Files', 'New File…');
      await workbench.answer('greeting.txt');
      await workbench.notified(/There is a .*greeting\.txt.* already/);
      await workbench.clearNotifications();
      assert.match(await archived('/greeting.txt'), /goodbye/);
    });

    it('are sent and brought', async () => {
      const { workbench } = session.ui();
      const view = await open('Containers');
      writeFileSync(join(folder, 'sent.txt'), 'sent from here');
      await view.menu('Files', 'Upload…');
      await workbench.answerFile(join(folder, 'sent.txt'));
      await view.row('sent.txt');
      assert.match(await archived('/sent.txt'), /sent from here/);
      await view.menu('greeting.txt', 'Download…');
      await workbench.answerFile(folder);
      await workbench.notified(/Downloaded greeting\.txt/);
      await eventually('the file', async () => existsSync(join(folder, 'greeting.txt')));
      assert.match(readFileSync(join(folder, 'greeting.txt'), 'utf8'), /goodbye/);
      await workbench.clearNotifications();
    });

    it('are gone to by their path', async () => {
      const { workbench } = session.ui();
      const view = await open('Containers');
      await view.inline('Files', 'Go to Path…');
      await workbench.question(/Go to a path in box/);
      await workbench.answer('/greeting.txt');
      await shows('goodbye');
      await workbench.closeAll();
      await view.inline('Files', 'Go to Path…');
      await workbench.question(/Go to a path in box/);
      await workbench.answer('bin');
      await view.until('bin', 'to be unfolded', ({ expanded }) => expanded === true);
      await view.click('bin');
    });

    it('are compared with the same one in another container', async () => {
      const { workbench, editor } = session.ui();
      const script = 'echo of the twin > /greeting.txt; exec sleep 100000';
      await engine.run('twin', ['sh', '-c', script]);
      await eventually('its greeting', async () =>
        String(await engine.look('/containers/twin/archive?path=/greeting.txt')).includes('of the'),
      );
      const view = await open('Containers');
      await view.row('twin');
      await view.menu('greeting.txt', 'Compare with the Same Path in…');
      await workbench.question(/Compare \/greeting\.txt with that in/);
      assert.ok(!(await workbench.choices()).some((choice) => choice.startsWith('box,')));
      await workbench.pick('twin');
      await editor.sides('of the twin', 'goodbye');
      await workbench.closeAll();
      await engine.api('DELETE', '/containers/twin?force=1');
      await view.gone('twin');
    });

    it('that differ from the image are told', async () => {
      const { workbench } = session.ui();
      const view = await open('Containers');
      await view.expand('Changed Files');
      const changes = async () =>
        (await view.rows())
          .filter(({ aria }) => /, (added|modified|deleted)/.test(aria))
          .map(({ label, description }) => `${label} ${description}`)
          .sort()
          .join();
      await eventually(
        'what differs',
        async () => (await changes()) === 'greeting.txt A  /,sent.txt A  /',
      );
      await workbench.closeAll();
    });

    it('are moved by dragging them onto a folder', async () => {
      const view = await open('Containers');
      await view.click('sent.txt');
      await row('sent.txt').first().dragTo(row('bin').first());
      await eventually('the moved file', async () =>
        (await archived('/bin/sent.txt')).includes('sent from here'),
      );
      await eventually('no file where it was', async () => (await archived('/sent.txt')) === '');
      await session.ui().workbench.closeAll();
    });

    it('come from outside of the editor by dropping them onto a folder', async () => {
      const { page } = session.ui();
      const view = await open('Containers');
      // Each byte that is one in UTF-8 too, for archives are compared as text here.
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 128));
      const [large, odd] = [join(folder, 'dropped.bin'), join(folder, 'of "two" names.txt')];
      writeFileSync(large, bytes);
      writeFileSync(odd, 'the second one');
      await dropFiles(page, row('bin').first(), [large, odd]);
      await eventually('the dropped file', async () =>
        (await archived('/bin/dropped.bin')).includes(bytes.toString()),
      );
      await eventually('the other one', async () =>
        (await archived(`/bin/${encodeURIComponent('of "two" names.txt')}`)).includes('the second'),
      );
      await view.expand('bin');
      await view.row('dropped.bin');
      // Onto a file: it goes to the folder that this one is in. What was dropped before has another row, among what changed.
      writeFileSync(join(folder, 'beside.txt'), 'beside it');
      await dropFiles(page, row('busybox').first(), [join(folder, 'beside.txt')]);
      await eventually('the file beside', async () =>
        (await archived('/bin/beside.txt')).includes('beside it'),
      );
      await view.click('bin');
      await dropFiles(page, row('box').first(), [odd]);
      await session.ui().workbench.notified(/dropped onto what is below .Files./);
      await session.ui().workbench.clearNotifications();
      await session.ui().workbench.closeAll();
    });

    it('are compared with those of the image', async () => {
      const { editor, workbench } = session.ui();
      const view = await open('Containers');
      await engine.api('POST', '/commit?container=box&repo=texts&tag=1', {});
      const script = 'echo changed > /greeting.txt; exec sleep 100000';
      await engine.run('differs', ['sh', '-c', script], { Image: 'texts:1' });
      await view.click('box');
      await view.expand('differs');
      await view.expand('Changed Files');
      await view.until('greeting.txt', 'to be modified', ({ description }) =>
        description.startsWith('M'),
      );
      await view.click('greeting.txt');
      await editor.sides('goodbye', 'changed');
      await workbench.closeAll();
    });

    it('are a folder of the workspace, edited there like any other', async function () {
      // Two windows begin one after the other, and perhaps two more.
      this.timeout(240_000);
      const opened = async () => {
        const ui = await session.anotherWindow();
        const view = await ui.stevedore.open().then(() => ui.stevedore.view('Containers'));
        await view.expand('box');
        await view.menu('Files', 'Open as Workspace Folder');
        // The first folder that is added makes a workspace of the window, which begins anew with it.
        await ui.page.waitForURL(/[?&]workspace=/, { timeout: PATIENCE_MS });
        await ui.explorer.open();
        const title = ui.page.locator('.sidebar .pane-header .title').first();
        const named = async () => /^\s*Untitled/.test(await title.innerText());
        const isThere = await eventually('the folders', named, 10_000).catch(() => false);
        return isThere ? ui : undefined;
      };
      // VS Code keeps the workspace in the browser's database, and may leave the page before it is there.
      const ui = (await opened()) ?? (await opened());
      assert.ok(ui, 'the workspace has no folders');
      const { explorer, editor, workbench } = ui;
      const folders = await explorer.view(/^\s*Untitled/);
      // The explorer reads its folders anew, and folds them, once the extension has begun.
      const isThere = async () =>
        (await folders.rows()).some(({ label }) => label === 'greeting.txt');
      const unfolds = async () => {
        // Only rows in sight are drawn, and other tests leave much in the other folder.
        if ((await folders.row('hello')).expanded === true) await folders.click('hello');
        if ((await folders.row('box')).expanded !== true) await folders.click('box');
        return eventually('its files', isThere, 8000);
      };
      await eventually('the folder to unfold', unfolds, 100_000);
      await folders.click('greeting.txt');
      await eventually('the greeting', async () =>
        (await editor.lines()).join('\n').includes('goodbye'),
      );
      await editor.replaceLine(1, 'from the explorer');
      await editor.save();
      await eventually('the saved text', async () =>
        (await archived('/greeting.txt')).includes('from the explorer'),
      );
      assert.deepEqual(await workbench.errors(), []);
    });

    it('of images are read, of volumes changed', async () => {
      const { workbench } = session.ui();
      await engine.api('POST', '/volumes/create', { Name: 'jar' });
      const volumes = await open('Volumes');
      await volumes.row('jar');
      await volumes.expand('jar');
      await volumes.menu('Files', 'New File…');
      await workbench.answer('in-the-jar');
      await volumes.expand('Files');
      await volumes.row('in-the-jar');
      await workbench.closeAll();
    });

    it('of a folder that is unfolded while a file is made in it are there', async () => {
      const { workbench } = session.ui();
      const volumes = await open('Volumes');
      await volumes.collapse('jar');
      await (await open('Containers')).fold();
      for (let round = 0; round < 6; round++) {
        const name = `jar-${round}`;
        await engine.api('POST', '/volumes/create', { Name: name });
        await volumes.expand(name);
        await volumes.menu('Files', 'New File…');
        await workbench.answer(`in-${name}`);
        await new Promise((done) => setTimeout(done, round * 60));
        await volumes.expand('Files');
        await volumes.row(`in-${name}`);
        await volumes.collapse(name);
      }
      await workbench.closeAll();
      await open('Containers');
    });
  });
}
