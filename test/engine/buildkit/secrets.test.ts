import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openHistory, pastBuildStatus } from '../../../src/engine/buildkit/engineHistory.ts';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import type { BuildOptions } from '../../../src/engine/buildkit/request.ts';
import { pastAsBuild, readSteps } from '../../../src/engine/builds/past.ts';
import { createBuilds } from '../../../src/engine/builds/service.ts';
import { logText } from '../../../src/engine/builds/stepLog.ts';
import { drawBuild } from '../../../src/engine/builds/terminal.ts';
import { generation, podman, SHELL_IMAGE, suiteClient, unique } from '../support/engine.ts';
import { build, builderOf, folder, startBuild } from './support.ts';

const client = await suiteClient();

describe.skipIf(podman)('a secret that a step prints', () => {
  it('is nowhere to be seen: in logs, the terminal, changes or the history', async () => {
    const dir = await folder();
    const lines = [
      'first-s3cret-line',
      'second-s3cret-line',
      `${Array.from({ length: 14_000 }, (_, at) => at).join('-')}s3cret`,
    ];
    await writeFile(join(dir, 'lines'), `${lines.join('\n')}\n`);
    await writeFile(join(dir, 'changed'), 'old-value\n');
    process.env['STEVEDORE_TEST_TOKEN'] = 'env-s3cret';
    onTestFinished(() => void delete process.env['STEVEDORE_TEST_TOKEN']);
    const stored: unknown[] = [];
    const told: string[] = [];
    const builder = builderOf(client, dir, process.env);
    const builds = createBuilds({
      build: builder,
      history: { load: () => undefined, save: (value) => stored.push(value) },
      options: { get: async () => undefined, set: async () => {} },
      newId: newRef,
      report: () => {},
    });
    onTestFinished(() => builds.dispose());
    const dockerfile = join(dir, 'Dockerfile');
    const mount = ['lines', 'changed', 'env'].map((id) => `--mount=type=secret,id=${id}`).join(' ');
    await writeFile(
      dockerfile,
      [
        `FROM ${SHELL_IMAGE}`,
        `RUN echo ${unique('waiting')} && sleep 2`,
        // The value comes in two pieces, with time between them.
        `RUN ${mount} cd /run/secrets; cat lines changed env; echo; echo cut: env-s3\\\\c; printf 'env-s3'; sleep 1; printf 'cret\\n'; cat changed >&2; exit 3`,
      ].join('\n'),
    );
    builds.onDidChange((change) => told.push(JSON.stringify(change)));
    const options: BuildOptions = {
      context: dir,
      dockerfile,
      tags: [],
      secrets: [
        { id: 'lines', file: join(dir, 'lines') },
        { id: 'changed', file: join(dir, 'changed') },
        { id: 'env', env: 'STEVEDORE_TEST_TOKEN' },
      ],
    };
    const { id, done } = await builds.start(options);
    await writeFile(join(dir, 'changed'), 'new-s3cret\n');
    await expect(done).rejects.toThrow(/exit code: 3/);
    const build = builds.get(id);
    if (!build) throw new Error('the build has gone');
    const logs = build.steps.map((step) => logText(builds.log(id, step.id))).join('');
    // The lines of a value are masked as one.
    expect(logs).toMatch(/^\*\*\*\n\*\*\*\n\*\*\*\ncut: [^]*^\*\*\*$/m);
    const screen = { columns: 200, rows: 50, now: Date.now() };
    const { text } = drawBuild(build, (step) => builds.log(id, step), screen);
    expect(text).toContain('***');
    const tails = build.steps.flatMap((step) => builds.tail(id, step.id, 50));
    const all = [logs, text, ...tails, ...told, JSON.stringify([build, stored])].join('\n');
    expect(all).not.toMatch(/s3cret/);
    // As it begins, and as it ends.
    expect(stored).toHaveLength(2);

    // The engine's own history has what the step wrote, as it was.
    const history = await openHistory(client);
    history?.close();
    const past = history?.builds.find(({ ref }) => ref === id);
    if (generation === 'old') expect(past).toBeUndefined();
    else if (!past) throw new Error('the engine does not remember the build');
    else {
      const secrets = await builder.secretsOf(options);
      const read = await readSteps(pastAsBuild(past), pastBuildStatus(client, id), secrets);
      const text = read
        .build()
        .steps.map((step) => logText(read.log(step.id)))
        .join('');
      expect(text).toContain('***');
      expect(JSON.stringify([text, read.build()])).not.toMatch(/s3cret/);
    }
  });
});

describe.skipIf(podman)('the password of an address', () => {
  it('is nowhere to be seen, be it of the context, of a proxy or of what is added', async () => {
    const server = createServer((_, response) => response.writeHead(404).end()).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = `http://tester:s3cret%21pw@127.0.0.1:${(server.address() as AddressInfo).port}`;
    const dir = await folder();
    const told: unknown[] = [];
    const builds = createBuilds({
      build: builderOf(client, dir),
      history: { load: () => undefined, save: (value) => told.push(value) },
      options: { get: async () => undefined, set: async () => {} },
      newId: newRef,
      report: () => {},
    });
    onTestFinished(() => builds.dispose());
    builds.onDidChange((change) => told.push(change));
    const failed = async (options: Partial<BuildOptions>) => {
      const dockerfile = join(dir, 'Dockerfile');
      const { id, done } = await builds.start({ context: dir, dockerfile, tags: [], ...options });
      const { message } = await done.then(
        () => Promise.reject(new Error('it did not fail')),
        (error: Error) => error,
      );
      const build = builds.get(id);
      if (!build) throw new Error('the build has gone');
      const text = drawBuild(build, (step) => builds.log(id, step), screen).text;
      expect(JSON.stringify([message, text, told])).not.toMatch(/s3cret/);
      return text;
    };
    const screen = { columns: 200, rows: 50, now: Date.now() };
    expect(await failed({ context: `${address}/x.git#main`, dockerfile: 'Dockerfile' })).toContain(
      'load git source http://xxxxx@127.0.0.1:',
    );
    const proxied = `FROM ${SHELL_IMAGE}\nRUN echo "$HTTP_PROXY ${unique('x')}" && false\n`;
    expect(await failed({ dockerfileText: proxied, buildArgs: { HTTP_PROXY: address } })).toContain(
      'http://tester:***@127.0.0.1:',
    );
    const added = `FROM ${SHELL_IMAGE}\nARG FROM_HERE\nADD $FROM_HERE/x /x\n`;
    expect(await failed({ dockerfileText: added, buildArgs: { FROM_HERE: address } })).toContain(
      'http://xxxxx@127.0.0.1:',
    );
  });

  it('is nowhere to be seen where a proxy of docker’s configuration has it, in an earlier session’s log neither', async () => {
    const dir = await folder();
    const httpProxy = 'http://tester:s3cret%21pw@127.0.0.1:9';
    await mkdir(join(dir, '.docker'));
    await writeFile(
      join(dir, '.docker/config.json'),
      JSON.stringify({ proxies: { default: { httpProxy } } }),
    );
    const builder = builderOf(client, dir);
    const builds = createBuilds({
      build: builder,
      history: { load: () => undefined, save: () => {} },
      options: { get: async () => undefined, set: async () => {} },
      newId: newRef,
      report: () => {},
    });
    onTestFinished(() => builds.dispose());
    const options: BuildOptions = {
      context: dir,
      dockerfile: join(dir, 'Dockerfile'),
      dockerfileText: `FROM ${SHELL_IMAGE}\nRUN echo "$HTTP_PROXY ${unique('x')}" && false\n`,
      tags: [],
    };
    const { id, done } = await builds.start(options);
    await expect(done).rejects.toThrow(/exit code: 1/);
    const build = builds.get(id);
    if (!build) throw new Error('the build has gone');
    const logs = build.steps.map((step) => logText(builds.log(id, step.id))).join('');
    expect(logs).toContain('http://tester:***@127.0.0.1:9');
    if (generation === 'old') return;
    const secrets = await builder.secretsOf(options);
    const read = await readSteps(build, pastBuildStatus(client, id), secrets);
    const text = read
      .build()
      .steps.map((step) => logText(read.log(step.id)))
      .join('');
    expect(text).toContain('http://tester:***@127.0.0.1:9');
    expect(JSON.stringify([text, read.build()])).not.toMatch(/s3cret/);
  });
});

describe.skipIf(podman)('what a step needs and the build was not given', () => {
  const failed = async (mount: string) =>
    startBuild(client, await folder(), `FROM ${SHELL_IMAGE}\nRUN ${mount},required true\n`).done;

  it('is said with how to give it: a secret', async () => {
    await expect(failed('--mount=type=secret,id=token')).rejects.toThrow(
      /^A step needs the secret token, which the build was not given: add id=token,src=… or id=token,env=… to its secrets\.$/,
    );
  });

  it('is said with how to give it: ssh', async () => {
    await expect(failed('--mount=type=ssh')).rejects.toThrow(
      /^the build was given no ssh agent or key for default: add default, or default= with files of keys, to its SSH\.$/,
    );
  });
});

describe.skipIf(podman)('a secret whose variable is not set', () => {
  const secrets = [{ id: 'token', env: 'NOWHERE' }];
  const words = /token.*NOWHERE, which is not set/;
  const twice = (mount: string) =>
    `FROM ${SHELL_IMAGE}\nRUN ${mount} true\nRUN ${mount} echo again\n`;

  it('is told, though a step that can do without goes on', async () => {
    const text = twice('--mount=type=secret,id=token');
    const { told } = await build(client, await folder(), text, { secrets, noCache: true });
    expect(told.warnings.map(({ message }) => message)).toEqual([expect.stringMatching(words)]);
  });

  it('is told where a step needs it, in words that are not only that there is none', async () => {
    const text = twice('--mount=type=secret,id=token,required');
    const { done, told } = startBuild(client, await folder(), text, { secrets, noCache: true });
    await expect(done).rejects.toMatchObject({
      message: 'A step needs the secret token, whose variable NOWHERE is not set.',
      ...(generation === 'new' && { failure: { lines: [2, 2] } }),
    });
    expect(told.warnings.map(({ message }) => message)).toEqual([expect.stringMatching(words)]);
  });
});
