import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { listNames } from '../../../util/format.ts';
import { EngineError } from '../../errors.ts';
import type { Exchange, Services } from '../grpc/exchange.ts';
import { code, GrpcError } from '../grpc/status.ts';
import { unary } from '../grpc/unary.ts';
import { BytesMessageSchema, EmptySchema } from '../proto/common_pb.ts';
import { CheckAgentRequestSchema } from '../proto/session_pb.ts';
import { AGENT_FAILURE, answerAsAgent } from './sshKeyring.ts';
import { readSshKey } from './sshKeys.ts';
import type { SshKey } from './sshKeys.ts';

/** Requests that only use what an agent holds (draft-miller-ssh-agent, 5.1): list, sign, extensions. */
const HARMLESS = new Set([11, 13, 27]);
/** OpenSSH's own limit. */
const LARGEST = 256 * 1024;
/** Where the agent that comes with Windows is; nothing there sets SSH_AUTH_SOCK. */
const WINDOWS_AGENT = String.raw`\\.\pipe\openssh-ssh-agent`;
const PIPE = /^[\\/]{2}[.?][\\/]pipe[\\/]/i;

/** Who signs for a build: an agent of this machine, behind its socket or named pipe, or keys that it was given. */
export type SshSource = { readonly socket: string } | { readonly keys: readonly SshKey[] };

/**
 * Finds who signs: the agents and keys that a build names, and where it names none, the agent that runs here. Keys are read at once.
 * @param ssh by the mount's id: the socket of one agent, or the files of keys
 * @param windows whether this machine is one of Windows
 * @throws EngineError `bad-request` where there is no agent, or a key that cannot be used
 */
export async function sshSources(
  ssh: Readonly<Record<string, readonly string[]>>,
  env: Readonly<Record<string, string | undefined>>,
  windows = process.platform === 'win32',
): Promise<Record<string, SshSource>> {
  const running = env['SSH_AUTH_SOCK'] || (windows ? WINDOWS_AGENT : '');
  const found: Record<string, SshSource> = {};
  for (const [id, named] of Object.entries(ssh)) {
    const paths = named.length ? named : [running];
    const [path = ''] = paths;
    if (path === '')
      throw new EngineError(
        'bad-request',
        'No ssh agent is running: SSH_AUTH_SOCK is not set. Start one with ssh-agent, add your key with ssh-add, and start VS Code from there, or name the agent’s socket or a key’s file.',
      );
    const kinds = await Promise.all(paths.map(kindOf));
    if (paths.length > 1 && kinds.includes('socket'))
      throw new EngineError(
        'bad-request',
        `For ${id} either the socket of one ssh agent is wanted or the files of keys, and ${listNames(paths)} are not that.`,
      );
    found[id] = kinds.includes('socket')
      ? { socket: path }
      : { keys: await Promise.all(paths.map(readSshKey)) };
  }
  return found;
}

async function kindOf(path: string): Promise<'socket' | 'file'> {
  if (PIPE.test(path)) return 'socket';
  try {
    return (await stat(path)).isFile() ? 'file' : 'socket';
  } catch (cause) {
    throw new EngineError('bad-request', `There is no ssh agent at “${path}”, and no key.`, {
      cause,
    });
  }
}

/**
 * Lets RUN --mount=type=ssh use ssh agents of this machine, and keys, for which we are the agent (moby.sshforward.v1). A
 * build can list keys and have things signed, and nothing else: what would add, remove or lock keys is refused here.
 * @param sources by the mount's id; `default` where a mount names none
 */
export function sshServices(sources: Readonly<Record<string, SshSource>>): Services {
  const sourceOf = (id: string): SshSource => {
    const source = Object.hasOwn(sources, id || 'default') ? sources[id || 'default'] : undefined;
    if (source) return source;
    const name = id || 'default';
    throw new GrpcError(
      code.notFound,
      `the build was given no ssh agent or key for ${name}: add ${name}, or ${name}= with files of keys, to its SSH`,
    );
  };
  return {
    '/moby.sshforward.v1.SSH/CheckAgent': unary(
      CheckAgentRequestSchema,
      EmptySchema,
      async ({ id }) => {
        sourceOf(id);
        return {};
      },
    ),
    '/moby.sshforward.v1.SSH/ForwardAgent': async (exchange) => {
      const source = sourceOf(exchange.metadata.get('buildkit.ssh.id')?.[0] ?? '');
      if ('socket' in source) return forward(exchange, source.socket);
      for await (const request of requests(exchange.messages))
        await exchange.send(inMessage(answerAsAgent(source.keys, request)));
    },
  };
}

const inMessage = (data: Uint8Array): Uint8Array =>
  toBinary(BytesMessageSchema, create(BytesMessageSchema, { data }));

/** Makes whole requests, their lengths before them, of messages that cut them anywhere. */
async function* requests(messages: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  for await (const message of messages) {
    held = Buffer.concat([held, fromBinary(BytesMessageSchema, message).data]);
    while (held.length >= 5) {
      const length = held.readUInt32BE(0);
      if (length < 1 || length > LARGEST)
        throw new GrpcError(code.invalidArgument, 'that is no request to an ssh agent');
      if (held.length < 4 + length) break;
      yield held.subarray(0, 4 + length);
      held = held.subarray(4 + length);
    }
  }
}

async function forward({ messages, send, signal }: Exchange, path: string): Promise<void> {
  const agent = await open(path);
  const stop = () => agent.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const back = (async () => {
    for await (const data of agent as AsyncIterable<Buffer>) await send(inMessage(data));
  })();
  let complete = false;
  const asked = async (): Promise<void> => {
    for await (const request of requests(messages)) {
      if (HARMLESS.has(request[4] ?? 0)) agent.write(request);
      else await send(inMessage(AGENT_FAILURE));
    }
    complete = true;
    agent.end();
  };
  /** Whoever waits for an answer of an agent that has ended is told. */
  const hungUp = back.then(() => {
    if (!complete)
      throw new GrpcError(code.unavailable, 'the ssh agent has hung up before it was asked to');
  });
  try {
    await Promise.all([asked(), hungUp]);
  } finally {
    signal.removeEventListener('abort', stop);
    agent.destroy();
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        new GrpcError(
          code.unavailable,
          `the ssh agent at ${path} cannot be reached (${error.code ?? error.message})`,
        ),
      );
    });
  });
}
