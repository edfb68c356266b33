import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { PATIENCE_MS, eventually } from '../pages/wait.ts';
import type { View } from '../pages/views.ts';
import { rawEngine } from '../support/engine.ts';
import { buildFolder, turnOn } from '../support/forms.ts';
import { processes } from '../support/processes.ts';

/** Builds as they are followed, looked back at and done again. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Builds');
  };
  const write = (folder: string, dockerfile: string) => {
    mkdirSync(join(session.workspace, folder), { recursive: true });
    writeFileSync(join(session.workspace, folder, `${folder}.Dockerfile`), dockerfile);
  };
  const again = async (folder: string) => {
    const { workbench } = session.ui();
    await workbench.open(`${folder}/${folder}.Dockerfile`);
    await workbench.run('Stevedore Images: Build Image Again');
  };

  describe('builds', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      // Only rows in sight are drawn, so the view gets the room of others.
      await open();
      for (const name of ['Containers', 'Images', 'Registries'])
        await (await session.ui().stevedore.view(name)).fold();
    });
    after(async () => {
      const { workbench, stevedore } = session.ui();
      await workbench.closeAll();
      await stevedore.open();
      await (await stevedore.view('Builds')).fold();
      for (const name of ['Containers', 'Images', 'Registries']) await stevedore.view(name);
      await engine.clear();
    });

    it('show their steps while they run, and what came of them', async () => {
      const { workbench } = session.ui();
      write('live', 'FROM busybox:1.35\nRUN echo begun-$((40+2))\nRUN sleep 8\n');
      const view = await open();
      await buildFolder(session, 'live', { Tag: 'live:1' });
      await view.until(/^live:1$/, 'to run', ({ aria }) => /running/.test(aria));
      await view.until(/^RUN sleep 8$/, 'to run', ({ aria }) => /running/.test(aria));
      // In the status bar, for a notification would lie over the terminal.
      await eventually('the status bar to tell of it', async () =>
        (await workbench.statusBar()).some((entry) =>
          /Building live:1: \d.*RUN sleep 8/.test(entry),
        ),
      );
      assert.deepEqual(await workbench.notifications(), []);
      await session.picture('builds-running');
      await workbench.notified(/Built live:1/);
      await view.until(/^live:1$/, 'to be completed', ({ description }) =>
        /cached {2}<1 min ago/.test(description),
      );
      await view.until(/^RUN sleep 8$/, 'to say its time', ({ description }) =>
        /^\d+(\.\d)? s/.test(description),
      );
      await workbench.clearNotifications();
    });

    it('are begun by the button of a form whose first entry is out of sight', async () => {
      const { workbench, page } = session.ui();
      write('scrolled', 'FROM busybox:1.35\nRUN true\n');
      await workbench.open('scrolled/scrolled.Dockerfile');
      await workbench.run('Stevedore Images: Build Image…');
      await workbench.question(/^Build scrolled/);
      await turnOn(session, 'Build every step anew');
      await page.locator('.quick-input-titlebar .action-label[aria-label="Build"]').click();
      await workbench.notified(/Built scrolled:latest/);
      await workbench.clearNotifications();
    });

    it('fold once another has begun after them, and stay as the person has them from then on', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.until(/^live:1$/, 'to be folded', ({ expanded }) => expanded === false);
      await view.expand(/^live:1$/);
      await again('scrolled');
      await workbench.notified(/Built scrolled:latest/);
      await workbench.clearNotifications();
      await view.until(/^live:1$/, 'to stay open', ({ expanded }) => expanded === true);
    });

    it('are cancelled by Ctrl+C in their terminal', async () => {
      const { workbench, terminal, page } = session.ui();
      write('broken-off', 'FROM busybox:1.35\nRUN sleep 3011\n');
      const view = await open();
      await buildFolder(session, 'broken-off', { Tag: 'broken-off:1' });
      await eventually('the step to run', async () => processes('sleep', '3011') > 0);
      await terminal.shows('RUN sleep 3011');
      await workbench.run('Terminal: Focus Terminal');
      await page.locator('.terminal-wrapper.active .xterm.focus').waitFor();
      await page.keyboard.press('Control+C');
      await eventually('the engine to stop', async () => processes('sleep', '3011') === 0);
      await view.until(/^broken-off:1$/, 'to be cancelled', ({ aria }) => /cancelled/.test(aria));
      await terminal.shows(/CANCELED|cancelled/i);
      assert.deepEqual(await workbench.errors(), []);
    });

    it('open the log of a step by a click, and lead to its instruction', async () => {
      const { editor } = session.ui();
      const view = await open();
      await view.click(/^RUN echo begun/);
      await eventually('the log', async () => (await editor.lines()).includes('begun-42'));
      await view.inline(/^RUN sleep 8$/, 'Go to Instruction');
      await eventually('the Dockerfile', async () =>
        // What came of it stands at its end.
        (await editor.lines()).some((line) => line.startsWith('RUN sleep 8')),
      );
    });

    it('say what each instruction came to, at its end', async () => {
      const { workbench, page } = session.ui();
      await workbench.open('live/live.Dockerfile');
      const lines = page.locator('.editor-group-container.active .view-line');
      await eventually('the hint', async () =>
        (await lines.allTextContents()).some((line) =>
          /^RUN sleep 8 ?0 B · \d+(\.\d)? s/.test(line.replaceAll('\u00a0', ' ')),
        ),
      );
    });

    it('mark the instruction that failed with its last output, until a build passes', async () => {
      const { workbench, editor, terminal } = session.ui();
      write('failing', 'FROM busybox:1.35\nRUN true\nRUN echo reason-$((6*7)) && false\n');
      await buildFolder(session, 'failing', { Tag: 'failing:1' });
      await editor.squiggles('error', (count) => count > 0);
      await editor.problems(([problem]) => /exit code 1[^]*reason-42/.test(problem?.text ?? ''));
      const view = await open();
      await view.until(/^failing:1$/, 'to be failed', ({ aria }) => /failed/.test(aria));
      await view.until(/^RUN echo reaso/, 'to say why', ({ description }) =>
        description.startsWith('exit code 1'),
      );
      await session.picture('builds-failed');
      await workbench.notificationButton(/failing:1 was not built/, 'Go to Instruction');
      await eventually('the instruction', async () =>
        (await workbench.statusBar()).some((entry) => /Ln 3, Col 1/.test(entry)),
      );
      await workbench.clearNotifications();
      await editor.goTo(3);
      await editor.fix(/^Open Step Log$/);
      await eventually('its log', async () => (await editor.lines()).includes('reason-42'));
      await workbench.open('failing/failing.Dockerfile');
      await editor.replaceLine(3, 'RUN true && true');
      await editor.save();
      await again('failing');
      await workbench.notified(/Built failing:1/);
      await editor.squiggles('error', (count) => count === 0);
      // The terminal of the build that failed has made room for this one's.
      await eventually('one terminal of the two', async () => {
        const names = await terminal.names();
        return names.filter((name) => name.includes('failing:1')).length === 1;
      });
      await workbench.clearNotifications();
    });

    it('open the log of a step that failed where it ends, for there stands why', async () => {
      const { workbench, editor } = session.ui();
      write('chatty', 'FROM busybox:1.35\nRUN seq 500; echo none-$((6*7)); false\n');
      await buildFolder(session, 'chatty', { Tag: 'chatty:1' });
      const view = await open();
      await view.until(/^chatty:1$/, 'to be failed', ({ aria }) => /failed/.test(aria));
      await workbench.clearNotifications();
      await view.click(/^RUN seq 500/);
      await eventually('the end of the log', async () =>
        (await editor.lines()).some((line) => line.includes('none-42')),
      );
      await view.menu(/^chatty:1$/, 'Open Log');
      await eventually('the end of the log of all', async () => {
        const lines = (await editor.lines()).join('\n');
        return lines.includes('none-42') && lines.includes('exit code: 1');
      });
    });

    it('have the open log of a step that runs go on with it, and its end be seen', async () => {
      const { editor } = session.ui();
      write(
        'ticking',
        'FROM busybox:1.35\nRUN echo first-$((6*7)); sleep 8; seq 300; echo last-$((6*7)); sleep 1\n',
      );
      await buildFolder(session, 'ticking', { Tag: 'ticking:1' });
      const view = await open();
      await view.until(/^RUN echo first/, 'to run', ({ aria }) => /running/.test(aria));
      await view.click(/^RUN echo first/);
      await eventually('the first line', async () => (await editor.lines()).includes('first-42'));
      await eventually('the last line', async () => (await editor.lines()).includes('last-42'));
      await session.ui().workbench.notified(/Built ticking:1/);
      await session.ui().workbench.clearNotifications();
    });

    it('are cancelled one by one', async () => {
      const { workbench } = session.ui();
      write('endless', 'FROM busybox:1.35\nRUN sleep 3019\n');
      write('other', 'FROM busybox:1.35\nRUN sleep 3023\n');
      const view = await open();
      await buildFolder(session, 'endless', { Tag: 'endless:1' });
      await buildFolder(session, 'other', { Tag: 'other:1' });
      await eventually('both to run', async () =>
        [3019, 3023].every((time) => processes('sleep', String(time)) > 0),
      );
      await view.inline(/^endless:1$/, 'Cancel');
      await eventually('the one to end', async () => processes('sleep', '3019') === 0);
      await view.until(/^endless:1$/, 'to be cancelled', ({ aria }) => /cancelled/.test(aria));
      assert.ok(processes('sleep', '3023') > 0);
      await view.inline(/^other:1$/, 'Cancel');
      await eventually('the other to end', async () => processes('sleep', '3023') === 0);
      assert.deepEqual(await workbench.errors(), []);
    });

    it('are run again as they were, and compared', async () => {
      const { workbench, page } = session.ui();
      const view = await open();
      await view.menu(/^failing:1$/, 'Run Again');
      await workbench.notified(/Built failing:1/);
      await workbench.clearNotifications();
      await view.until(/^failing:1$/, 'to be all cached', ({ description }) =>
        /(\d+)\/\1 cached/.test(description),
      );
      await view.menu(/^failing:1$/, 'Compare with Another Build…');
      await workbench.question(/^Compare failing:1/);
      await workbench.pick(/^failing:1/);
      // Drawn, for nobody reads tables of Markdown as they are written.
      const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
      await frame
        .getByRole('heading', { name: 'Two builds compared' })
        .waitFor({ timeout: PATIENCE_MS });
      await frame.getByRole('cell', { name: 'RUN true && true' }).first().waitFor();
    });

    it('open as a timeline', async () => {
      const { page } = session.ui();
      const view = await open();
      // Only rows in sight are drawn.
      await view.title('Collapse All');
      await view.inline(/^live:1$/, 'Open Timeline');
      const frame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
      await frame.getByText('RUN sleep 8').first().waitFor();
    });

    it('show what they would be sent when that is much, and leave it out when asked to', async () => {
      const { workbench } = session.ui();
      write('heavy', 'FROM busybox:1.35\nCOPY . /srv\n');
      const bulk = join(session.workspace, 'heavy', 'bulk');
      mkdirSync(bulk, { recursive: true });
      // Without content, so that it costs no disk.
      writeFileSync(join(bulk, 'model.bin'), '');
      truncateSync(join(bulk, 'model.bin'), 120_000_000);
      await buildFolder(session, 'heavy', { Tag: 'heavy:1' });
      await workbench.question(/Much of the build context \(120 MB, 2 files\) is about to be sent/);
      await workbench.pick('bulk/model.bin');
      await workbench.notified(/Built heavy:1/);
      const ignored = readFileSync(join(session.workspace, 'heavy', '.dockerignore'), 'utf8');
      assert.equal(ignored, 'bulk/model.bin\n');
      const view = await open();
      // The build that was begun to be sent less is the second: the first one was given up for it.
      await view.until(/^heavy:1$/, 'to be completed', ({ aria }) => /completed/.test(aria));
      await workbench.clearNotifications();
    });

    it('are offered the secrets that the Dockerfile asks for, and show nothing of them', async () => {
      const { workbench, page, editor } = session.ui();
      const mount = '--mount=type=secret,id=token,required=true';
      write(
        'trusted',
        `FROM busybox:1.35\nRUN ${mount} wc -c </run/secrets/token && cat /run/secrets/token\n`,
      );
      const file = join(session.workspace, 'trusted', 'token.txt');
      writeFileSync(file, 'hidden-value-4711');
      await workbench.open('trusted/trusted.Dockerfile');
      await workbench.run('Stevedore Images: Build Image…');
      await workbench.question(/^Build trusted/);
      await workbench.pick('Secrets');
      await workbench.question(/: Secrets$/m);
      const offers = await workbench.choices();
      assert.ok(
        offers.some((offer) => /^token.*required: the file that it is in/.test(offer)),
        offers.join('\n'),
      );
      await workbench.pick('token');
      await workbench.question(/: token$/m);
      await workbench.answer(file);
      await workbench.question(/: Secrets$/m);
      await page.keyboard.press('Enter');
      await workbench.question(/^Build trusted\/trusted.Dockerfile$/m);
      await session.picture('builds-secrets');
      await workbench.pick('Build');
      await workbench.notified(/Built trusted:latest/);
      await workbench.clearNotifications();
      const view = await open();
      await view.expand(/^trusted:latest$/);
      await view.click(/^RUN wc -c/);
      const lines = await eventually('the log', async () => {
        const all = await editor.lines();
        return all.includes('17') && all.includes('***') && all;
      });
      assert.doesNotMatch(lines.join('\n'), /hidden-value/);
    });

    it('are forgotten when asked to, and only then', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu(/^endless:1$/, 'Remove from History');
      await view.gone(/^endless:1$/);
      await workbench.run('Stevedore Builds: Clear History…');
      assert.match(await workbench.dialog(), /Forget \d+ builds/);
      await workbench.dialogButton('Forget');
      await view.gone(/^live:1$/);
      // What others have built on this engine stays, and none of these has become one of theirs.
      const [group] = await eventually('no other row', async () => {
        const rows = await view.rows();
        return rows.length <= 1 && rows;
      });
      if (group) {
        assert.equal(group.label, 'On the Engine');
        await view.expand('On the Engine');
        // A row is drawn as unfolded before its children are there.
        const names = await eventually('the builds of others', async () => {
          const labels = (await view.rows()).map(({ label }) => label);
          return labels.length > 1 && labels;
        });
        assert.deepEqual(
          names.filter((name) => /^(live|failing|endless|other|heavy):1/.test(name)),
          [],
        );
        await view.collapse('On the Engine');
      } else await view.welcome(/No builds yet/);
    });
  });
}
