import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerAsAgent } from '../../../src/engine/buildkit/services/sshKeyring.ts';
import { readSshKey } from '../../../src/engine/buildkit/services/sshKeys.ts';
import type { SshKey } from '../../../src/engine/buildkit/services/sshKeys.ts';
import { podman, SHELL_IMAGE, suiteClient, unique } from '../support/engine.ts';
import { build, folder } from './support.ts';

const run = promisify(execFile);

const client = await suiteClient();

/** Makes a key by ssh-keygen; its path. */
async function newKey(dir: string, name: string, ...options: readonly string[]): Promise<string> {
  const path = join(dir, name);
  await run('ssh-keygen', ['-q', '-N', '', '-C', 'me', '-f', path, ...options]);
  return path;
}

/** The agent of these keys, behind a socket. */
async function serve(dir: string, keys: readonly SshKey[]): Promise<NodeJS.ProcessEnv> {
  const socket = join(dir, 'agent.sock');
  const server = createServer((peer) => {
    let held = Buffer.alloc(0);
    peer.on('data', (data) => {
      held = Buffer.concat([held, data]);
      while (held.length >= 4 && held.length >= 4 + held.readUInt32BE()) {
        const end = 4 + held.readUInt32BE();
        peer.write(answerAsAgent(keys, held.subarray(0, end)));
        held = held.subarray(end);
      }
    });
  }).listen(socket);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { ...process.env, SSH_AUTH_SOCK: socket };
}

describe('keys of ssh-keygen', () => {
  const kinds: readonly (readonly [string, ...string[]])[] = [
    ['ed25519', '-t', 'ed25519'],
    ['rsa', '-t', 'rsa', '-b', '2048'],
    ['rsa in PEM', '-t', 'rsa', '-b', '3072', '-m', 'PEM'],
    ['rsa in PKCS#8', '-t', 'rsa', '-b', '2048', '-m', 'PKCS8'],
    ['ecdsa', '-t', 'ecdsa', '-b', '256'],
    ['ecdsa in PEM', '-t', 'ecdsa', '-b', '384', '-m', 'PEM'],
    ['ecdsa of 521 bits', '-t', 'ecdsa', '-b', '521'],
  ];

  it.each(kinds)(
    'are those that ssh reads, and sign as ssh demands: %s',
    async (_name: string, ...options: string[]) => {
      const dir = await folder();
      const path = await newKey(dir, 'key', ...options);
      const key = await readSshKey(path);
      const [, blob = ''] = (await readFile(`${path}.pub`, 'utf8')).split(' ');
      expect(key.blob.toString('base64')).toBe(blob);
      const env = await serve(dir, [key]);
      const { stdout } = await run('ssh-add', ['-L'], { env });
      expect(stdout.split(' ').slice(0, 2)).toEqual([key.type, blob]);
      // Has something signed, and looks at the signature.
      await run('ssh-add', ['-T', `${path}.pub`], { env });
      await expect(run('ssh-add', ['-D'], { env })).rejects.toThrow(/Failed to remove all/);
    },
  );

  it('with a passphrase are refused', async () => {
    const dir = await folder();
    for (const format of ['RFC4716', 'PEM', 'PKCS8']) {
      const path = await newKey(dir, format, '-t', 'rsa', '-b', '2048', '-m', format);
      await run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret', '-m', format, '-f', path]);
      await expect(readSshKey(path)).rejects.toThrow(/protected by a passphrase: .* with ssh-add/);
    }
  });
});

describe.skipIf(podman)('RUN --mount=type=ssh', () => {
  /** Puts ssh-add, and what it loads, into the context. */
  async function withSshAdd(dir: string): Promise<void> {
    const { stdout: tool } = await run('which', ['ssh-add']);
    const { stdout: loaded } = await run('ldd', [tool.trim()]);
    for (const path of [tool.trim(), ...(loaded.match(/\/\S+/g) ?? [])]) {
      const copy = join(dir, 'root', path);
      await mkdir(dirname(copy), { recursive: true });
      await copyFile(path, copy);
    }
    await mkdir(join(dir, 'root/etc'), { recursive: true });
    await writeFile(join(dir, 'root/etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  }

  it('signs by the keys whose files a build names', async () => {
    const dir = await folder();
    const elsewhere = await folder();
    await withSshAdd(dir);
    const paths = [
      await newKey(elsewhere, 'one', '-t', 'ed25519'),
      await newKey(elsewhere, 'two', '-t', 'rsa', '-b', '2048'),
    ];
    const text = [
      `FROM ${SHELL_IMAGE}`,
      'COPY root /',
      'COPY *.pub /keys/',
      `RUN --mount=type=ssh,id=git,required=true echo ${unique('x')} && PATH=$PATH:/usr/bin && ssh-add -L && for key in /keys/*; do ssh-add -T $key && echo "signed by $key"; done`,
    ].join('\n');
    const publics = await Promise.all(paths.map((path) => readFile(`${path}.pub`, 'utf8')));
    await writeFile(join(dir, 'one.pub'), publics[0] ?? '');
    await writeFile(join(dir, 'two.pub'), publics[1] ?? '');
    const { output, told } = await build(client, dir, text, { ssh: { git: paths } });
    for (const line of publics) expect(output).toContain(line.split(' ').slice(0, 2).join(' '));
    expect(output).toContain('signed by /keys/one.pub');
    expect(output).toContain('signed by /keys/two.pub');
    expect(told.problems).toEqual([]);
  });
});
