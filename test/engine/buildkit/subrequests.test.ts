import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { asFrontend } from '../../../src/engine/buildkit/gateway.ts';
import { lint, outline, targets } from '../../../src/engine/buildkit/subrequests.ts';
import { hasBuildkit, newest, recent } from '../support/buildkit.ts';
import { SHELL_IMAGE, suiteClient } from '../support/engine.ts';

const client = await suiteClient();

const text = `# WHERE is the folder it goes to
ARG WHERE=/out
# build makes it
FROM ${SHELL_IMAGE} AS build
ARG WHERE
ARG BARE
RUN --mount=type=secret,id=token,required=true --mount=type=ssh echo "$WHERE" "$BARE"
from build
FROM --platform=linux/amd64 build AS last
`;

describe('targets', () => {
  it('names the stages, their bases and what is said of them', async () => {
    const found = await targets(client, { text });
    if (!recent) return expect(found).toBeUndefined();
    expect(found).toEqual([
      {
        name: 'build',
        default: false,
        base: SHELL_IMAGE,
        description: 'makes it',
        line: 4,
      },
      { name: '1', default: false, base: 'build', description: '', line: 8 },
      {
        name: 'last',
        default: true,
        base: 'build',
        description: '',
        platform: 'linux/amd64',
        line: 9,
      },
    ]);
  });

  it.runIf(recent)('says what cannot be read, and where', async () => {
    const asked = targets(client, { text: 'FROM scratch\nRUNN x\n' });
    await expect(asked).rejects.toMatchObject({
      reason: 'server',
      message: expect.stringContaining('unknown instruction: RUNN'),
      failure: { lines: [2, 2] },
    });
  });

  it.runIf(recent)('takes a text that changes between two questions', async () => {
    for (const name of ['one', 'two', 'six']) {
      const found = await targets(client, { text: `FROM scratch AS ${name}\n` });
      expect(found?.map((target) => target.name)).toEqual([name]);
    }
  });
});

describe('outline', () => {
  it('tells arguments with their values, secrets and ssh mounts', async () => {
    const found = await outline(client, { text });
    if (!recent) return expect(found).toBeUndefined();
    expect(found).toEqual({
      args: [
        {
          name: 'WHERE',
          description: 'is the folder it goes to',
          value: '/out',
          line: expect.any(Number),
        },
        { name: 'BARE', description: '', line: 6 },
      ],
      secrets: [{ id: 'token', required: true, line: 7 }],
      ssh: [{ id: 'default', required: false, line: 7 }],
      caches: [],
    });
  });

  it.runIf(recent)('is that of a target, with the values that a build is given', async () => {
    const stages = 'FROM scratch AS one\nARG A\nFROM scratch AS two\nARG B=1\n';
    const options = { target: 'one', buildArgs: { A: 'given' } };
    const found = await outline(client, { text: stages, options });
    expect(found?.args).toMatchObject([{ name: 'A', value: 'given' }]);
  });
});

describe('outline, of a stage that a trigger has copy from itself,', () => {
  it('is not asked for, as engines crash by it', async () => {
    const text = 'FROM scratch AS b\nONBUILD COPY --from=b x y\nFROM b AS b\n';
    expect(await outline(client, { text })).toBeUndefined();
    await expect(client.docker.ping()).resolves.toBeDefined();
  });
});

describe('lint', () => {
  it('finds what the engine warns of, or says that it cannot', async () => {
    const found = await lint(client, { text });
    if (!newest) return expect(found).toBeUndefined();
    expect(found?.error).toBeUndefined();
    expect(found?.warnings).toContainEqual({
      rule: 'ConsistentInstructionCasing',
      message: "Command 'from' should match the case of the command majority (uppercase)",
      detail: expect.any(String),
      url: expect.stringContaining('https://'),
      lines: [8, 8],
    });
  });

  it.runIf(newest)('tells what keeps it from being built', async () => {
    const found = await lint(client, { text: 'FROM scratch\nRUNN x\n' });
    expect(found).toMatchObject({
      warnings: [],
      error: { message: expect.stringContaining('RUNN'), lines: [2, 2] },
    });
  });

  it.runIf(newest)('knows of files that are ignored', async () => {
    const copying = 'FROM scratch\nCOPY secret.txt /\n';
    const found = await lint(client, { text: copying, dockerignore: 'secret.txt\n' });
    // A check that the frontend makes of request only; see its `check=` directive.
    const asked = await lint(client, {
      text: `# check=experimental=CopyIgnoredFile\n${copying}`,
      dockerignore: 'secret.txt\n',
    });
    expect(found?.warnings).toEqual([]);
    expect(asked?.warnings.map(({ rule }) => rule)).toEqual(['CopyIgnoredFile']);
  });
});

describe('a build whose frontend we are', () => {
  const options = { name: 'x', sharedKey: 'x', services: {}, onProblem: () => {} };

  it.runIf(hasBuildkit)('ends with what the work throws', async () => {
    const failing = asFrontend(client, options, async () => {
      throw new Error('ours');
    });
    await expect(failing).rejects.toThrow('ours');
  });

  it.runIf(hasBuildkit)('is given up at once when it is cancelled', async () => {
    const stop = new AbortController();
    const begun = performance.now();
    let aborted = false;
    const waiting = asFrontend(client, { ...options, signal: stop.signal }, async (frontend) => {
      setTimeout(() => stop.abort(), 50);
      await new Promise<void>((resolve) =>
        frontend.signal.addEventListener('abort', () => resolve()),
      );
      aborted = true;
    });
    await expect(waiting).rejects.toMatchObject({ reason: 'cancelled' });
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(aborted).toBe(true);
  });
});
