import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  bedEndpoint,
  generation,
  podman,
  SHELL_IMAGE,
  suiteClient,
  unique,
} from '../support/engine.ts';
import { newest } from '../support/buildkit.ts';
import { build, folder } from './support.ts';

const client = await suiteClient();

/** Plants files by path: a text with its mode, or a link. */
async function plant(
  root: string,
  files: Readonly<Record<string, string | readonly [text: string, mode: number]>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> '))
      await symlink(content.slice(3), path);
    else {
      const [text, mode] = typeof content === 'string' ? [content, 0o644] : content;
      await writeFile(path, text);
      await chmod(path, mode);
      await utimes(path, 1, 1_600_000_000.25 + text.length);
    }
  }
}

/**
 * All that a directory of an image holds: names as bytes, what the archive says of each, digests of contents. The times
 * of directories that the build has `made` are left out.
 */
async function filesOf(image: string, path: string, made: RegExp): Promise<readonly string[]> {
  const { Id } = (await client.request({
    method: 'POST',
    path: '/containers/create',
    body: { Image: image, Cmd: ['none'] },
    as: 'json',
  })) as { readonly Id: string };
  try {
    const tar = extract({ filenameEncoding: 'latin1' } as never);
    const archive = await client.request({
      path: `/containers/${Id}/archive?path=${path}`,
      as: 'stream',
    });
    (archive as Readable).pipe(tar);
    const lines: string[] = [];
    for await (const entry of tar) {
      const hash = createHash('sha256');
      for await (const chunk of entry) hash.update(chunk as Buffer);
      const { name, mode, uid, gid, size, type, linkname, mtime } = entry.header;
      // Before Docker 23 the builder didn't keep the times of directories that it had filled.
      const filled = generation === 'old' && type === 'directory';
      const time = filled || made.test(name) ? 0 : mtime?.getTime();
      lines.push(
        JSON.stringify([
          name,
          mode.toString(8),
          uid,
          gid,
          size,
          type,
          linkname,
          time,
          hash.digest('hex'),
        ]),
      );
    }
    return lines.toSorted();
  } finally {
    await client.request({ method: 'DELETE', path: `/containers/${Id}`, as: 'bytes' });
  }
}

function buildx(context: string, dockerfile: string): string {
  const tag = `localhost/${unique('buildx')}:1`;
  // Docker's own client has buildx do this, and before Docker 23 it has the same within itself.
  execFileSync(
    'docker',
    ['--host', bedEndpoint.url, 'build', '--no-cache', '-t', tag, '-f', dockerfile, context],
    { stdio: 'pipe', env: { ...process.env, DOCKER_BUILDKIT: '1' } },
  );
  onTestFinished(async () => {
    await client.request({ method: 'DELETE', path: `/images/${tag}?force=1`, as: 'bytes' });
  });
  return tag;
}

/** Builds both ways, nothing cached, and compares what is in `/all` of the images. Resolves with the names. */
async function compare(root: string, copies: string, made = /^all\/$/): Promise<readonly string[]> {
  const text = `FROM ${SHELL_IMAGE}\n${copies}\n`;
  await writeFile(join(root, 'Dockerfile'), text);
  const theirs = await filesOf(buildx(root, join(root, 'Dockerfile')), '/all', made);
  const { image = '', told } = await build(client, root, text, {
    noCache: true,
    dockerfileText: undefined,
  });
  expect(told.problems).toEqual([]);
  const ours = await filesOf(image, '/all', made);
  expect(ours).toEqual(theirs);
  return ours.map((line) => (JSON.parse(line) as readonly [string])[0]);
}

describe.skipIf(podman)('a context', () => {
  it('arrives as buildx sends it: modes, links, times, names of any bytes', async () => {
    const root = await folder();
    await plant(root, {
      'a/b/file': 'deep',
      'a-b': 'sorts between',
      'bin/tool': ['#!/bin/sh', 0o6755],
      'bin/closed': ['x', 0o600],
      'bin/link': '-> tool',
      dangling: '-> nowhere',
      circle: '-> .',
      absolute: '-> /etc/passwd',
      empty: '',
      'ünïcödé 😀': 'u',
      'new\nline "quoted"': 'n',
      'sticky/file': 's',
    });
    // Since Docker 28 the builder takes names in UTF-8 only, from buildx, too.
    if (!newest)
      await writeFile(
        Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0xfe])]),
        'raw',
      );
    await mkdir(join(root, 'nothing/inside'), { recursive: true });
    await chmod(join(root, 'sticky'), 0o1777);
    await link(join(root, 'a/b/file'), join(root, 'z-hard'));
    const names = await compare(root, 'COPY . /all');
    expect(names).toContain('all/nothing/inside/');
    expect(names.length).toBeGreaterThan(18);
  });

  describe('a name that is not in UTF-8', () => {
    const text = 'FROM scratch\nCOPY . /\n';
    const raw = Buffer.from('caf\u00e9', 'latin1');
    const reason = 'the BuildKit of this engine takes nothing else: rename it, or leave it out';

    it('is built, or the build says whose it is', async () => {
      const root = await folder();
      for (let index = 0; index < 500; index++) await writeFile(join(root, `file-${index}`), 'x');
      await mkdir(join(root, 'deep'));
      await writeFile(Buffer.concat([Buffer.from(`${root}/deep/`), raw]), '');
      const built = build(client, root, text);
      if (!newest) await built;
      else
        await expect(built).rejects.toMatchObject({
          message: `The name of “deep/caf\ufffd” is not in UTF-8, and ${reason} by .dockerignore.`,
          reason: 'bad-request',
        });
    });

    it('is built, or the build says which link leads to it', async () => {
      const root = await folder();
      await symlink(raw, join(root, 'link'));
      const built = build(client, root, text);
      if (!newest) await built;
      else
        await expect(built).rejects.toThrow(
          `What the link “link” leads to is not in UTF-8, and ${reason}`,
        );
    });

    it('is of no account where .dockerignore leaves it out', async () => {
      const root = await folder();
      await plant(root, { '.dockerignore': 'deep\n', kept: 'k' });
      await mkdir(join(root, 'deep'));
      await writeFile(Buffer.concat([Buffer.from(`${root}/deep/`), raw]), '');
      await build(client, root, text);
    });

    it('is not blamed for another failure', async () => {
      const root = await folder();
      await writeFile(Buffer.concat([Buffer.from(`${root}/`), raw]), '');
      await expect(build(client, root, 'FROM scratch\nCOPY none /\n')).rejects.toThrow(/none/);
    });
  });

  // The client of Docker 20.10 lost exceptions with wildcards more than a directory below what was left out.
  it.skipIf(generation === 'old')(
    'leaves out what .dockerignore does, and keeps its exceptions',
    async () => {
      const root = await folder();
      await plant(root, {
        '.dockerignore':
          '# no\n*\n!src\n!docs/**/*.md\nsrc/**/*.log\n!src/keep.log\n/src/tmp\n!/hard\nlib',
        'src/main.ts': 'm',
        'src/deep/er/out.log': 'o',
        'src/keep.log': 'k',
        'src/tmp/t': 't',
        'docs/a/b/c.md': 'c',
        'docs/a/b/c.txt': 'c',
        'lib/y': 'y',
        hidden: 'h',
      });
      await link(join(root, 'hidden'), join(root, 'hard'));
      const names = await compare(root, 'COPY . /all');
      expect(names).toContain('all/docs/a/b/c.md');
      expect(names).not.toContain('all/hidden');
    },
  );

  it('sends what is in a file of which .dockerignore says two things, where buildx sends an empty one', async () => {
    const root = await folder();
    // The walk keeps lib/x, for the last pattern was of no account for lib; all patterns together leave it out.
    await plant(root, { '.dockerignore': 'lib\n!lib/x\nlib', 'lib/x': 'kept', 'lib/y': 'y' });
    const { output } = await build(
      client,
      root,
      `FROM ${SHELL_IMAGE}\nCOPY . /all\nRUN cat /all/lib/*\n`,
    );
    expect(output).toBe('kept');
  });

  it('takes <Dockerfile>.dockerignore before .dockerignore', async () => {
    const root = await folder();
    await plant(root, {
      '.dockerignore': 'one',
      'Dockerfile.dockerignore': 'two\nDockerfile*',
      one: '1',
      two: '2',
    });
    expect(await compare(root, 'COPY . /all')).toEqual(['all/', 'all/.dockerignore', 'all/one']);
  });

  it('sends what is copied by wildcards and behind links, several at once, and no more', async () => {
    const root = await folder();
    await plant(root, {
      'package.json': '{}',
      'package-lock.json': '{}',
      'packages/one/p.json': '1',
      'data/v1/a,b.txt': 'comma',
      'data/v1/c.txt': 'c',
      'data/v2/d.txt': 'd',
      current: '-> data/v1',
      'deep/way': '-> ../data/v2',
      'l1.cfg': '-> data/v2/d.txt',
      'l2.cfg': '-> /package.json',
      'big/unused': 'x'.repeat(100_000),
      'é, ü/f': 'encoded',
    });
    const names = await compare(
      root,
      [
        'COPY package*.json /all/p/',
        'COPY current/a*.txt deep/way/d.txt /all/c/',
        'COPY l*.cfg /all/l/',
        'COPY ["é, ü", "/all/e/"]',
      ].join('\n'),
      /^all\/(?:\w\/)?$/,
    );
    expect(names).toContain('all/c/a,b.txt');
    expect(names).toContain('all/c/d.txt');
    const { told } = await build(client, root, `FROM ${SHELL_IMAGE}\nCOPY package*.json /all/\n`, {
      surroundings: { onSent: (sent) => expect(sent.bytes).toBeLessThan(10_000) },
    });
    expect(told.problems).toEqual([]);
  });
});
