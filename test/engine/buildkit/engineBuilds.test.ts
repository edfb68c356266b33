import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  forgetPastBuild,
  openHistory,
  pastBuildStatus,
  pinPastBuild,
} from '../../../src/engine/buildkit/engineHistory.ts';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import { createOthers } from '../../../src/commands/builds/others.ts';
import { createEngineBuilds } from '../../../src/engine/builds/engineBuilds.ts';
import { createBuilds } from '../../../src/engine/builds/service.ts';
import { logText } from '../../../src/engine/builds/stepLog.ts';
import { openConnection } from '../../../src/engine/connection.ts';
import { createCurrentEngine } from '../../../src/engine/current.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { removeImage } from '../../../src/engine/images.ts';
import { recent } from '../support/buildkit.ts';
import { bedEndpoint, SHELL_IMAGE, suiteClient, unique } from '../support/engine.ts';
import { privateEngine } from '../support/privateEngine.ts';
import { build, buildx, buildxOn, folder } from './support.ts';

const client = await suiteClient();

const connectionTo = (endpoint: Endpoint) =>
  createCurrentEngine(
    async () => endpoint,
    (found) => openConnection(found),
  );

/** What a window has; nothing is watched yet. */
function windowOn(endpoint: Endpoint, own: (ref: string) => boolean = () => false) {
  const current = connectionTo(endpoint);
  const problems: unknown[] = [];
  let opened = 0;
  const builds = createEngineBuilds({
    current,
    open: (...asked) => {
      opened++;
      return openHistory(...asked);
    },
    async *status(ref, signal) {
      yield* pastBuildStatus(await current.client(signal), ref, signal);
    },
    isOwn: own,
    report: (error) => problems.push(error),
  });
  onTestFinished(() => {
    builds.dispose();
    current.dispose();
  });
  /** The build that has a step of this text, or an argument of this name. */
  const find = (word: string) =>
    builds
      .list()
      .find(
        ({ build }) =>
          build.request.buildArgs.includes(word) ||
          build.steps.some(({ name }) => name.includes(word)),
      );
  return { builds, problems, find, opened: () => opened, current };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

describe.runIf(recent)('builds that others make on the engine', () => {
  it('are told while they run and when they have ended, step by step, with what was written', async () => {
    const { builds, find, problems } = windowOn(bedEndpoint);
    const [word, tag] = [unique('word'), `${unique('seen').toLowerCase()}:1`];
    // The list has been read when the one before is in it.
    const before = unique('word');
    await buildx(`FROM ${SHELL_IMAGE}\n`, '--build-arg', `${before}=1`);
    const watching = builds.watch();
    await until(() => expect(find(before)).toBeDefined());
    const text = `FROM ${SHELL_IMAGE} AS it\nRUN echo ${word} && sleep 1\nRUN true\n`;
    const done = buildx(text, '--target', 'it', '--tag', tag);
    await until(() => {
      const found = find(word);
      expect(found?.build).toMatchObject({ state: 'running', elsewhere: true });
      expect(found?.build.request.target).toBe('it');
      expect(found?.build.steps.find(({ name }) => name.includes(word))?.state).toBe('running');
    });
    // Other tests build on the same engine, so that this one need not be the very first.
    const list = builds.list();
    const [at = 0, beforeAt] = [word, before].map((one) =>
      list.findIndex(({ past }) => past === find(one)?.past),
    );
    expect(at).toBeGreaterThanOrEqual(0);
    expect(beforeAt).toBeGreaterThan(at);
    await done;
    onTestFinished(async () => void (await removeImage(client, tag, { force: true })));
    await until(() => expect(find(word)?.build.state).toBe('completed'));
    const { build } = find(word) ?? {};
    expect(build?.request.tags).toEqual([tag]);
    expect((build?.ended ?? 0) - (build?.started ?? 0)).toBeGreaterThan(1000);
    const step = build?.steps.find(({ name }) => name.includes(word));
    expect(step).toMatchObject({ state: 'completed' });
    expect(logText(builds.log(build?.id ?? '', step?.id ?? ''))).toBe(`${word}\n`);
    watching.dispose();
    expect(problems).toEqual([]);
  });

  it('tell why they failed, with the step that did', async () => {
    const { builds, find } = windowOn(bedEndpoint);
    const word = unique('word');
    onTestFinished(builds.watch().dispose);
    const failing = `FROM ${SHELL_IMAGE}\nRUN echo ${word} && exit 5\n`;
    await expect(buildx(failing)).rejects.toThrow();
    await until(() => {
      const { build } = find(word) ?? {};
      expect(build).toMatchObject({ state: 'failed', failure: { exitCode: 5 } });
      const step = build?.steps.find(({ state }) => state === 'failed');
      expect(step?.name).toContain(word);
      expect(build?.failure?.step).toBe(step?.id);
    });
  });

  it('of before are read when somebody asks, and not twice', async () => {
    const [arg, word] = [unique('ARG'), unique('word')];
    await buildx(`FROM ${SHELL_IMAGE}\nRUN echo ${word}\n`, '--build-arg', `${arg}=1`);
    const { builds, find } = windowOn(bedEndpoint);
    onTestFinished(builds.watch().dispose);
    await until(() => expect(find(arg)?.build).toMatchObject({ state: 'completed', steps: [] }));
    const id = find(arg)?.build.id ?? '';
    expect(builds.hasLogs(id)).toBe(false);
    const read = await builds.load(id);
    const step = read.steps.find(({ name }) => name.includes(word));
    expect(builds.tail(id, step?.id ?? '', 5)).toEqual([word]);
    expect((await builds.load(id)).steps[0]).toBe(read.steps[0]);
    await expect(builds.load('nosuchbuild')).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('are kept, no longer kept and forgotten as the engine does it', async () => {
    const arg = unique('ARG');
    await buildx(`FROM ${SHELL_IMAGE}\nRUN echo ${arg}\n`, '--build-arg', `${arg}=1`);
    const { builds, find } = windowOn(bedEndpoint);
    onTestFinished(builds.watch().dispose);
    await until(() => expect(find(arg)?.past.pinned).toBe(false));
    const ref = find(arg)?.past.ref ?? '';
    await pinPastBuild(client, ref, true);
    await until(() => expect(find(arg)?.past.pinned).toBe(true));
    await pinPastBuild(client, ref, false);
    await until(() => expect(find(arg)?.past.pinned).toBe(false));
    await forgetPastBuild(client, ref);
    await until(() => expect(find(arg)).toBeUndefined());
  });

  it('do not count when they are ours', async () => {
    const ref = newRef();
    const { builds, find } = windowOn(bedEndpoint, (id) => id === ref);
    onTestFinished(builds.watch().dispose);
    const [ours, theirs] = [unique('word'), unique('word')];
    await build(client, await folder(), `FROM ${SHELL_IMAGE}\nRUN echo ${ours}\n`, { ref });
    await buildx(`FROM ${SHELL_IMAGE}\nRUN echo ${theirs}\n`);
    await until(() => expect(find(theirs)?.build.state).toBe('completed'));
    expect(builds.list().map(({ build }) => build.id)).not.toContain(ref);
    // It can be asked for all the same.
    expect(builds.get(ref)?.state).toBe('completed');
  });

  it('do not count when they were ours and are forgotten, in the next session either', async () => {
    const context = await folder();
    const text = `FROM ${SHELL_IMAGE}\nRUN echo ${unique('word')}\n`;
    const problems: unknown[] = [];
    const report = (error: unknown) => void problems.push(error);
    let stored: unknown;
    const memory = { load: () => stored, save: (value: unknown) => void (stored = value) };
    const session = () => {
      const own = createBuilds({
        build: async (_, { ref }) => (await build(client, context, text, { ref })).image,
        history: { load: () => undefined, save: () => {} },
        options: { get: async () => undefined, set: async () => {} },
        newId: newRef,
        report,
      });
      const current = connectionTo(bedEndpoint);
      const others = createOthers({ current, report }, own, memory);
      onTestFinished(() => {
        others.dispose();
        own.dispose();
        current.dispose();
      });
      return { own, others };
    };
    const { own } = session();
    const { id, done } = await own.start({
      context,
      dockerfile: `${context}/Dockerfile`,
      tags: [],
    });
    await done;
    await own.remove([id]);
    const { others } = session();
    onTestFinished(others.watch().dispose);
    const arg = unique('ARG');
    await buildx(text, '--build-arg', `${arg}=1`);
    const find = () => others.list().find(({ build }) => build.request.buildArgs.includes(arg));
    await until(() => expect(find()?.build.state).toBe('completed'));
    expect(others.list().map(({ build }) => build.id)).not.toContain(id);
    // A panel that is brought back doesn't get it either.
    expect(others.get(id)).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('are listened to only while somebody watches', async () => {
    const { builds, find, opened } = windowOn(bedEndpoint);
    const arg = unique('ARG');
    await buildx(`FROM ${SHELL_IMAGE}\nRUN echo ${arg}\n`, '--build-arg', `${arg}=1`);
    expect([opened(), builds.list()]).toEqual([0, []]);
    const watching = builds.watch();
    await until(() => expect(find(arg)).toBeDefined());
    watching.dispose();
    const later = unique('ARG');
    await buildx(`FROM ${SHELL_IMAGE}\nRUN echo ${later}\n`, '--build-arg', `${later}=1`);
    expect(find(later)).toBeUndefined();
    const again = builds.watch();
    await until(() => expect(find(later)).toBeDefined());
    again.dispose();
    expect(opened()).toBe(2);
  });

  it('are told again when the engine has restarted', { timeout: 120_000 }, async () => {
    const engine = await privateEngine();
    onTestFinished(() => engine.end());
    const { builds, find, problems } = windowOn(engine.endpoint);
    onTestFinished(builds.watch().dispose);
    const [before, after] = [unique('ARG'), unique('ARG')];
    const make = (arg: string) =>
      buildxOn(engine.endpoint.url, 'FROM scratch\nCOPY Dockerfile /\n', '--build-arg', `${arg}=1`);
    await make(before);
    await until(() => expect(find(before)?.build.state).toBe('completed'));
    await engine.stop();
    await engine.start();
    await make(after);
    await until(() => expect(find(after)?.build.state).toBe('completed'));
    expect(find(before)?.build.state).toBe('completed');
    expect(problems).toEqual([]);
  });
});

describe.runIf(!recent)('an engine that keeps no history of builds', () => {
  it('has none, and nothing is said of that', async () => {
    const { builds, problems, opened, current } = windowOn(bedEndpoint);
    onTestFinished(builds.watch().dispose);
    await current.client();
    await until(() => expect(opened()).toBe(1));
    expect(await openHistory(client)).toBeUndefined();
    expect([builds.list(), problems, opened()]).toEqual([[], [], 1]);
  });
});
