import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from '../../scripts/lib/process.ts';
import { ensureBaseImage } from './bed/base.ts';
import { startSecondEngine } from './bed/engines.ts';
import { bedVariable, engineSocket } from './bed/environment.ts';
import { startGarbage, startProxy, startSilence } from './bed/proxy.ts';
import { startSshd } from './bed/sshd.ts';

const podman = process.env['STEVEDORE_TEST_GENERATION'] === 'podman';

const status = async (socket: string, path: string): Promise<number> =>
  (await ask(socket, 'GET', path)).status;

describe('the test bed', () => {
  it('has a base image that runs', async () => {
    const image = await ensureBaseImage(engineSocket());
    expect(await ensureBaseImage(engineSocket())).toBe(image);
    const data = Buffer.from(JSON.stringify({ Image: image, Cmd: ['sh', '-c', 'exit 42'] }));
    const type = 'application/json';
    const made = await ask(engineSocket(), 'POST', '/containers/create', { type, data });
    const { Id: id } = JSON.parse(made.body) as { Id: string };
    onTestFinished(async () => {
      await ask(engineSocket(), 'DELETE', `/containers/${id}?force=1`);
    });
    await ask(engineSocket(), 'POST', `/containers/${id}/start`);
    const { body } = await ask(engineSocket(), 'POST', `/containers/${id}/wait`);
    expect(JSON.parse(body)).toMatchObject({ StatusCode: 42 });
  });

  it('keeps the processes and firewall rules of the machine out of sight', async () => {
    expect(await readFile('/proc/1/comm', 'utf8')).toBe('docker-init\n');
    expect(existsSync('/var/run/docker.sock')).toBe(false);
    expect(execFileSync('ip', ['route', 'show', 'default'], { encoding: 'utf8' })).not.toContain(
      'eth',
    );
  });

  it('lets a proxy pass, delay, rewrite and cut answers', async () => {
    const proxy = await startProxy({
      upstream: engineSocket(),
      onResponse: (_method, path) => {
        if (path === '/rewritten/json') return { status: 200, rewrite: (body) => `${body}!` };
        if (path === '/version') return { dropAfter: 10 };
        if (path === '/info') return { delay: 300 };
        return undefined;
      },
    });
    onTestFinished(() => proxy.stop());
    expect(await status(proxy.socket, '/_ping')).toBe(200);
    const rewritten = await ask(proxy.socket, 'GET', '/rewritten/json');
    expect(rewritten.status).toBe(200);
    expect(rewritten.body).toMatch(/!$/);
    await expect(ask(proxy.socket, 'GET', '/version')).rejects.toThrow('aborted');
    const start = performance.now();
    expect(await status(proxy.socket, '/info')).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(290);
    expect(proxy.requests).toContain('GET /_ping');
  });

  it('has servers that answer garbage, and nothing', async () => {
    const garbage = await startGarbage();
    onTestFinished(() => garbage.stop());
    await expect(ask(garbage.socket, 'GET', '/_ping')).rejects.toThrow('Parse Error');
    const silence = await startSilence();
    onTestFinished(() => silence.stop());
    const answer = ask(silence.socket, 'GET', '/_ping').then(
      () => 'answered',
      () => 'cut off',
    );
    await expect.poll(() => silence.requests).toEqual(['GET /_ping']);
    await silence.stop();
    expect(await answer).toBe('cut off');
  });

  it('reaches the engine over ssh', async () => {
    const sshd = await startSshd();
    onTestFinished(() => sshd.stop());
    const output = execFileSync(
      'ssh',
      ['-F', sshd.config, sshd.host, 'docker', 'version', '--format', '{{.Server.APIVersion}}'],
      { encoding: 'utf8' },
    );
    expect(output).toMatch(/^1\.\d+\n$/);
  });

  // Podman serves no TLS, and its state in shared memory allows one service at a time.
  if (!podman) {
    it('serves TLS to those with a certificate', async () => {
      const { port } = new URL(bedVariable('STEVEDORE_TEST_TLS_ENDPOINT'));
      const dir = bedVariable('STEVEDORE_TEST_TLS_DIR');
      const ca = await readFile(`${dir}/ca.pem`);
      const given = {
        cert: await readFile(`${dir}/cert.pem`),
        key: await readFile(`${dir}/key.pem`),
      };
      const greet = (more: object) =>
        new Promise<string>((resolve) => {
          const socket = connect({ host: '127.0.0.1', port: Number(port), ca, ...more });
          socket.on('data', (data) => resolve(data.toString().split('\r\n')[0] ?? ''));
          socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
          socket.write('GET /_ping HTTP/1.0\r\nHost: x\r\n\r\n');
        });
      expect(await greet(given)).toBe('HTTP/1.0 200 OK');
      expect(await greet({})).toMatch(/CERTIFICATE_REQUIRED|BAD_CERTIFICATE/);
    });

    it('has a second engine that can be stopped, killed and started', async () => {
      const engine = await startSecondEngine(['--label', 'second=yes']);
      onTestFinished(() => engine.stop());
      const labels = async () =>
        (JSON.parse((await ask(engine.socket, 'GET', '/info')).body) as { Labels: string[] })
          .Labels;
      expect(await labels()).toEqual(['second=yes']);
      await engine.halt();
      await expect(status(engine.socket, '/_ping')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
      await engine.resume();
      expect(await labels()).toEqual(['second=yes']);
      await engine.halt('SIGKILL');
      await engine.resume();
      expect(await status(engine.socket, '/_ping')).toBe(200);
      // The first one is untouched by all this.
      expect(await status(engineSocket(), '/_ping')).toBe(200);
    });
  }
});
