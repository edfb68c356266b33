import { describe, expect, it, onTestFinished } from 'vitest';
import {
  exportContainer,
  inspectContainer,
  killContainer,
  runContainer,
  waitContainer,
} from '../../src/engine/containers.ts';
import { attachContainer } from '../../src/engine/attach.ts';
import { healthLog, readDetails } from '../../src/engine/details/details.ts';
import { probePorts } from '../../src/engine/details/listening.ts';
import { isRaw } from '../../src/engine/mapping/reader.ts';
import { containerFromList } from '../../src/engine/mapping/container.ts';
import type { Container } from '../../src/engine/model.ts';
import type { Change, Store } from '../../src/engine/store.ts';
import { createEmitter } from '../../src/util/emitter.ts';
import { parsePort } from '../../src/engine/runSpec.ts';
import type { RunSpec } from '../../src/engine/runSpec.ts';
import { ownerText, removeStrayToolboxes, TOOLBOX_LABEL } from '../../src/engine/strayToolboxes.ts';
import { createToolbox, removeToolbox } from '../../src/engine/toolbox.ts';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BARE_IMAGE, labelledSuite, podman, SHELL_IMAGE } from './support/engine.ts';

const { client, label } = await labelledSuite('details');

const run = async (script: string, over: Partial<RunSpec> = {}) => {
  const spec = {
    image: SHELL_IMAGE,
    command: ['sh', '-c', script],
    labels: { [label]: '' },
    ...over,
  };
  return (await runContainer(client, spec)).id;
};

/** The container as the list has it. */
async function listed(id: string): Promise<Container> {
  const list = (await client.request({ path: '/containers/json?all=1', as: 'json' })) as unknown[];
  const entry = list.filter(isRaw).find(({ Id }) => Id === id);
  const container = entry && containerFromList(entry);
  if (!container) throw new Error('it is not listed');
  return container;
}

describe('the details of a container', () => {
  it('say in words why it stopped', async () => {
    const failed = await run('exit 3');
    expect(await waitContainer(client, failed)).toBe(3);
    expect((await readDetails(client, failed)).stopped).toBe('It ended with exit code 3');
    const killed = await run('sleep 100');
    expect((await readDetails(client, killed)).stopped).toBeUndefined();
    await killContainer(client, killed);
    await waitContainer(client, killed);
    expect((await readDetails(client, killed)).stopped).toMatch(/^SIGKILL: .* \(exit code 137\)$/);
  });

  it('can be waited for, until one no longer wants to', async () => {
    const id = await run('sleep 100');
    const leaving = new AbortController();
    const waiting = waitContainer(client, id, leaving.signal);
    setTimeout(() => leaving.abort(), 200);
    await expect(waiting).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('tell which of its ports something listens at', async () => {
    const id = await run(
      'for at in 80 127.0.0.1:81 82; do busybox httpd -f -p $at & done; sleep 1000',
      { ports: ['127.0.0.1::80', '127.0.0.1::81', '127.0.0.1::83'].map(parsePort) },
    );
    const probe = async () =>
      Object.fromEntries(
        (await probePorts(client, await listed(id), '127.0.0.1', false)).map((state) => [
          `${state.container}/${state.protocol}`,
          [state.listening, state.published.length > 0],
        ]),
      );
    await expect.poll(probe).toMatchObject({
      '80/tcp': ['listening', true],
      '81/tcp': ['inside', true],
      '82/tcp': ['listening', false],
      '83/tcp': ['nothing', true],
    });
  });

  it('tell of published ports of a container without programs, too', async () => {
    const id = (
      await runContainer(client, {
        image: BARE_IMAGE,
        labels: { [label]: '' },
        ports: [parsePort('127.0.0.1::80')],
      })
    ).id;
    const states = await probePorts(client, await listed(id), '127.0.0.1', false);
    expect(states.map(({ listening }) => listening)).toEqual(['nothing']);
  });

  it.skipIf(podman)('have what the checks of its health said', async () => {
    const { Id: id } = (await client.request({
      method: 'POST',
      path: '/containers/create',
      body: {
        Image: SHELL_IMAGE,
        Cmd: ['sleep', '1000'],
        Labels: { [label]: '' },
        Healthcheck: {
          Test: ['CMD-SHELL', 'echo "not <b>well</b>"; exit 7'],
          Interval: 200e6,
          Retries: 2,
        },
      },
      as: 'json',
    })) as { Id: string };
    await client.request({ method: 'POST', path: `/containers/${id}/start`, as: 'json' });
    await expect.poll(async () => (await readDetails(client, id)).health?.status).toBe('unhealthy');
    const details = await readDetails(client, id);
    expect(healthLog(details)).toMatch(
      /^unhealthy, \d+ failed in a row\n\n\S+Z {2}failed, exit code 7\nnot <b>well<\/b>\n/,
    );
  });

  it('are written to a file: whole, or not at all', async () => {
    const id = await run('echo inside > /made');
    await waitContainer(client, id);
    const folder = mkdtempSync(join(tmpdir(), 'stevedore-export-'));
    try {
      const file = join(folder, 'all.tar');
      const bytes = await exportContainer(client, id, file);
      expect(readFileSync(file)).toHaveLength(bytes);
      expect(readFileSync(file, 'latin1')).toContain('inside\n');
      const gone = join(folder, 'gone.tar');
      await expect(exportContainer(client, 'none-such', gone)).rejects.toMatchObject({
        reason: 'not-found',
      });
      expect(existsSync(gone)).toBe(false);
      expect(readdirSync(folder)).toEqual(['all.tar']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a toolbox', () => {
  it('has the processes and files of a container that has no shell', async () => {
    const { id } = await runContainer(client, { image: BARE_IMAGE, labels: { [label]: '' } });
    const toolbox = await createToolbox(client, { id, name: '$(exit 3)' }, SHELL_IMAGE);
    const session = await attachContainer(client, toolbox, { start: true, cols: 80, rows: 24 });
    let said = '';
    await session.write('ls /proc/1/root/; busybox tr "\\0" " " < /proc/1/cmdline; exit\n');
    for await (const { data } of session.output) said += data.toString();
    expect(said).toMatch(/\bproc\b.*\bsleep\b/);
    expect(said).toContain('/sleep 1000');
    expect(said).toContain('those of $(exit 3).');
    await session.ended;
    // It goes by itself; asked once more, nothing is wrong.
    await removeToolbox(client, toolbox);
    await expect
      .poll(() =>
        inspectContainer(client, toolbox).then(
          () => 'there',
          () => 'gone',
        ),
      )
      .toBe('gone');
  });

  it('goes once the window that made it is gone, and stays while that is there', async () => {
    const { id } = await runContainer(client, { image: BARE_IMAGE, labels: { [label]: '' } });
    const own = await createToolbox(client, { id, name: 'own' }, SHELL_IMAGE);
    onTestFinished(() => removeToolbox(client, own));
    const { pid } = spawnSync(process.execPath, ['--version']);
    const owner = ownerText().replace(/\d+$/, String(pid));
    const labels = { [label]: '', [TOOLBOX_LABEL]: owner };
    const stray = (await runContainer(client, { image: BARE_IMAGE, labels })).id;
    const items = createEmitter<Change>();
    const list = [await listed(id), await listed(own), await listed(stray)];
    const store = { list: () => list } as unknown as Store;
    const current = { client: async () => client, store, onDidChangeItems: items.event };
    const errors: unknown[] = [];
    const removing = removeStrayToolboxes(current, (error) => errors.push(error));
    onTestFinished(() => removing.dispose());
    for (const _ of 'ab') items.fire({ kind: 'container', added: [], changed: [], removed: [] });
    const there = async (id: string) =>
      inspectContainer(client, id).then(
        () => true,
        () => false,
      );
    await expect.poll(() => there(stray)).toBe(false);
    expect(await Promise.all([there(id), there(own)])).toEqual([true, true]);
    expect(errors).toEqual([]);
  });
});
