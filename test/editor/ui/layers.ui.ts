import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { layers } from '../pages/layers.ts';
import type { UiSession } from '../pages/ui.ts';
import type { View } from '../pages/views.ts';
import { PATIENCE_MS, eventually } from '../pages/wait.ts';
import { bedEngine, rawEngine } from '../support/engine.ts';
import { buildFolder } from '../support/forms.ts';

/** The layers of an image as they are looked through in the window. */
export function tests(session: UiSession): void {
  const engine = rawEngine();
  const open = async (): Promise<View> => {
    const { stevedore } = session.ui();
    await stevedore.open();
    return stevedore.view('Images');
  };
  const explorer = () => layers(session.ui().page);
  const contains = (text: string | RegExp) =>
    eventually(`${text} in the editor`, async () => {
      const all = (await session.ui().editor.lines()).join('\n');
      return typeof text === 'string' ? all.includes(text) : text.test(all);
    });

  describe('layers', () => {
    before(async () => {
      await engine.clear();
      await engine.base();
      const folder = join(session.workspace, 'layered');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'readme'), 'read me, for I am in the image\n');
      writeFileSync(join(folder, 'layered.Dockerfile'), DOCKERFILE);
      await open();
      await buildFolder(session, 'layered', { Tag: 'layered:1' });
      await session.ui().workbench.notified(/Built layered:1/);
      await session.ui().workbench.clearNotifications();
      await session.ui().workbench.closeAll();
    });
    after(async () => {
      await session.ui().workbench.closeAll();
      await engine.clear();
    });

    it('stand with their instructions, and what each did', async () => {
      const view = await open();
      await view.row('layered');
      await view.expand('layered');
      await view.menu('1', 'Explore Layers');
      await explorer().read();
      const all = await explorer().layers();
      assert.equal(all.length, 4);
      assert.match(all[1] ?? '', /^2 COPY readme \/data\/ .* B \+1/);
      assert.match(all[2] ?? '', /^3 RUN dd /);
      assert.match(all[3] ?? '', /^4 RUN busybox rm .*−1/);
    });

    it('have a tree that unfolds, in which what was deleted is marked', async () => {
      await explorer().row('data').click();
      await explorer().shows('− bulk 2 MB');
      await explorer().shows('readme 31 B');
      await session.picture('layers');
    });

    it('lead to the files of the image', async () => {
      await explorer().row('readme').dblclick();
      await contains('read me, for I am in the image');
      await session.ui().workbench.run('View: Close Editor');
    });

    it('tell what is wasted', async () => {
      await explorer().tab('Wasted');
      await eventually('the path', async () =>
        /2 MB\s+\/data\/bulk\s+3, 4\s+deleted/.test(await explorer().find('.page').innerText()),
      );
      await session.picture('layers-wasted');
      await explorer().tab('Map');
      await explorer().find('.box').first().waitFor();
      await explorer().tab('About');
      await eventually('the environment', async () =>
        (await explorer().find('.page').innerText()).includes('MODE test'),
      );
    });

    it('lead to the instruction in the Dockerfile that was built', async () => {
      const { workbench, editor } = session.ui();
      await explorer().tab('Files');
      await explorer().find('.layer').nth(2).locator('.to-dockerfile').click();
      await contains('FROM busybox:1.35');
      await eventually('all of it', async () => (await editor.lines()).length > 4);
      await eventually('its line', async () =>
        (await workbench.statusBar()).some((entry) => /Ln 4, Col 1/.test(entry)),
      );
      await workbench.run('View: Close Editor');
    });

    it('tell which of them has weaknesses, as a program that is installed finds them', async () => {
      const { workbench, editor } = session.ui();
      const { RootFS } = await engine.look('/images/layered:1/json');
      const said = join(session.programs, 'said');
      writeFileSync(join(session.programs, 'report'), JSON.stringify(report(RootFS.Layers[1])));
      writeFileSync(
        join(session.programs, 'trivy'),
        [
          '#!/bin/sh',
          `{ echo "$DOCKER_HOST"; for one; do echo "$one"; done; } > '${said}'`,
          `cat '${join(session.programs, 'report')}'`,
          '',
        ].join('\n'),
        { mode: 0o755 },
      );
      try {
        await explorer().tab('Weaknesses');
        await explorer().button('Scan with trivy');
        await eventually('what was found', async () =>
          /critical\s+CVE-2026-0001\s+openssl 3\.0\s+3\.1\s+2\s+Dockerfile/.test(
            await explorer().find('.page').innerText(),
          ),
        );
        const [host, ...words] = readFileSync(said, 'utf8').trim().split('\n');
        assert.equal(host, bedEngine());
        assert.equal(words.at(-1), 'layered:1');
        await session.picture('layers-weaknesses');
        await explorer().find('td').getByRole('button', { name: 'Dockerfile' }).click();
        await contains('FROM busybox:1.35');
        await eventually('all of it', async () => (await editor.lines()).length > 4);
        await eventually('the line of the instruction', async () =>
          (await workbench.statusBar()).some((entry) => /Ln 3, Col 1/.test(entry)),
        );
        await workbench.run('View: Close Editor');
      } finally {
        for (const name of readdirSync(session.programs)) rmSync(join(session.programs, name));
      }
    });

    it('make a Dockerfile of the history', async () => {
      const view = await open();
      await view.menu('1', 'Open Reconstructed Dockerfile');
      await contains(/^ENV MODE=test$/m);
      await contains(/^RUN busybox rm \/data\/bulk$/m);
      await session.ui().workbench.closeAll();
    });

    it('are compared with those of another image', async () => {
      const { workbench, page } = session.ui();
      const view = await open();
      await view.menu('1', 'Compare with Image…');
      await workbench.question(/Compare layered:1 with/);
      await workbench.pick('busybox:1.35');
      const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
      await frame
        .getByRole('heading', { name: 'Two images compared' })
        .waitFor({ timeout: PATIENCE_MS });
      await frame
        .getByRole('row', { name: /removed \/data/ })
        .first()
        .waitFor();
      await workbench.closeAll();
    });

    it('show no error on the way', async () => {
      assert.deepEqual(await session.ui().workbench.errors(), []);
    });
  });
}

/** What trivy writes of an image with one weakness, which a layer brought. */
const report = (layer: string) => ({
  SchemaVersion: 2,
  Results: [
    {
      Target: 'layered:1',
      Vulnerabilities: [
        {
          VulnerabilityID: 'CVE-2026-0001',
          PkgName: 'openssl',
          InstalledVersion: '3.0',
          FixedVersion: '3.1',
          Layer: { DiffID: layer },
          Severity: 'CRITICAL',
          Title: 'openssl: something',
        },
      ],
    },
  ],
});

const DOCKERFILE = [
  'FROM busybox:1.35',
  'ENV MODE=test',
  'COPY readme /data/',
  'RUN dd if=/dev/zero of=/data/bulk bs=1000 count=2000',
  'RUN busybox rm /data/bulk',
  '',
].join('\n');
