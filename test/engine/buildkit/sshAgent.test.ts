import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GrpcClient } from '../../../src/engine/buildkit/grpc/client.ts';
import type { Services } from '../../../src/engine/buildkit/grpc/exchange.ts';
import { BytesMessageSchema, EmptySchema } from '../../../src/engine/buildkit/proto/common_pb.ts';
import { CheckAgentRequestSchema } from '../../../src/engine/buildkit/proto/session_pb.ts';
import { sshServices, sshSources } from '../../../src/engine/buildkit/services/ssh.ts';
import { engineSide } from '../../unit/engine/buildkit/support/engineSide.ts';

const dir = mkdtempSync(join(tmpdir(), 'stevedore-agent-'));
const closing: (() => void)[] = [() => rmSync(dir, { recursive: true })];
afterAll(() => {
  for (const close of closing.toReversed()) close();
});

async function engineOf(services: Services) {
  const { engine, close } = await engineSide(services);
  closing.push(close);
  return engine;
}

describe('ssh agents', () => {
  const check = {
    path: '/moby.sshforward.v1.SSH/CheckAgent',
    input: CheckAgentRequestSchema,
    output: EmptySchema,
  };
  const forward = {
    path: '/moby.sshforward.v1.SSH/ForwardAgent',
    input: BytesMessageSchema,
    output: BytesMessageSchema,
  };
  const socket = join(dir, 'agent.sock');

  beforeAll(async () => {
    const agent = spawn('ssh-agent', ['-D', '-a', socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    closing.push(() => agent.kill());
    await once(agent.stdout, 'data');
    const key = join(dir, 'key');
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    await promisify(execFile)('ssh-add', ['-q', key], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
    });
  });

  /** Sends one request to the agent through a session; answers the reply's type and length. */
  async function request(engine: GrpcClient, bytes: readonly number[], pieces = 1) {
    const message = Buffer.from([0, 0, 0, bytes.length, ...bytes]);
    const talk = engine.converse(forward, { metadata: { 'buildkit.ssh.id': 'default' } });
    const size = Math.ceil(message.length / pieces);
    for (let at = 0; at < message.length; at += size)
      await talk.send({ data: message.subarray(at, at + size) });
    for await (const { data } of talk.messages) {
      talk.end();
      return { type: data[4], length: data.length };
    }
    throw new Error('no answer');
  }

  it('list their keys through a session, however the request is cut', async () => {
    const engine = await engineOf(sshServices({ default: { socket } }));
    await engine.call(check, {});
    for (const pieces of [1, 5]) {
      const { type, length } = await request(engine, [11], pieces);
      expect(type).toBe(12);
      expect(length).toBeGreaterThan(50);
    }
  });

  it('are not changed by a build', async () => {
    const engine = await engineOf(sshServices({ default: { socket } }));
    // Remove all identities; it would answer 6 if it reached the agent.
    expect(await request(engine, [19])).toEqual({ type: 5, length: 5 });
    expect((await request(engine, [11])).length).toBeGreaterThan(50);
  });

  it('end the call when they end, so that nobody waits for their answer', async () => {
    const own = join(dir, 'short.sock');
    const agent = spawn('ssh-agent', ['-D', '-a', own], { stdio: ['ignore', 'pipe', 'inherit'] });
    closing.push(() => agent.kill());
    await once(agent.stdout, 'data');
    const engine = await engineOf(sshServices({ default: { socket: own } }));
    const talk = engine.converse(forward, { metadata: { 'buildkit.ssh.id': 'default' } });
    const heard: unknown[] = [];
    await talk.send({ data: Buffer.from([0, 0, 0, 1, 11]) });
    await expect(
      (async () => {
        for await (const message of talk.messages) {
          heard.push(message);
          agent.kill();
        }
      })(),
    ).rejects.toThrow(/the ssh agent has hung up/);
    expect(heard).toHaveLength(1);
  });

  it('are found by their sockets, which are not taken together with keys', async () => {
    const env = { SSH_AUTH_SOCK: socket };
    expect(await sshSources({ default: [], github: [socket] }, env)).toEqual({
      default: { socket },
      github: { socket },
    });
    await expect(sshSources({ default: [] }, {})).rejects.toThrow(/No ssh agent is running/);
    await expect(sshSources({ default: [] }, { SSH_AUTH_SOCK: `${socket}.old` })).rejects.toThrow(
      /no ssh agent at “.*agent\.sock\.old”/,
    );
    await expect(sshSources({ default: [join(dir, 'key'), socket] }, env)).rejects.toMatchObject({
      reason: 'bad-request',
      message: expect.stringMatching(/For default either the socket of one ssh agent is wanted/),
    });
  });

  it('are refused by name, or said to be out of reach', async () => {
    const engine = await engineOf(sshServices({ gone: { socket: join(dir, 'nothing.sock') } }));
    await expect(engine.call(check, {})).rejects.toMatchObject({
      code: 5,
      message: expect.stringMatching(/no ssh agent or key for default/),
    });
    await expect(engine.call(check, { id: 'constructor' })).rejects.toMatchObject({ code: 5 });
    const talk = engine.converse(forward, { metadata: { 'buildkit.ssh.id': 'gone' } });
    await expect(
      (async () => {
        for await (const _ of talk.messages);
      })(),
    ).rejects.toThrow(/cannot be reached \(ENOENT\)/);
  });
});
