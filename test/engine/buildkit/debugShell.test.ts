import { describe, expect, it } from 'vitest';
import type { Client } from '../../../src/engine/client.ts';
import { connect } from '../../../src/engine/client.ts';
import { openDebugShell } from '../../../src/engine/buildkit/debugShell.ts';
import type { DebugShellOptions } from '../../../src/engine/buildkit/debugShell.ts';
import { cacheRecords } from '../../../src/engine/buildkit/cache.ts';
import { secretServices } from '../../../src/engine/buildkit/services/secrets.ts';
import { textServices } from '../../../src/engine/buildkit/services/texts.ts';
import type { Session } from '../../../src/engine/session.ts';
import { recent } from '../support/buildkit.ts';
import { BARE_IMAGE, SHELL_IMAGE, suiteClient, testClient, unique } from '../support/engine.ts';
import { privateEngine } from '../support/privateEngine.ts';

const client = await suiteClient();

/** Opens a shell in what the Dockerfile's failing RUN leaves behind. */
function open(text: string, more: Partial<DebugShellOptions> = {}, by: Client = client) {
  return openDebugShell(by, {
    build: { context: '/', dockerfile: '/Dockerfile', tags: [], ...more.build },
    sharedKey: 'test',
    services: { ...textServices({ dockerfile: { Dockerfile: text } }), ...more.services },
    onProblem: () => {},
    size: { columns: 91, rows: 31 },
    ...(more.signal && { signal: more.signal }),
    ...(more.onStatus && { onStatus: more.onStatus }),
  });
}

/** Collects what a session writes. */
function reading(session: Session) {
  let seen = '';
  const done = (async () => {
    for await (const { data } of session.output) seen += data.toString();
  })();
  return {
    done,
    see: (text: string | RegExp) => expect.poll(() => seen).toMatch(text),
  };
}

const image = `FROM ${SHELL_IMAGE}\n`;

describe.runIf(recent)('a shell in a failed step', () => {
  it('sees what the failed command wrote, in its directory, with its environment', async () => {
    const shell = await open(
      `${image}ENV GREETING=hello
WORKDIR /tmp/made
RUN echo passed > /tmp/made/before
ARG GIVEN=unset
RUN echo written > /tmp/made/by-failed && exit 7\n`,
      { build: { context: '/', dockerfile: '/Dockerfile', tags: [], buildArgs: { GIVEN: 'yes' } } },
    );
    expect(shell.args.join(' ')).toContain('echo written');
    expect(shell.message).toContain('exit code: 7');
    const { session } = shell;
    const { see, done } = reading(session);
    await session.write('echo "$(cat by-failed before) $GREETING $GIVEN $PWD"\n');
    await see(/written\s+passed hello yes \/tmp\/made/);
    // runc passes a size on to its own terminal once the program runs, which may have begun by then.
    const sized = (size: string) => `until [ "$(stty size)" = "${size}" ]; do :; done; `;
    await session.write(`${sized('31 91')}echo begun-$((40 + 2))\n`);
    await see(/begun-42/);
    await session.resize(120, 40);
    await session.write(`${sized('40 120')}exit 9\n`);
    await done;
    expect(await session.ended).toEqual({ exitCode: 9, detached: false, message: undefined });
  });

  it('runs as the user of the step', async () => {
    const { session } = await open(`${image}USER 1234:4321\nRUN cat /nothing\n`);
    const { see, done } = reading(session);
    await session.write(
      'while read -r line; do case $line in Uid*|Gid*) echo "= $line";; esac; done </proc/self/status; exit\n',
    );
    await see(/= Uid:\s+1234/);
    await see(/= Gid:\s+4321/);
    await done;
  });

  it('has the mounts of the step: secrets, caches, other stages, memory', async () => {
    const { session } = await open(
      `FROM ${SHELL_IMAGE} AS other
RUN echo from-other > /file
FROM ${SHELL_IMAGE}
RUN --mount=type=secret,id=token --mount=type=cache,target=/cache --mount=type=tmpfs,target=/memory --mount=type=bind,from=other,source=/file,target=/file --network=none echo kept > /cache/kept && false\n`,
      {
        services: secretServices(
          [{ id: 'token', env: 'T' }],
          { T: 'its-value' },
          () => {},
          () => {},
        ),
      },
    );
    const { see, done } = reading(session);
    await session.write('cat /run/secrets/token; echo; cat /cache/kept /file; ls /sys/class/net\n');
    await see(/its-value/);
    await see(/kept\r?\nfrom-other\r?\nlo\r?\n/);
    await session.write('cat /proc/mounts; exit\n');
    await see(/tmpfs \/memory/);
    await done;
  });

  it('uses the shell of the step where there is no other', async () => {
    const { session } = await open(
      `FROM scratch
COPY --from=${SHELL_IMAGE} /bin/busybox /odd/ash
SHELL ["/odd/ash", "-c"]
RUN exit 3\n`,
    );
    const { see, done } = reading(session);
    await session.write('echo here-$((40 + 2)); exit\n');
    await see(/here-42/);
    await done;
  });

  it('says so where there is none', async () => {
    const opening = open(`FROM ${BARE_IMAGE}\nRUN ["/sleep", "--nonsense"]\n`);
    await expect(opening).rejects.toMatchObject({
      reason: 'not-supported',
      message: expect.stringContaining('no shell'),
    });
  });

  it('says so when the build does not fail, fails elsewhere or runs no command', async () => {
    await expect(open(`${image}RUN true\n`)).rejects.toMatchObject({ reason: 'conflict' });
    await expect(open(`${image}RUNN true\n`)).rejects.toMatchObject({
      name: 'BuildError',
      failure: { lines: [2, 2] },
    });
    await expect(open(`${image}COPY nothing /\n`)).rejects.toMatchObject({
      reason: 'not-supported',
      message: expect.stringContaining('runs no command'),
    });
  });

  it('lets go of everything when it is closed', async () => {
    const mark = unique('closing');
    const { session } = await open(`${image}RUN echo ${mark} > /it; false\n`);
    const { see, done } = reading(session);
    await session.write('sleep 1000; echo "woken-$((1 + 1))"\n');
    await see(/sleep 1000/);
    const held = async () =>
      (await cacheRecords(client)).filter(
        ({ description, inUse }) => inUse && description.includes(mark),
      );
    expect(await held()).not.toEqual([]);
    session.close();
    await done;
    expect(await session.ended).toEqual({
      exitCode: undefined,
      detached: false,
      message: undefined,
    });
    await expect.poll(held).toEqual([]);
  });

  it('is given up when it is cancelled while the build still runs', async () => {
    const stop = new AbortController();
    const opening = open(`${image}RUN sleep 1000\n`, {
      signal: stop.signal,
      onStatus: ({ steps }) => {
        if (steps.some(({ name, started }) => started && name.includes('sleep 1000'))) stop.abort();
      },
    });
    await expect(opening).rejects.toMatchObject({ reason: 'cancelled' });
  });

  it('ends with the engine', async () => {
    const engine = await privateEngine();
    try {
      const own = await testClient(engine.endpoint);
      const { session } = await open(`${image}RUN false\n`, {}, own);
      const { see, done } = reading(session);
      await session.write('echo up-$((1 + 1))\n');
      await see(/up-2/);
      process.kill(engine.pid(), 'SIGKILL');
      await done;
      const end = await session.ended;
      expect(end.exitCode).toBeUndefined();
      expect(end.message).toMatch(/broke off/);
      own.close();
    } finally {
      await engine.end();
    }
  }, 120_000);
});

describe.runIf(!recent)('an engine that keeps nothing of failed steps', () => {
  it('says so', async () => {
    const again = await connect(client.endpoint);
    await expect(open(`${image}RUN exit 3\n`, {}, again)).rejects.toMatchObject({
      reason: 'not-supported',
      message: expect.stringContaining('Docker 25'),
    });
    again.close();
  });
});
