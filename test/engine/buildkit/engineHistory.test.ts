import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Client } from '../../../src/engine/client.ts';
import {
  forgetPastBuild,
  openHistory,
  pastBuildStatus,
  pinPastBuild,
} from '../../../src/engine/buildkit/engineHistory.ts';
import { imageNames } from '../../../src/engine/builds/pastNames.ts';
import { removeImage } from '../../../src/engine/images.ts';
import { recent } from '../support/buildkit.ts';
import { SHELL_IMAGE, suiteClient, unique } from '../support/engine.ts';
import { buildx } from './support.ts';

const client = await suiteClient();

/** What the engine remembers now. */
async function pastBuilds(asked: Client) {
  const history = await openHistory(asked);
  history?.close();
  return history?.builds;
}

const text = async (ref: string) => {
  let seen = '';
  for await (const { logs } of pastBuildStatus(client, ref))
    for (const { data } of logs) seen += Buffer.from(data).toString();
  return seen;
};

describe.runIf(recent)('the builds that an engine remembers', () => {
  it('are those made in a terminal, too, with steps and log, and without values', async () => {
    const [arg, word] = [unique('ARG'), unique('word')];
    await buildx(
      `FROM ${SHELL_IMAGE}\nARG TOKEN\nRUN echo ${word}\n`,
      '--build-arg',
      'TOKEN=do-not-keep',
      '--build-arg',
      `${arg}=1`,
    );
    const all = await pastBuilds(client);
    const build = all?.find(({ buildArgs }) => buildArgs.includes(arg));
    expect(build).toMatchObject({ cancelled: false, pinned: false });
    expect([...(build?.buildArgs ?? [])].sort()).toEqual([arg, 'TOKEN'].sort());
    expect(build?.completed).toBeGreaterThan(build?.created ?? Infinity);
    expect(build?.steps.total).toBeGreaterThan(3);
    expect(build?.failure).toBeUndefined();
    expect(JSON.stringify(all)).not.toContain('do-not-keep');
    expect(await text(build?.ref ?? '')).toContain(word);
  });

  it('are named by what their images were called, by whichever engine', async () => {
    const arg = unique('ARG');
    const tag = `${arg.toLowerCase()}:1`;
    await buildx(`FROM ${SHELL_IMAGE}\nRUN echo ${arg}\n`, '--tag', tag, '--build-arg', `${arg}=1`);
    onTestFinished(async () => void (await removeImage(client, tag, { force: true })));
    const all = (await pastBuilds(client)) ?? [];
    const build = all.find(({ buildArgs }) => buildArgs.includes(arg));
    const names = new Map<string, string>();
    const status = (ref: string) => pastBuildStatus(client, ref);
    // On a busy machine it may not be known in time.
    await vi.waitFor(
      async () => {
        await imageNames(status, all, (ref, name) => names.set(ref, name));
        expect(build?.tags[0] ?? names.get(build?.ref ?? '')).toBe(tag);
      },
      { timeout: 30_000, interval: 20 },
    );
  });

  it('tell why they failed', async () => {
    const arg = unique('ARG');
    const failing = `FROM ${SHELL_IMAGE} AS it\nRUN echo ${arg} && exit 5\n`;
    await expect(buildx(failing, '--target', 'it', '--build-arg', `${arg}=1`)).rejects.toThrow();
    const build = (await pastBuilds(client))?.find(({ buildArgs }) => buildArgs.includes(arg));
    expect(build?.failure).toMatchObject({ exitCode: 5 });
    expect(build?.attrs['target']).toBe('it');
  });

  it('are kept and forgotten when that is asked for', async () => {
    const arg = unique('ARG');
    await buildx(`FROM ${SHELL_IMAGE}\nRUN echo ${arg}\n`, '--build-arg', `${arg}=1`);
    const find = async () =>
      (await pastBuilds(client))?.find(({ buildArgs }) => buildArgs.includes(arg));
    const ref = (await find())?.ref ?? '';
    await pinPastBuild(client, ref, true);
    expect((await find())?.pinned).toBe(true);
    await pinPastBuild(client, ref, false);
    expect((await find())?.pinned).toBe(false);
    await forgetPastBuild(client, ref);
    expect(await find()).toBeUndefined();
  });

  it('that are unknown are said to be', async () => {
    const gone = { reason: 'not-found' };
    await expect(text('nosuchbuildatall0000000000')).rejects.toMatchObject(gone);
    await expect(forgetPastBuild(client, 'nosuchbuildatall0000000000')).rejects.toMatchObject(gone);
  });
});

describe.runIf(!recent)('an engine without a history of builds', () => {
  it('is told apart from one that remembers none', async () => {
    expect(await pastBuilds(client)).toBeUndefined();
    await expect(forgetPastBuild(client, 'x')).rejects.toMatchObject({ reason: 'not-supported' });
  });
});
