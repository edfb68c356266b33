import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import type { View } from '../pages/views.ts';
import { rawEngine } from '../support/engine.ts';
import { buildFolder, fillForm, turnOn } from '../support/forms.ts';
import { processes } from '../support/processes.ts';
import type { Json } from '../support/engine.ts';

/** Building, running, moving and removing images. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const registry = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Images');
  };
  const write = (
    folder: string,
    dockerfile: string,
    more: Record<string, string | Buffer> = {},
  ) => {
    const path = join(session.workspace, folder);
    mkdirSync(path, { recursive: true });
    // Names of their own, for one Dockerfile in a tab looks like another.
    for (const [name, content] of Object.entries({ [`${folder}.Dockerfile`]: dockerfile, ...more }))
      writeFileSync(join(path, name), content);
  };
  const fill = (title: RegExp, fields: Record<string, string>, go: string) =>
    fillForm(session, title, fields, go);
  const build = (folder: string, fields: Record<string, string>) =>
    buildFolder(session, folder, fields);
  const failure = async (): Promise<string> => {
    const [message = ''] = await eventually('an error', async () => {
      const errors = await session.ui().workbench.errors();
      return errors.length > 0 && errors;
    });
    return message;
  };
  const image = (reference: string): Promise<Json> => engine.look(`/images/${reference}/json`);

  describe('images', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      // Only rows in sight are drawn, so the view gets the room of another.
      await open();
      await (await session.ui().stevedore.view('Registries')).fold();
    });
    after(async () => {
      await session.ui().workbench.closeAll();
      await engine.clear();
    });

    it('builds with a tag, arguments and a target, and remembers the answers', async () => {
      const { workbench, terminal } = session.ui();
      write(
        'staged',
        'FROM busybox:1.35 AS first\nARG WORD=none\nRUN echo "word is $WORD"\nLABEL word=$WORD\nFROM first\nLABEL last=yes\n',
      );
      const view = await open();
      await build('staged', {
        Tag: 'staged:1',
        'Target stage': 'first',
        'Build arguments': 'WORD="two words"',
      });
      await workbench.notified(/Built staged:1/);
      await terminal.shows(/word is two words[^]*naming to \S*staged:1/);
      assert.deepEqual((await image('staged:1')).Config.Labels, { word: 'two words' });
      await view.row('staged');
      await workbench.clearNotifications();
      await workbench.run('Stevedore Images: Build Image…');
      await workbench.question(/^Build staged/);
      assert.match((await workbench.choices()).join('\n'), /staged:1[^]*WORD="two words"/);
      await workbench.dismiss();
    });

    it('builds from the menu of a Dockerfile in the explorer', async () => {
      const { workbench, page } = session.ui();
      await workbench.run('File: Focus on Files Explorer');
      const entry = page.locator('.explorer-folders-view .monaco-list-row', {
        hasText: /^Dockerfile$/,
      });
      await entry.last().click({ button: 'right' });
      const item = page.locator('.monaco-menu .action-label', { hasText: /^Build Image…$/ });
      await item.hover();
      await eventually('the menu to take it', async () => {
        if ((await item.count()) === 0) return true;
        await item.click({ timeout: 1000 });
        return (await item.count()) === 0;
      });
      await workbench.question(/^Build .*Dockerfile$/);
      await workbench.dismiss();
      await session.ui().stevedore.open();
    });

    it('says which step of a build failed, and with what', async () => {
      const { workbench, terminal, editor } = session.ui();
      write('broken', 'FROM busybox:1.35\nRUN echo before\nRUN sh -c "exit 7"\n');
      await build('broken', { Tag: 'broken:1' });
      const message = await failure();
      assert.match(message, /^broken:1 was not built: RUN .* on line 3 ended with exit code 7\./);
      await terminal.shows(/before[^]*7/);
      await workbench.notificationButton(/broken:1 was not built/, 'Show Log');
      await eventually('the log of the build', async () => {
        const lines = (await editor.lines()).join('\n');
        return /RUN echo before[^]*before[^]*exit code: 7/.test(lines);
      });
      assert.equal(await image('broken:1'), undefined);
      await workbench.clearNotifications();
    });

    it('stops the engine when a build is cancelled', async () => {
      const { workbench } = session.ui();
      write('slow', 'FROM busybox:1.35\nRUN sleep 3017\n');
      await build('slow', { Tag: 'slow:1' });
      const sleeping = async () => processes('sleep', '3017');
      await eventually('the step to run', async () => (await sleeping()) > 0);
      await eventually('the status bar to tell of it', async () =>
        (await workbench.statusBar()).some((entry) =>
          /Building slow:1: .*RUN sleep 3017/.test(entry),
        ),
      );
      // By the keyboard alone.
      await workbench.run('Stevedore Builds: Cancel');
      await workbench.pickMany(['slow:1']);
      await eventually('the engine to stop', async () => (await sleeping()) === 0);
      assert.deepEqual(await workbench.errors(), []);
      assert.equal(await image('slow:1'), undefined);
    });

    it('runs with the exposed port, environment, mount, command and removal', async () => {
      const { workbench, stevedore } = session.ui();
      write('exposing', 'FROM busybox:1.35\nEXPOSE 8123 53/udp\nCMD ["sleep", "100000"]\n');
      await build('exposing', { Tag: 'exposing:1' });
      await workbench.notified(/Built exposing:1/);
      await workbench.clearNotifications();
      const view = await open();
      await view.expand('exposing');
      await view.inline('1', 'Run…');
      await workbench.question(/^Run exposing:1$/);
      assert.match((await workbench.choices()).join('\n'), /8123:8123/);
      await turnOn(session, 'Remove on exit');
      await fill(
        /^Run exposing:1$/,
        {
          Name: 'ran',
          Ports: '127.0.0.1:18123:8123',
          Environment: 'A=1 GREETING="hello there"',
          Mounts: 'cache:/var/cache ./staged:/src:ro',
          Command: "sh -c 'sleep 5000'",
        },
        'Run',
      );
      await (await stevedore.view('Containers')).row('ran');
      const { Config, HostConfig, Mounts } = await engine.look('/containers/ran/json');
      assert.ok(Config.Env.includes('GREETING=hello there'));
      assert.deepEqual(Config.Cmd, ['sh', '-c', 'sleep 5000']);
      assert.equal(HostConfig.AutoRemove, true);
      assert.deepEqual(HostConfig.PortBindings['8123/tcp'], [
        { HostIp: '127.0.0.1', HostPort: '18123' },
      ]);
      const mounts = (Mounts as Json[])
        .sort((a, b) => (a.Type < b.Type ? -1 : 1))
        .map(({ Type, Name, Source, Destination, RW }) => [Type, Name ?? Source, Destination, RW]);
      assert.deepEqual(mounts, [
        ['bind', join(session.workspace, 'staged'), '/src', false],
        ['volume', 'cache', '/var/cache', true],
      ]);
      await view.menu('1', 'Run…');
      await workbench.question(/^Run exposing:1$/);
      const remembered = (await workbench.choices()).join('\n');
      assert.match(remembered, /127\.0\.0\.1:18123:8123[^]*hello there[^]*cache:\/var\/cache/);
      await workbench.pick('Run');
      // Its port is taken by the first one: one sentence that says so, and no container left behind.
      assert.match(await failure(), /port/i);
      await workbench.clearNotifications();
      await engine.api('DELETE', '/containers/ran?force=1');
    });

    it('refuses a port that is none while it is typed', async () => {
      const { workbench, page } = session.ui();
      const view = await open();
      await view.menu('1', 'Run…');
      await workbench.question(/^Run exposing:1$/);
      await workbench.pick('Ports');
      await workbench.question(/: Ports/);
      await page.keyboard.type('99999:1');
      await workbench.question(/not a number from 1 to 65535/);
      await page.keyboard.press('Escape');
      await workbench.question(/^Run exposing:1$/);
      await workbench.dismiss();
    });

    it('runs interactively on a terminal that knows its size, and leaves nothing', async () => {
      const { terminal, workbench } = session.ui();
      const view = await open();
      await view.expand('busybox');
      await view.menu('1.35', 'Run Interactively');
      await terminal.shows(/[#$] ?$/);
      await terminal.type('stty size; tty-$((40+2))\n');
      const screen = await terminal.shows(/tty-42/);
      const [, rows = '0', columns = '0'] = /(\d+) (\d+)\n/.exec(screen) ?? [];
      assert.ok(Number(rows) > 3 && Number(columns) > 40, screen);
      await workbench.run('View: Toggle Maximized Panel');
      // It hears of its size a moment after it has been given it.
      await eventually('a taller terminal', async () => {
        await terminal.type('stty size\n');
        const text = await terminal.text();
        const sizes = [...text.matchAll(/^(\d+) \d+$/gm)].map(([, n]) => Number(n));
        if ((sizes.at(-1) ?? 0) > Number(rows) && sizes.length > 1) return true;
        throw new Error(text);
      });
      await workbench.run('View: Toggle Maximized Panel');
      await terminal.type('exit\n');
      await terminal.shows(/Ended|exit code/);
      await eventually('the container to go', async () => {
        const all: Json[] = await engine.api('GET', '/containers/json?all=1');
        return all.length === 0;
      });
    });

    it('says in a sentence that an image cannot be pulled', async () => {
      const { workbench } = session.ui();
      await workbench.run('Stevedore Images: Pull Image…');
      await workbench.question(/Pull an image/);
      await workbench.answer(`${registry}/team/missing:1`);
      const message = await failure();
      assert.match(message, /team\/missing:1/);
      assert.match(message, /not found|does not exist|not there|manifest unknown/i);
      await workbench.clearNotifications();
    });

    it('tags, pushes, removes and pulls again', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('1.35', 'Tag…');
      await workbench.question(/Another tag/);
      await workbench.answer(`${registry}/team/box:2`);
      await view.expand(`${registry}/team/box`);
      assert.ok((await image('busybox:1.35')).RepoTags.includes(`${registry}/team/box:2`));
      await view.inline('2', 'Push…');
      await workbench.pick(`${registry}/team/box:2`);
      await workbench.notified(/Pushed .*box:2/);
      const pushed = await fetch(`http://${registry}/v2/team/box/tags/list`);
      assert.deepEqual(await pushed.json(), { name: 'team/box', tags: ['2'] });
      await workbench.clearNotifications();
      await view.menu('2', 'Remove…');
      assert.match(await workbench.dialog(), /Remove the image .*team\/box:2\?/);
      await workbench.dialogButton('Remove');
      await view.gone(`${registry}/team/box`);
      assert.equal(await image(`${registry}/team/box:2`), undefined);
      await workbench.run('Stevedore Images: Pull Image…');
      await workbench.answer(`${registry}/team/box:2`);
      await view.row(`${registry}/team/box`);
    });

    it('saves to a file and loads from it', async () => {
      const { workbench } = session.ui();
      const view = await open();
      const file = join(session.workspace, 'archive.tar');
      await view.menu('1', 'Save to File…');
      await workbench.answerFile(file);
      await workbench.notified(/Saved exposing:1/);
      assert.ok(existsSync(file) && statSync(file).size > 1_000_000);
      await workbench.clearNotifications();
      const { Id } = await image('exposing:1');
      await view.menu('exposing', 'Remove…');
      await workbench.dialogButton('Remove');
      await view.gone('exposing');
      await workbench.run('Stevedore Images: Load from File…');
      await workbench.answerFile(file);
      await workbench.notified(/Loaded exposing:1/);
      assert.equal((await image('exposing:1')).Id, Id);
      await workbench.clearNotifications();
    });

    it('shows dangling images when asked, and removes them', async () => {
      const { workbench, stevedore } = session.ui();
      const view = await open();
      const { Id } = await image('exposing:1');
      await engine.api('DELETE', '/images/exposing:1?noprune=1').catch(() => undefined);
      write('dangling', 'FROM scratch\nCOPY dangling.Dockerfile /one\n');
      await build('dangling', { Tag: '' });
      await workbench.notified(/Built dangling/);
      await workbench.clearNotifications();
      assert.ok(Id);
      const labels = async () => (await view.rows()).map(({ label }) => label);
      assert.ok(!(await labels()).includes('<none>'));
      await (await stevedore.view('Images')).click('busybox');
      await view.overflow('Show Dangling Images');
      await view.row('<none>');
      await workbench.run('Stevedore Images: Remove Unused Images…');
      await workbench.pick('Dangling images');
      await workbench.dialogButton('Remove');
      await view.gone('<none>');
      await view.overflow('Hide Dangling Images');
      await workbench.clearNotifications();
    });

    it('inspects, and copies tag and id', async () => {
      const { workbench, editor, page } = session.ui();
      const view = await open();
      await view.expand('busybox');
      const { Id } = await image('busybox:1.35');
      for (const [entry, text] of [
        ['Copy Tag', 'busybox:1.35'],
        ['Copy ID', Id],
      ]) {
        await view.menu('1.35', entry);
        await eventually(
          `${text} on the clipboard`,
          async () => (await page.evaluate('navigator.clipboard.readText()')) === text,
        );
      }
      await view.menu('1.35', 'Inspect');
      await eventually('the id', async () => (await editor.lines()).join('\n').includes(Id));
      await workbench.closeAll();
    });

    it('shows a push layer by layer, and cancels it half-way', async () => {
      const { workbench } = session.ui();
      const started = { open: 0 };
      // A registry that takes its time: once it had every byte, the engine would wait for its answer whatever happens.
      const hungry = createServer((request, answer) => {
        if (request.method === 'HEAD') return answer.writeHead(404).end();
        if (request.method === 'POST')
          return answer.writeHead(202, { location: `${request.url}1` }).end();
        if (request.method !== 'PATCH') return answer.writeHead(200).end('{}');
        started.open++;
        answer.on('close', () => started.open--);
        request.on('data', () => {
          request.pause();
          setTimeout(() => request.resume(), 20);
        });
      });
      await new Promise<void>((done) => hungry.listen(0, '127.0.0.1', done));
      const reference = `127.0.0.1:${(hungry.address() as AddressInfo).port}/team/box:1`;
      await engine.bulky(reference);
      const view = await open();
      await view.expand(reference.slice(0, -2));
      await view.menu('1', 'Push…');
      await workbench.pick(reference);
      await eventually('the push', async () => started.open > 0);
      await workbench.notified(/Pushing .*: 0\/1/);
      await workbench.notificationButton(/Pushing/, 'Cancel');
      await eventually('the engine to let go', async () => started.open === 0);
      assert.deepEqual(await workbench.errors(), []);
      hungry.closeAllConnections();
      hungry.close();
    });

    it('removes several tags at once', async () => {
      const { workbench, stevedore } = session.ui();
      // Only rows in sight are drawn.
      await (await stevedore.view('Builds')).fold();
      const view = await open();
      for (const tag of ['a', 'b', 'c'])
        await engine.api('POST', `/images/busybox:1.35/tag?repo=many&tag=${tag}`);
      await view.expand('many');
      await view.click('a');
      await view.click('c', ['Control']);
      await view.menu('c', 'Remove…');
      assert.match(await workbench.dialog(), /2 images: many:a, many:c/);
      await workbench.dialogButton('Remove');
      for (const tag of ['a', 'c']) await view.gone(tag);
      assert.ok(await image('many:b'));
      assert.equal(await image('many:c'), undefined);
    });
  });
}
