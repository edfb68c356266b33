import { readdirSync, readFileSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../src/engine/client.ts';
import type { Client } from '../../../src/engine/client.ts';
import { podman, unique } from '../support/engine.ts';
import { privateEngine, runningContainer } from '../support/privateEngine.ts';
import type { PrivateEngine } from '../support/privateEngine.ts';
import { folder, outputOf, startBuild } from './support.ts';
import type { More } from './support.ts';

let engine: PrivateEngine;
let client: Client;
beforeEach(async () => {
  engine = await privateEngine();
  client = await connect(engine.endpoint);
  await runningContainer(client);
}, 60_000);
afterEach(async () => {
  process.kill(engine.pid(), 'SIGCONT');
  client.close();
  await engine.end();
});

const freeze = () => process.kill(engine.pid(), 'SIGSTOP');
const thaw = () => process.kill(engine.pid(), 'SIGCONT');

/** How many processes have such an argument. */
const processesOf = (argument: string): number =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0').includes(argument);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  }).length;

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** A build that can be cancelled. */
function start(dir: string, text: string, more: More = {}) {
  const controller = new AbortController();
  const { done, told } = startBuild(client, dir, text, { signal: controller.signal, ...more });
  done.catch(() => {});
  /** Cancels it; answers how long that took, in milliseconds. */
  const cancel = async () => {
    const begun = performance.now();
    controller.abort();
    await expect(done).rejects.toMatchObject({ reason: 'cancelled' });
    return performance.now() - begun;
  };
  return { done, told, cancel };
}

/** A step that sleeps for so many seconds, which no other does. */
const sleeping = (seconds: string) =>
  `FROM stevedore-test/sh\nRUN ["/bin/sh", "-c", "echo running-1 && /bin/sleep ${seconds}"]\n`;

/** Milliseconds: far less than a frozen engine is waited for, and more than a busy machine delays us. */
const AT_ONCE = 10_000;

describe.skipIf(podman)('an engine that is frozen in the midst of a build', () => {
  it('can be left at once while a step runs, and ends it when it goes on', async () => {
    const { told, cancel } = start(await folder(), sleeping('3047'));
    await until(() => expect(outputOf(told)).toContain('running-1'));
    freeze();
    await sleep(200);
    expect(await cancel()).toBeLessThan(AT_ONCE);
    expect(processesOf('3047')).toBeGreaterThan(0);
    thaw();
    await until(() => expect(processesOf('3047')).toBe(0));
    // It builds as before.
    const { done } = start(await folder(), `FROM stevedore-test/sh\nLABEL x=${unique('x')}\n`);
    await done;
  });

  it('can be left at once while it is sent files', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'large'), '');
    await truncate(join(dir, 'large'), 2e9);
    const text = `FROM scratch\nCOPY large /\nLABEL x=${unique('x')}\n`;
    const { told, cancel } = start(dir, text);
    await until(() => expect(told.sent.bytes).toBeGreaterThan(1e6));
    freeze();
    let before = -1;
    await until(() => {
      const same = told.sent.bytes === before;
      before = told.sent.bytes;
      expect(same).toBe(true);
    });
    expect(await cancel()).toBeLessThan(AT_ONCE);
    thaw();
    const { done } = start(await folder(), `FROM scratch\nLABEL x=${unique('x')}\n`);
    await done;
  });

  it('is said to answer nothing, until it goes on, and the build is completed', async () => {
    const silences: boolean[] = [];
    const onSilence = (isSilent: boolean) => silences.push(isSilent);
    const { done, told } = start(await folder(), sleeping('12'), { surroundings: { onSilence } });
    await until(() => expect(outputOf(told)).toContain('running-1'));
    // A step that is silent is not an engine that is.
    await sleep(7000);
    expect(silences).toEqual([]);
    freeze();
    await until(() => expect(silences).toEqual([true]));
    thaw();
    await until(() => expect(silences).toEqual([true, false]));
    await done;
    expect(told.problems).toEqual([]);
  });

  it('can be left at once before it has begun', async () => {
    freeze();
    const { cancel } = start(await folder(), sleeping('3048'));
    await sleep(300);
    expect(await cancel()).toBeLessThan(AT_ONCE);
    thaw();
    await sleep(500);
    expect(processesOf('3048')).toBe(0);
  });
});
