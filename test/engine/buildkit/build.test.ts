import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacksBuildkit } from '../../../src/engine/buildkit/lacking.ts';
import { inspectImage } from '../../../src/engine/images.ts';
import { generation, podman, SHELL_IMAGE, suiteClient, unique } from '../support/engine.ts';
import { build, folder, named, startBuild } from './support.ts';

const client = await suiteClient();

/** Makes a step's cache miss. */
const fresh = () => `RUN echo ${unique('fresh')}\n`;

describe.runIf(podman)('an engine without BuildKit', () => {
  it('says so in a way that lets another builder be taken', async () => {
    const { done } = startBuild(client, await folder(), 'FROM scratch\n');
    await expect(done).rejects.toSatisfy(lacksBuildkit);
  });
});

describe.skipIf(podman)('a build by BuildKit', () => {
  it('makes an image of everything that it is asked for', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'file'), 'content\n');
    const tags = [`localhost/${unique('one')}:1`, `localhost/${unique('two')}:2`];
    const text = [
      `FROM ${SHELL_IMAGE} AS first`,
      'ARG WHO=nobody',
      'COPY file /file',
      'RUN echo "hello $WHO" && cat /file /etc/hosts',
      'FROM first AS second',
      'RUN false',
    ].join('\n');
    const { image, told, output } = await build(client, dir, text, {
      tags,
      target: 'first',
      buildArgs: { WHO: '$(you) "x"' },
      labels: { 'a,b': '"c"' },
      addHosts: ['db:10.9.8.7'],
      network: 'none',
      noCache: true,
    });
    expect(output).toContain('hello $(you) "x"\ncontent\n');
    expect(output).toContain('10.9.8.7\tdb');
    for (const tag of tags) {
      const found = await inspectImage(client, tag);
      expect(found.Id).toBe(image);
      expect(found.Config.Labels).toMatchObject({ 'a,b': '"c"' });
    }
    expect(named(told, /^\[(first )?2\/3\] COPY file/)?.completed).toBeGreaterThan(0);
    expect(named(told, 'RUN false')).toBeUndefined();
    expect(told.problems).toEqual([]);
  });

  it('sends nothing that the engine has, and tells what was cached', async () => {
    const dir = await folder();
    for (let index = 0; index < 50; index++)
      await writeFile(join(dir, `file-${index}`), `${index} ${'x'.repeat(1000)}`);
    const text = `FROM scratch\nCOPY . /\nLABEL x=${unique('x')}\n`;
    const first = await build(client, dir, text);
    expect(first.told.sent.files).toBeGreaterThanOrEqual(50);
    await writeFile(join(dir, 'file-7'), 'changed');
    const second = await build(client, dir, text);
    // The changed file, and the Dockerfile's new time at the most.
    expect(second.told.sent.files).toBeLessThanOrEqual(2);
    expect(second.told.sent.bytes).toBeLessThanOrEqual('changed'.length + text.length);
    const third = await build(client, dir, text);
    expect(named(third.told, 'COPY . /')?.cached).toBe(true);
  });

  it('takes a Dockerfile from outside of the context, and ignores by its own file', async () => {
    const [dir, other] = [await folder(), await folder()];
    await writeFile(join(dir, 'kept'), 'kept\n');
    await writeFile(join(dir, 'left'), 'left\n');
    await writeFile(join(dir, '.dockerignore'), 'kept\n');
    const dockerfile = join(other, 'web.Dockerfile');
    const text = `FROM ${SHELL_IMAGE}\nCOPY . /src\nRUN cd /src && echo * # ${unique('x')}\n`;
    await writeFile(dockerfile, text);
    await writeFile(`${dockerfile}.dockerignore`, 'left\n.dockerignore\n');
    const { output } = await build(client, dir, '', { dockerfile, dockerfileText: undefined });
    expect(output).toBe('kept\n');
    const plain = await build(client, dir, text);
    expect(plain.output).toBe('left\n');
  });

  it('asks before it sends more than it may, and not for what the engine has', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'large'), Buffer.alloc(300_000, unique('large')));
    const text = 'FROM scratch\nCOPY . /\n';
    let asked = 0;
    const ask = async () => void asked++;
    const surroundings = { allowance: { bytes: 200_000, ask } };
    await expect(
      build(client, dir, text, {
        surroundings: {
          allowance: { bytes: 200_000, ask: () => Promise.reject(new Error('declined')) },
        },
      }),
    ).rejects.toThrow('declined');
    await build(client, dir, text, { surroundings });
    expect(asked).toBe(1);
    await writeFile(join(dir, 'small'), 'added');
    await build(client, dir, text, { surroundings });
    expect(asked).toBe(1);
  });

  it('reads named contexts and stages of other images', async () => {
    const [dir, lib] = [await folder(), await folder()];
    await writeFile(join(lib, 'lib.txt'), 'from the library\n');
    const text = `FROM base\nCOPY --from=lib lib.txt /\nRUN cat /lib.txt # ${unique('x')}\n`;
    const options = { contexts: { lib, base: `docker-image://${SHELL_IMAGE}` } };
    const attempt = build(client, dir, text, options);
    if (generation === 'old') await expect(attempt).rejects.toThrow('knows no named contexts');
    else expect((await attempt).output).toBe('from the library\n');
  });

  it.skipIf(generation === 'old')('may have named contexts called as its own folders', async () => {
    const [dir, other] = [await folder(), await folder()];
    await writeFile(join(dir, 'file'), 'of the build\n');
    await writeFile(join(other, 'file'), 'of another\n');
    const from = (name: string) => `COPY --from=${name} file /${name}`;
    const text = `FROM ${SHELL_IMAGE}\nCOPY file /own\n${from('context')}\n${from('dockerfile')}\nRUN cat /own /context /dockerfile # ${unique('x')}\n`;
    const { output } = await build(client, dir, text, {
      contexts: { context: other, dockerfile: other },
    });
    expect(output).toBe('of the build\nof another\nof another\n');
  });

  it('takes no image for a named context of its name', async () => {
    const [dir, lib] = [await folder(), await folder()];
    await writeFile(join(lib, 'lib.txt'), 'from the library\n');
    const name = unique('lib');
    const wrong = `FROM ${SHELL_IMAGE}\nRUN echo wrong > /lib.txt\n`;
    await build(client, dir, wrong, { tags: [name] });
    const text = `FROM ${SHELL_IMAGE}\nCOPY --from=${name} lib.txt /\nRUN cat /lib.txt\n`;
    const attempt = build(client, dir, text, { contexts: { [name]: lib } });
    if (generation === 'old') await expect(attempt).rejects.toThrow('knows no named contexts');
    else expect((await attempt).output).toBe('from the library\n');
  });

  it('gives secrets to the step that mounts them, and to nothing else', async () => {
    const dir = await folder();
    const file = join(await folder(), 'token');
    await writeFile(file, 'file-s3cret');
    const text = [
      `FROM ${SHELL_IMAGE}`,
      'RUN --mount=type=secret,id=file --mount=type=secret,id=env cat /run/secrets/file /run/secrets/env > /dev/null',
      'RUN test ! -e /run/secrets/file && echo gone',
    ].join('\n');
    const { told, output } = await build(client, dir, text, {
      noCache: true,
      secrets: [
        { id: 'file', file },
        { id: 'env', env: 'TOKEN' },
      ],
      surroundings: { env: { TOKEN: 'env-s3cret' } },
    });
    expect(told.secrets.toSorted()).toEqual(['env-s3cret', 'file-s3cret']);
    expect(output).toBe('gone\n');
    const shown = JSON.stringify([...told.steps.values(), told.transfers, output]);
    expect(shown).not.toContain('s3cret');
  });

  it('writes the files of the result into a folder', async () => {
    const [dir, dest] = [await folder(), await folder()];
    await writeFile(join(dest, 'mine'), 'stays');
    await mkdir(join(dir, 'sub'));
    await writeFile(join(dir, 'sub/file'), 'content', { mode: 0o640 });
    const { image } = await build(client, dir, 'FROM scratch\nCOPY . /out/\n', {
      outputs: [{ type: 'local', dest }],
    });
    expect(image).toBeUndefined();
    expect((await readdir(dest)).toSorted()).toEqual(['mine', 'out']);
    expect(await readFile(join(dest, 'out/sub/file'), 'utf8')).toBe('content');
  });

  it.each(['local', 'tar'] as const)('says what could not be written: %s', async (type) => {
    const dir = await folder();
    await writeFile(join(dir, 'file'), '');
    const dest = join(dir, 'file/out');
    const { done } = startBuild(client, dir, `FROM ${SHELL_IMAGE}\n`, {
      outputs: [{ type, dest }],
    });
    const error = await done.catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'EngineError', status: undefined });
    const what =
      type === 'local'
        ? `The folder “${dest}” could not be made`
        : `“${dest}” could not be written`;
    expect(String(error)).toContain(`EngineError: ${what}: `);
  });

  it.each(['tar', 'docker', 'oci'] as const)('writes an archive: %s', async (type) => {
    const dir = await folder();
    const dest = join(await folder(), 'out.tar');
    await writeFile(join(dir, 'file'), 'content');
    const attempt = build(client, dir, 'FROM scratch\nCOPY file /\n', {
      outputs: [{ type, dest }],
      tags: [`localhost/${unique('saved')}:1`],
    });
    if (type === 'oci' && generation === 'old') {
      await expect(attempt).rejects.toMatchObject({ reason: 'not-supported' });
      return;
    }
    await attempt;
    const names = execFileSync('tar', ['-tf', dest]).toString().split('\n');
    if (type === 'tar') expect(names).toContain('file');
    if (type === 'docker') expect(names).toContain('manifest.json');
    if (type === 'oci') expect(names).toContain('oci-layout');
  });

  it('tells the step, the line and the exit code of what fails, and its output', async () => {
    const dir = await folder();
    const text = `FROM ${SHELL_IMAGE}\n\n${fresh()}RUN echo before && \\\n  sh -c 'exit 7'\nRUN echo never\n`;
    const { done, told } = startBuild(client, dir, text);
    const error = (await done.catch((error: unknown) => error)) as { failure: object };
    expect(error).toMatchObject({ name: 'BuildError', reason: 'server' });
    expect(error.failure).toMatchObject({
      exitCode: 7,
      ...(generation !== 'old' && { lines: [4, 5], step: named(told, 'exit 7')?.id }),
    });
    expect(told.logs.map(({ data }) => Buffer.from(data).toString()).join('')).toContain('before');
    expect(named(told, 'exit 7')?.error).toMatch(/exit code: 7/);
  });

  it('tells why a build of a very long Dockerfile failed', async () => {
    const comments = `# ${'x'.repeat(98)}\n`.repeat(1000);
    const text = `FROM ${SHELL_IMAGE}\n${comments}RUN echo ${unique('x')} && exit 7\n`;
    const { done, told } = startBuild(client, await folder(), text);
    const error = await done.catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'BuildError', failure: { exitCode: 7 } });
    expect(named(told, 'exit 7')?.error).toMatch(/exit code: 7/);
  });

  it('takes a .dockerignore of a thousand lines', async () => {
    const dir = await folder();
    const lines = Array.from({ length: 1000 }, (_, at) => `some/folder/or/other/${at}/**/*.log`);
    await writeFile(join(dir, '.dockerignore'), [...lines, 'left'].join('\n'));
    await writeFile(join(dir, 'left'), 'x');
    await writeFile(join(dir, 'kept'), 'x');
    const { output } = await build(
      client,
      dir,
      `FROM ${SHELL_IMAGE}\nCOPY . /src\nRUN ls /src # ${unique('x')}\n`,
    );
    expect(output).toBe('kept\n');
  });

  it.each([
    ['RUNN x', /unknown instruction: RUNN/i, [2, 2]],
    ['COPY nothing /', /nothing is not where the instruction copies from/, [2, 2]],
    ['RUN --mount=type=secret,id=lost,required cat /run/secrets/lost', /lost/, undefined],
  ])('blames %s', async (line, words, lines) => {
    const { done } = startBuild(client, await folder(), `FROM ${SHELL_IMAGE}\n${line}\n`);
    const error = (await done.catch((error: unknown) => error)) as Error & { failure: object };
    expect(error.message).toMatch(words);
    if (generation !== 'old' && lines) expect(error.failure).toMatchObject({ lines });
  });

  it('says that a frontend image cannot be had', async () => {
    const text = '# syntax=127.0.0.1:5051/no/such:frontend\nFROM scratch\nCOPY . /\n';
    const { done } = startBuild(client, await folder(), text);
    await expect(done).rejects.toThrow(/no\/such:frontend/);
  });
});
