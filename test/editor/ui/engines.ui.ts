import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { privateEngine } from '../../engine/support/privateEngine.ts';
import type { PrivateEngine } from '../../engine/support/privateEngine.ts';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import type { View } from '../pages/views.ts';
import { dockerContext, noContexts } from '../support/contexts.ts';
import { bedEngine, rawEngine } from '../support/engine.ts';

/** Listens on a socket and hands every connection to `serve`. */
async function listen(path: string, serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((done) => server.listen(path, done));
  return () =>
    new Promise<void>((done) => {
      server.close(() => done());
      for (const socket of sockets) socket.destroy();
    });
}

/** Hands a connection on to the bed's engine. */
function forward(socket: Socket): void {
  const engine = connect(bedEngine().replace('unix://', ''));
  engine.on('error', () => socket.destroy());
  socket.on('close', () => engine.destroy());
  socket.pipe(engine).pipe(socket);
}

/** Choosing engines, and engines that are away, come back, or are none. */
export function tests(session: UiSession): void {
  const bed = rawEngine();
  const directory = mkdtempSync(join(tmpdir(), 'stevedore-ui-'));
  const path = join(directory, 'faulty.sock');
  const open = async (name: string): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view(name);
  };
  const use = async (name: string) => {
    const view = await open('Engines');
    await view.inline(name, 'Use This Engine in This Window');
  };

  describe('engines', () => {
    let other: PrivateEngine;
    before(async function () {
      this.timeout(90_000);
      await bed.clear();
      await bed.base();
      await bed.create('of-the-bed', ['sleep', '1']);
      other = await privateEngine();
      dockerContext(session.workspace, 'faulty', `unix://${path}`);
      dockerContext(session.workspace, 'other', other.endpoint.url);
      const view = await open('Engines');
      await view.title('Look for Engines Again');
      await view.row('other');
    });
    after(async function () {
      this.timeout(60_000);
      noContexts(session.workspace);
      await session.ui().workbench.run('Stevedore Engines: Use the Engine that docker Uses');
      await (await open('Containers')).row('of-the-bed');
      await (await open('Engines')).fold();
      await other.end();
      rmSync(directory, { recursive: true, force: true });
      await bed.clear();
    });

    it('are found: the one that docker uses, and its contexts', async () => {
      const { workbench } = session.ui();
      const view = await open('Engines');
      await eventually('the one in use, with its version', async () => {
        const rows = await view.rows();
        const [current, ...more] = rows.filter(({ aria }) => /(?<!not )in use/.test(aria));
        const isTold = /Docker|Engine|\d+\.\d+/.test(current?.description ?? '');
        if (!isTold || more.length > 0) throw new Error(JSON.stringify(rows));
        return true;
      });
      await workbench.run('Stevedore Engines: Explain the Connection');
      assert.match(await workbench.notified(/Connected to/), /DOCKER_HOST/);
      await workbench.clearNotifications();
    });

    it('are switched for this window', async () => {
      const raw = rawEngine(other.endpoint.url);
      await raw.base();
      await raw.create('elsewhere', ['sleep', '1']);
      await use('other');
      const view = await open('Containers');
      await view.row('elsewhere');
      await view.gone('of-the-bed');
    });

    it('that restart under load leave the tree exactly right, and the selection', async function () {
      this.timeout(120_000);
      const view = await open('Containers');
      // The click unfolds the row, too, and it is to stay so.
      await view.click('elsewhere');
      await view.row('Changed Files');
      await other.stop();
      await view.row('The connection is lost');
      await other.start();
      const raw = rawEngine(other.endpoint.url);
      const labels = { 'com.docker.compose.project': 'load' };
      const names = Array.from({ length: 200 }, (_, index) => `load-${index}`);
      const worker = async () => {
        for (let name = names.shift(); name !== undefined; name = names.shift())
          await raw.create(name, ['sleep', '1'], { Labels: labels });
      };
      await Promise.all([worker(), worker(), worker(), worker()]);
      await view.gone('The connection is lost');
      await view.until('load', 'to hold 200', ({ description }) => description === '0/200 running');
      // By keys, for a click would select another row: to the group, which is folded.
      await session.ui().page.keyboard.press('Home');
      await session.ui().page.keyboard.press('ArrowLeft');
      const { selected } = await view.row('elsewhere');
      assert.ok(selected, 'the row is no longer selected');
      await eventually('the rows of before', async () => {
        const labels = (await view.rows()).map(({ label }) => label).join();
        if (labels !== 'load,elsewhere,bridge,Files,Changed Files') throw new Error(labels);
        return true;
      });
      await session.ui().workbench.run('Stevedore Containers: Filter Containers…');
      await session.ui().workbench.answer('load-199');
      await view.until('load', 'to hold one', ({ description }) => description === '0/1 running');
      await view.title('Clear Filter of Containers');
    });

    it('that are absent are told of, with remedies', async () => {
      const { workbench } = session.ui();
      await use('faulty');
      const view = await open('Containers');
      const said = await view.welcome(/No container engine was found/);
      assert.match(said, /Start the Engine[^]*Choose Another Engine[^]*Explain/);
      await (await open('Images')).welcome(/No container engine was found/);
      await view.welcomeButton('Explain');
      assert.match(await workbench.notified(/faulty/), /faulty\.sock/);
      await workbench.clearNotifications();
    });

    it('that come are taken by themselves', async () => {
      const view = await open('Containers');
      const end = await listen(path, forward);
      await view.row('of-the-bed');
      await end();
      await view.row('The connection is lost');
      assert.ok(await view.row('of-the-bed'));
    });

    it('that are none are told from engines', async function () {
      this.timeout(90_000);
      const { workbench } = session.ui();
      const view = await open('Containers');
      const end = await listen(path, (socket) => {
        socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
      });
      await view.welcome(/not a container engine/);
      await view.welcomeButton('Explain');
      await workbench.notified(/faulty/);
      await workbench.clearNotifications();
      await view.welcomeButton('Choose Another Engine');
      await workbench.question(/Engine for this window/);
      await workbench.dismiss();
      await end();
      const back = await listen(path, forward);
      await view.row('of-the-bed');
      await back();
    });

    it('that went for good are told of in the end', async function () {
      this.timeout(90_000);
      const view = await open('Containers');
      await view.row('The connection is lost');
      // The rows of before stay for a while, for most engines that went are back by then.
      await eventually('the rows to go', async () => (await view.rows()).length === 0, 60_000);
      await view.welcome(/No container engine was found|not running/);
    });
  });
}
