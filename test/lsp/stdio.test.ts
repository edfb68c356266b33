import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import {
  createProtocolConnection,
  DocumentSymbolRequest,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handshake } from './harness.ts';

/** More than half of it is what the rules say of themselves, their examples included, which the package leaves out. */
const MOST_BYTES = 1_100_000;
let folder: string;
let server: string;
let inputs: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stevedore-lsp-'));
  server = join(folder, 'dist', 'server.cjs');
  await cp('package.json', join(folder, 'package.json'));
  const entry = fileURLToPath(new URL('../../src/lsp/server/main.ts', import.meta.url));
  const result = await build({
    entryPoints: [entry],
    outfile: server,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    metafile: true,
  });
  inputs = Object.keys(result.metafile.inputs);
});
afterAll(() => rm(folder, { recursive: true }));

describe('the bundled server', () => {
  it('is small and brings no client of a registry along', async () => {
    expect((await stat(server)).size).toBeLessThan(MOST_BYTES);
    expect(
      inputs.filter((input) =>
        /dockerRegistryClient|dockerSemanticTokens|dockerAssist/.test(input),
      ),
    ).toEqual([]);
  });

  it.each([['--stdio'], ['no argument']])(
    'serves standard input and output (%s) and ends when told to',
    async (argument) => {
      const child = spawn(process.execPath, argument === '--stdio' ? [server, argument] : [server]);
      const ended = once(child, 'exit');
      const connection = createProtocolConnection(
        new StreamMessageReader(child.stdout),
        new StreamMessageWriter(child.stdin),
      );
      const session = await handshake(connection);
      const doc = await session.open('FROM scratch AS one\nRUM x\n');
      expect(await doc.diagnostics()).toMatchObject([{ code: 'build-error/unknown-instruction' }]);
      expect(await doc.request(DocumentSymbolRequest.type)).toMatchObject([{ name: 'one' }]);
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      expect(await ended).toEqual([0, null]);
      connection.dispose();
    },
  );

  it.each([
    ['--version', /^stevedore-language-server \d+\.\d+\.\d+\n$/],
    ['--help', /^Usage: stevedore-language-server \[options\]$/m],
  ])('answers %s and ends, with nobody at the other end of its input', async (option, answer) => {
    const child = spawn(process.execPath, [server, option]);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    try {
      expect(await once(child, 'close')).toEqual([0, null]);
    } finally {
      child.kill();
    }
    expect(out).toMatch(answer);
    expect(err).toBe('');
  });

  it.each(['--socket=1', '--pipe=/nowhere/there'])(
    'says that %s leads to no client',
    async (option) => {
      const child = spawn(process.execPath, [server, option]);
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(err).toBe('stevedore-language-server: there is no client, or it has gone\n');
    },
  );

  it('serves the channel of a Node parent process', async () => {
    const child = spawn(process.execPath, [server, '--node-ipc'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit');
    const connection = createProtocolConnection(
      new IPCMessageReader(child),
      new IPCMessageWriter(child),
    );
    const session = await handshake(connection);
    const doc = await session.open('FROM scratch\n');
    expect(await doc.diagnostics()).toEqual([]);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    expect(await ended).toEqual([0, null]);
    connection.dispose();
  });
});
