import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import { inspectImage } from '../../../src/engine/images.ts';
import { generation, podman, suiteClient, unique } from '../support/engine.ts';
import { build, builderOf, folder } from './support.ts';

const client = await suiteClient();
const namesIn = (archive: string) => execFileSync('tar', ['-tf', archive]).toString().split('\n');

/** A folder with a file to copy, another for what is built, and the Dockerfile's text. */
async function bed() {
  const [dir, out] = [await folder(), await folder()];
  await writeFile(join(dir, 'file'), 'content');
  const text = `FROM scratch\nCOPY file /\nLABEL x=${unique('x')}\n`;
  return { dir, out, text, tag: `localhost/${unique('outputs')}:1` };
}

describe('several outputs', () => {
  it.runIf(podman)('are refused by the classic builder', async () => {
    const { dir, out } = await bed();
    const options = {
      context: dir,
      dockerfile: join(dir, 'Dockerfile'),
      dockerfileText: 'FROM scratch\n',
      tags: [],
    };
    const hooks = { ref: newRef(), onStatus() {}, onSecret() {}, onBuilder() {} };
    for (const type of ['local', 'tar', 'docker', 'oci'] as const) {
      const outputs = [{ type: 'image' }, { type, dest: out }] as const;
      const done = builderOf(client, dir)(
        { ...options, outputs },
        hooks,
        new AbortController().signal,
      );
      await expect(done).rejects.toThrow(/no other outputs than images/);
    }
  });

  it.runIf(generation === 'old')('are refused before anything is sent', async () => {
    const { dir, out, text } = await bed();
    const outputs = [{ type: 'image' }, { type: 'local', dest: out }] as const;
    await expect(build(client, dir, text, { outputs })).rejects.toMatchObject({
      reason: 'not-supported',
      message:
        'This engine makes one output of a build: run it once for each, or use an engine of Docker 26 or later.',
    });
    expect(await readdir(out)).toEqual([]);
  });

  it.runIf(generation === 'new')('are all made by one build', async () => {
    const { dir, out, text, tag } = await bed();
    const [one, two, tar, again] = ['one', 'two', 'a.tar', 'b.tar'].map((name) => join(out, name));
    if (!one || !two || !tar || !again) throw new Error('unreachable');
    const { image } = await build(client, dir, text, {
      tags: [tag],
      outputs: [
        { type: 'local', dest: one },
        { type: 'tar', dest: tar },
        { type: 'image' },
        { type: 'cacheonly' },
        { type: 'local', dest: two },
        { type: 'tar', dest: again },
      ],
    });
    expect(image).toMatch(/^sha256:/);
    expect((await inspectImage(client, tag)).RepoTags).toContain(tag);
    for (const dest of [one, two])
      expect(await readFile(join(dest, 'file'), 'utf8')).toBe('content');
    for (const dest of [tar, again]) expect(namesIn(dest)).toContain('file');
  });

  it.runIf(generation === 'new')('which one could not be written is said', async () => {
    const { dir, out, text } = await bed();
    const dest = join(dir, 'file/out.tar');
    const kept = join(out, 'kept.tar');
    await writeFile(kept, 'old');
    const outputs = [
      { type: 'tar', dest: kept },
      { type: 'tar', dest },
    ] as const;
    await expect(build(client, dir, text, { outputs })).rejects.toThrow(
      `“${dest}” could not be written`,
    );
    // That of a build which fails is in nobody's place.
    expect(await readFile(kept, 'utf8')).toBe('old');
    expect(await readdir(out)).toEqual(['kept.tar']);
  });

  it.runIf(generation === 'new')(
    'go to one folder for several platforms where that is said',
    async () => {
      const { dir, out } = await bed();
      await writeFile(join(dir, 'amd64'), 'a');
      await writeFile(join(dir, 'arm64'), 'b');
      const text = 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\n';
      const attrs = { 'platform-split': 'false' };
      const platforms = ['linux/amd64', 'linux/arm64'];
      await build(client, dir, text, { platforms, outputs: [{ type: 'local', dest: out, attrs }] });
      expect((await readdir(out)).toSorted()).toEqual(['amd64', 'arm64']);
    },
  );

  it.skipIf(podman)('say nothing that the engine would pass over', async () => {
    const { dir, out, text } = await bed();
    const attrs = { compression: 'zstd' };
    const archive = { type: 'docker', dest: join(out, 'a.tar'), attrs } as const;
    for (const output of [{ type: 'image', attrs }, archive] as const)
      await expect(build(client, dir, text, { outputs: [output] })).rejects.toMatchObject({
        reason: 'not-supported',
        message: expect.stringMatching(/have no “compression”: leave it out/),
      });
  });

  it.skipIf(podman)('an image and archives of it', async () => {
    const { dir, out, text, tag } = await bed();
    const [one, two] = [join(out, 'a.tar'), join(out, 'b.tar')];
    const outputs = [
      { type: 'image' },
      { type: 'docker', dest: one },
      { type: 'docker', dest: two },
    ] as const;
    const { image = '' } = await build(client, dir, text, { tags: [tag], outputs });
    expect((await inspectImage(client, image)).RepoTags).toContain(tag);
    for (const dest of [one, two]) expect(namesIn(dest)).toContain('manifest.json');
  });
});
