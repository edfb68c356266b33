import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'mocha';
import { pushImage } from '../../engine/registry-seed.ts';
import type { UiSession } from '../pages/ui.ts';
import { eventually } from '../pages/wait.ts';
import type { View } from '../pages/views.ts';
import { rawEngine } from '../support/engine.ts';
import { faultyServer } from '../support/faulty.ts';
import { machineSettings } from '../support/settings.ts';

const needed = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

/** Adding, browsing and using registries, good ones and faulty ones. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const openHost = needed('STEVEDORE_TEST_REGISTRY');
  const authHost = needed('STEVEDORE_TEST_REGISTRY_AUTH');
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Registries');
  };
  const add = async (address: string) => {
    const { workbench } = session.ui();
    const view = await open();
    await view.title('Add Registry…');
    await workbench.question(/Add a registry/);
    await workbench.answer(address);
    await view.row(address);
    return view;
  };
  /** Unfolds a registry: what adding it read may still be redrawing the view, which can fold a row that was just opened. */
  const unfold = (view: View, host: string) =>
    eventually(`what is below ${host}`, async () => {
      await view.expand(host);
      const rows = await view.rows();
      const below = rows[rows.findIndex(({ label }) => label === host) + 1];
      return below?.level === 2 && below;
    });
  const forget = async (host: string) => {
    const { workbench } = session.ui();
    const view = await open();
    await view.menu(host, 'Forget Registry…');
    assert.match(await workbench.dialog(), new RegExp(`Forget the registry ${host}\\?`));
    await workbench.dialogButton('Forget');
    await view.gone(host);
  };
  const failure = async (): Promise<string> => {
    const [message = ''] = await eventually('an error', async () => {
      const errors = await session.ui().workbench.errors();
      return errors.length > 0 && errors;
    });
    return message;
  };
  const copied = (text: string) =>
    eventually(
      `${text} on the clipboard`,
      async () => (await session.ui().page.evaluate('navigator.clipboard.readText()')) === text,
    );

  describe('registries', () => {
    before(async () => {
      await engine.clear();
      await open();
      await (await session.ui().stevedore.view('Images')).fold();
    });
    after(async () => {
      machineSettings(session.workspace, {});
      await session.ui().stevedore.view('Images');
      await engine.clear();
    });

    it('refuse an address that is none', async () => {
      const { workbench, page } = session.ui();
      const view = await open();
      await view.title('Add Registry…');
      await workbench.question(/Add a registry/);
      await page.keyboard.type('no registry');
      await workbench.question(/no registry/);
      await workbench.dismiss();
    });

    it('are browsed: repositories, tags, sizes, platforms', async () => {
      const target = { url: `http://${openHost}` };
      await pushImage(target, 'shop/web', { tag: '1.0', created: '2024-01-02T03:04:05Z' });
      await pushImage(target, 'shop/web', { tag: '2.0', created: '2025-01-02T03:04:05Z' });
      const view = await add(openHost);
      await unfold(view, openHost);
      await view.expand('shop/web');
      const row = await view.until('2.0', 'to tell its size', ({ description }) =>
        /linux\/amd64/.test(description),
      );
      assert.match(row.description, /kB|B/);
      await eventually('the newest first', async () => {
        const labels = (await view.rows()).map(({ label }) => label).join();
        if (!/\b2\.0,(.*,)?1\.0\b/.test(labels)) throw new Error(labels);
        return true;
      });
      await view.hover('2.0', /Digest: sha256:/);
    });

    it('give digest, reference and manifest', async () => {
      const { editor, workbench } = session.ui();
      const view = await open();
      const answer = await fetch(`http://${openHost}/v2/shop/web/manifests/2.0`, {
        headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
      });
      const digest = answer.headers.get('docker-content-digest') ?? '';
      await view.menu('2.0', 'Copy Digest');
      await copied(digest);
      await view.menu('2.0', 'Copy Reference');
      await copied(`${openHost}/shop/web:2.0`);
      await view.menu('2.0', 'Inspect Manifest');
      await eventually('the digest', async () =>
        (await editor.lines()).join('\n').includes(digest),
      );
      await workbench.closeAll();
    });

    it('have tags deleted after a question that names what goes with them', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu('1.0', 'Delete from Registry…');
      assert.match(await workbench.dialog(), /Delete .*shop\/web:1\.0 from the registry\?/);
      await workbench.dialogButton('Delete');
      await view.gone('1.0');
      const answer = await fetch(`http://${openHost}/v2/shop/web/tags/list`);
      assert.deepEqual(await answer.json(), { name: 'shop/web', tags: ['2.0'] });
      await forget(openHost);
    });

    it('with an unknown certificate say so and what to do; the setting does it', async () => {
      const { workbench } = session.ui();
      const view = await add(authHost);
      const message = await failure();
      assert.match(message, /certificate/i);
      assert.match(message, /stevedore\.registries\.insecure|certs\.d/);
      await workbench.notificationButton(/certificate/i, 'Open Settings');
      const { page } = session.ui();
      await page
        .locator('.settings-editor .setting-item-label', { hasText: 'Insecure' })
        .first()
        .waitFor({ timeout: 20_000 });
      // The first ones may come before it has the focus.
      await eventually('the settings to close', async () => {
        await page.keyboard.press('Escape');
        return !(await page.locator('.settings-editor').first().isVisible());
      });
      await workbench.clearNotifications();
      machineSettings(session.workspace, { 'stevedore.registries.insecure': [authHost] });
      await unfold(view, authHost);
      await view.until('Sign in…', 'to be offered', ({ level }) => level === 2);
    });

    it('refuse a wrong password, and do not keep it', async () => {
      const { workbench } = session.ui();
      const view = await open();
      const signIn = async (password: string) => {
        await workbench.question(/Sign in to/);
        await workbench.answer('tester');
        await workbench.question(/Password/);
        await workbench.answer(password);
      };
      await view.click('Sign in…');
      await signIn('wrong');
      assert.match(await failure(), /did not accept|password|sign/i);
      await workbench.clearNotifications();
      await view.until(authHost, 'to be signed out', (row) => !/signed in/.test(row.description));
      const target = {
        url: `https://${authHost}`,
        ca: readFileSync(needed('STEVEDORE_TEST_REGISTRY_CA'), 'utf8'),
        user: { name: 'tester', password: 's3cret' },
      };
      await pushImage(target, 'private/app', { tag: 'v1' });
      await view.inline(authHost, 'Sign In…');
      await signIn('s3cret');
      await view.until(authHost, 'to be signed in', (row) => /signed in/.test(row.description));
      await view.expand('private/app');
      await view.row('v1');
    });

    it('are signed out of after a question', async () => {
      const { workbench } = session.ui();
      const view = await open();
      await view.menu(authHost, 'Sign Out…');
      assert.match(await workbench.dialog(), new RegExp(`Sign out of ${authHost}\\?`));
      await workbench.dialogButton('Sign Out');
      await view.row('Sign in…');
      await forget(authHost);
    });

    it('without a catalogue show what is pinned', async () => {
      const { workbench } = session.ui();
      const server = await faultyServer((request, response) => {
        if (request.url === '/v2/') return response.writeHead(200).end('{}');
        if (request.url?.startsWith('/v2/team/app/tags/list'))
          return response
            .writeHead(200, { 'content-type': 'application/json' })
            .end('{"name":"team/app","tags":["stable"]}');
        return response.writeHead(404).end('{}');
      });
      const view = await add(server.host);
      await unfold(view, server.host);
      await view.click('Pin a repository by name…');
      await workbench.question(/Pin a repository of/);
      await workbench.answer('team/app');
      await view.expand('team/app');
      await view.row('stable');
      await view.inline('team/app', 'Unpin Repository');
      await view.gone('team/app');
      await forget(server.host);
      await server.close();
    });

    const faults: readonly (readonly [string, (answer: ServerResponse) => void, RegExp])[] = [
      [
        '401 without a way to sign in',
        (answer) => answer.writeHead(401).end(),
        /not a registry.*HTTP 401.*Check the address/,
      ],
      ['403', (answer) => answer.writeHead(403).end(), /does not list its repositories: pin/],
      [
        '429',
        (answer) => answer.writeHead(429, { 'retry-after': '120' }).end(),
        /asked too often.*try again/,
      ],
      ['500', (answer) => answer.writeHead(500).end('<html>oops</html>'), /HTTP 500.*try again/],
      [
        'half a body',
        (answer) => {
          answer.writeHead(200, { 'content-length': '1000' }).write('{"reposi');
          setTimeout(() => answer.destroy(), 50);
        },
        /cut off|ended|broke|incomplete|half/i,
      ],
    ];
    for (const [name, fault, expected] of faults) {
      it(`that answer ${name} say so in one sentence`, async () => {
        const { workbench } = session.ui();
        const server = await faultyServer((request, response) => {
          if (request.url === '/v2/' && !name.startsWith('401'))
            return response.writeHead(200).end('{}');
          return fault(response);
        });
        const view = await add(server.host);
        const row = await unfold(view, server.host);
        const said = `${row.label} ${row.description}`;
        assert.match(said, expected);
        assert.ok(!/\n|<html>| at .*\.js/.test(said), said);
        await workbench.clearNotifications();
        await forget(server.host);
        await server.close();
      });
    }
  });
}
