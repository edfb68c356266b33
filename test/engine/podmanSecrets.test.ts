import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { BuildOptions } from '../../src/engine/buildkit/request.ts';
import { newRef } from '../../src/engine/buildkit/ids.ts';
import type { BuildWarning } from '../../src/engine/builds/model.ts';
import { saveImages } from '../../src/engine/imageArchive.ts';
import { removeImage } from '../../src/engine/images.ts';
import { bedVariable } from './bed/environment.ts';
import { builderOf, folder } from './buildkit/support.ts';
import { podman, SHELL_IMAGE, suiteClient } from './support/engine.ts';

const client = await suiteClient();

describe.runIf(podman)('a secret of a build by Podman', () => {
  /** What no file but the test's own may hold. */
  const value = `s3cret-${randomBytes(8).toString('hex')}`;
  beforeAll(() => void (process.env['STEVEDORE_TEST_TOKEN'] = value));
  afterAll(() => void delete process.env['STEVEDORE_TEST_TOKEN']);

  async function run(
    text: string,
    more: Partial<BuildOptions> = {},
    signal = new AbortController().signal,
  ) {
    const dir = await folder();
    const written: string[] = [];
    const secrets: string[] = [];
    const warnings: BuildWarning[] = [];
    const options: BuildOptions = {
      context: dir,
      dockerfile: join(dir, 'Dockerfile'),
      tags: [],
      secrets: [{ id: 'token', env: 'STEVEDORE_TEST_TOKEN' }],
      // Podman, looking into its cache, ends with “layer not known” when a test beside it removes an image.
      noCache: true,
      ...more,
    };
    await writeFile(options.dockerfile, text);
    await writeFile(join(dir, 'file'), 'content');
    const done = builderOf(client, dir, process.env)(
      options,
      {
        ref: newRef(),
        onStatus: (told) => {
          warnings.push(...told.warnings);
          written.push(...told.logs.map(({ data }) => Buffer.from(data).toString()));
        },
        onSecret: (secret) => secrets.push(secret.toString()),
        onBuilder: () => {},
      },
      signal,
    );
    const image = await done;
    if (image) onTestFinished(() => removeImage(client, image, { force: true }).then(() => {}));
    return { image: image ?? '', written: written.join(''), secrets, warnings };
  }

  /** Files of the engine, and of where it puts what is temporary, that hold the value. */
  const kept = (...more: readonly string[]): string => {
    const places = [bedVariable('STEVEDORE_TEST_ENGINE_DIR'), '/var/tmp', ...more];
    // Files come and go meanwhile.
    const grep = 'grep -rslF -D skip -e "$0" "$@" || test $? -le 2';
    return execFileSync('sh', ['-c', grep, value, ...places]).toString();
  };
  const mounted = 'RUN --mount=type=secret,id=token';
  /** The value as a command may have it without being kept by that. */
  const spelled = value.replace('s3cret', 's3""cret');

  it('reaches the step that mounts it, and nothing else', async () => {
    const text = [
      `FROM ${SHELL_IMAGE}`,
      'WORKDIR /all',
      'COPY . .',
      `${mounted} test "$(cat /run/secrets/token)" = ${spelled} && echo it is there`,
      'RUN ls -a /all; ls -a /run/secrets || true',
    ];
    const { image, written, secrets } = await run(text.join('\n'));
    expect(written).toMatch(/^it is there$/m);
    expect(written).toMatch(/^file$/m);
    expect(written).not.toMatch(/secret\.[\da-f]|^token$/m);
    expect(secrets).toContain(value);
    const saved = await folder();
    await saveImages(client, [image], join(saved, 'image.tar'));
    execFileSync('tar', ['-xf', 'image.tar'], { cwd: saved });
    expect(kept(saved)).toBe('');
  });

  it('is not left by a build that fails, nor by one that is cancelled while it has it', async () => {
    await expect(run(`FROM ${SHELL_IMAGE}\n${mounted} false\n`)).rejects.toThrow(/false/);
    expect(kept()).toBe('');
    const ended = new AbortController();
    const cancelled = expect(
      run(`FROM ${SHELL_IMAGE}\n${mounted} sleep 10\n`, {}, ended.signal),
    ).rejects.toMatchObject({ reason: 'cancelled' });
    // The step's, and what was sent, in the place where that is looked for.
    await expect
      .poll(kept, { timeout: 20_000, interval: 200 })
      .toMatch(/\/secrets\/token$[^]*^\/var\/tmp\/.*\/\.secret\.[\da-f]+$/m);
    ended.abort();
    await cancelled;
    // Podman lets a step that runs go on to its end.
    await expect.poll(kept, { timeout: 60_000, interval: 500 }).toBe('');
  }, 120_000);

  it('is asked for by no word that would end the engine', async () => {
    await expect(
      run(`FROM ${SHELL_IMAGE}\n${mounted} true\n${mounted},required true\n`),
    ).rejects.toThrow(
      `Podman ${client.engine.podman} may crash by “required” without a value, which line 3 of the Dockerfile has: write required=true.`,
    );
    await run(`FROM ${SHELL_IMAGE}\n${mounted},required=true true\n`);
  });

  it('is not missed where a step can do without, but it is said', async () => {
    const secrets = [{ id: 'token', env: 'NOWHERE' }];
    const text = `FROM ${SHELL_IMAGE}\n${mounted} echo done\n`;
    const { written, warnings } = await run(text, { secrets });
    expect(written).toMatch(/^done$/m);
    expect(warnings.map(({ message }) => message)).toEqual([
      'The secret token is to come from the variable NOWHERE, which is not set.',
    ]);
  });

  it.each([
    [{ id: 'token', file: '/nowhere/token' }, /^The secret token .* does not exist\.$/],
    [{ id: 'a,b', env: 'STEVEDORE_TEST_TOKEN' }, /^The secret “a,b” has a comma in its id/],
  ])('is refused before anything is sent: %j', async (secret, why) => {
    const failed = run('FROM scratch\n', { secrets: [secret] });
    await expect(failed).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringMatching(why),
    });
  });
});
