import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import { rawEngine } from '../support/engine.ts';

const SHOW = 'Stevedore Builds: Show a Build that the Engine Remembers…';

/** Builds of a terminal, which the engine remembers. */
export function tests(session: UiSession): void {
  const engine = rawEngine();

  /** Builds as a person does who has not heard of Stevedore. */
  const buildx = async (folder: string, dockerfile: string, words: string): Promise<void> => {
    const { workbench, terminal } = session.ui();
    mkdirSync(join(session.workspace, folder), { recursive: true });
    writeFileSync(join(session.workspace, folder, 'Dockerfile'), dockerfile);
    await workbench.run('Terminal: Create New Terminal');
    // The editor has a configuration of its own, without docker's plugins.
    const config = process.env['DOCKER_CONFIG'] ?? '';
    await terminal.type(`DOCKER_CONFIG=${config} docker buildx build ${words} ${folder}; exit 0\n`);
    await eventually('the terminal to close', async () => (await terminal.names()).length === 0);
  };
  /** Chooses one of the builds, and what to do with it. */
  const choose = async (name: RegExp, act: string): Promise<void> => {
    const { workbench } = session.ui();
    await workbench.run(SHOW);
    await workbench.question(/^Builds that the engine remembers/);
    await workbench.pick(name);
    await workbench.question(name);
    await workbench.pick(act);
  };
  const choices = async (): Promise<string[]> => {
    const { workbench } = session.ui();
    await workbench.run(SHOW);
    await workbench.question(/^Builds that the engine remembers/);
    const found = await workbench.choices();
    await workbench.dismiss();
    return found;
  };

  describe('builds that the engine remembers', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      await session.ui().workbench.closeAll();
      await session.ui().workbench.run('Terminal: Kill All Terminals');
    });
    after(async () => {
      await session.ui().workbench.closeAll();
      await engine.clear();
    });

    it('are those of a terminal, too, by the names that their images got', async () => {
      const { workbench } = session.ui();
      await buildx(
        'elsewhere',
        'FROM busybox:1.35 AS first\nRUN echo written-$((40+2))\nRUN sleep 1\n',
        '-t elsewhere:1 --target first',
      );
      await buildx(
        'unlucky',
        'FROM busybox:1.35\nRUN echo because-$((6*7)) && exit 9\n',
        '-t unlucky:1',
      );
      await workbench.run(SHOW);
      await workbench.question(/^Builds that the engine remembers/);
      const found = await workbench.choices();
      await session.picture('past-builds');
      await workbench.dismiss();
      assert.ok(
        found.some((label) => /elsewhere:1 \(first\).* s {2}<1 min ago/.test(label)),
        found.join('\n'),
      );
      assert.ok(
        found.some((label) => /Exit code 9: echo because/.test(label)),
        found.join('\n'),
      );
    });

    it('show their steps with what these wrote', async () => {
      const { editor, page } = session.ui();
      await choose(/elsewhere:1/, 'Show Steps and Log');
      const lines = await eventually('the log', async () => {
        const found = await editor.lines();
        return found.some((line) => /RUN sleep 1 {2}\d+\.\d s$/.test(line)) && found;
      });
      assert.match(lines.join('\n'), /RUN echo written-\S+ .*\n {4}written-42$/m);
      assert.match(await page.locator('.tab.active').innerText(), /elsewhere/);
      await session.picture('past-build');
      await choose(/Dockerfile$|unlucky:1/, 'Show Steps and Log');
      await eventually('the log of the failed one', async () =>
        /because-42[^]*exit code: 9/.test((await editor.lines()).join('\n')),
      );
      await session.picture('past-build-failed');
    });

    it('are kept when that is asked for, until it is taken back', async () => {
      await choose(/elsewhere:1/, 'Have the Engine Keep It');
      await eventually('it to be kept', async () =>
        (await choices()).some((label) => /elsewhere:1.*kept/.test(label)),
      );
      await choose(/elsewhere:1/, 'Let the Engine Forget It in Time');
      await eventually('it to be free', async () =>
        (await choices()).every((label) => !/elsewhere:1.*kept/.test(label)),
      );
    });

    it('are forgotten after a question that names them', async () => {
      const { workbench } = session.ui();
      await choose(/elsewhere:1/, 'Have the Engine Forget It…');
      assert.match(
        await workbench.dialog(),
        /forget the build elsewhere:1 \(first\) of <?1 min ago/,
      );
      await session.picture('past-build-forget');
      await workbench.dialogButton('Cancel');
      assert.ok((await choices()).some((label) => label.includes('elsewhere:1')));
      await choose(/elsewhere:1/, 'Have the Engine Forget It…');
      await workbench.dialog();
      await workbench.dialogButton('Forget');
      await eventually('it to be gone', async () =>
        (await choices()).every((label) => !label.includes('elsewhere:1')),
      );
      // What it made stays.
      assert.ok(await engine.look('/images/elsewhere:1/json'));
      assert.deepEqual(await workbench.errors(), []);
    });
  });
}
