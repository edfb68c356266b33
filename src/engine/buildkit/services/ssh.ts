import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { EngineError } from '../../errors.ts';
import type { Exchange, Services } from '../grpc/exchange.ts';
import { code, GrpcError } from '../grpc/status.ts';
import { unary } from '../grpc/unary.ts';
import { BytesMessageSchema, EmptySchema } from '../proto/common_pb.ts';
import { CheckAgentRequestSchema } from '../proto/session_pb.ts';

/** Requests that only use what an agent holds (draft-miller-ssh-agent, 5.1): list, sign, extensions. */
const HARMLESS = new Set([11, 13, 27]);
const FAILURE = Buffer.from([0, 0, 0, 1, 5]);
/** OpenSSH's own limit. */
const LARGEST = 256 * 1024;

/**
 * The sockets of ssh agents that a build names; those that it doesn't are of the agent that runs here.
 * @param ssh sockets by the mount's id, of which one is used
 * @throws EngineError `bad-request` where there is no agent, or a key's file in the place of a socket
 */
export async function agentSockets(
  ssh: Readonly<Record<string, readonly string[]>>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [id, paths] of Object.entries(ssh)) {
    const [path = env['SSH_AUTH_SOCK'], ...more] = paths;
    if (!path)
      throw new EngineError(
        'bad-request',
        'No ssh agent is running: SSH_AUTH_SOCK is not set. Start one with ssh-agent, add your key with ssh-add, and start VS Code from there, or name the agent’s socket.',
      );
    if (more.length || (await isFile(path)))
      throw new EngineError(
        'bad-request',
        `For ${id} the socket of one ssh agent is wanted, and “${path}” is a key: add it to your agent with ssh-add, and leave it out here.`,
      );
    found[id] = path;
  }
  return found;
}

/** False for what is not there, too: whoever asks the agent is told. */
const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );

/**
 * Lets RUN --mount=type=ssh use ssh agents of this machine (moby.sshforward.v1). A build can list keys and have things
 * signed, and nothing else: what would add, remove or lock keys is refused here.
 * @param agents socket (or named pipe) of an agent by the mount's id; `default` where a mount names none
 */
export function sshServices(agents: Readonly<Record<string, string>>): Services {
  const socketOf = (id: string): string => {
    const path = Object.hasOwn(agents, id || 'default') ? agents[id || 'default'] : undefined;
    if (path) return path;
    throw new GrpcError(code.notFound, `the build was given no ssh agent ${id || 'default'}`);
  };
  return {
    '/moby.sshforward.v1.SSH/CheckAgent': unary(
      CheckAgentRequestSchema,
      EmptySchema,
      async ({ id }) => {
        socketOf(id);
        return {};
      },
    ),
    '/moby.sshforward.v1.SSH/ForwardAgent': (exchange) =>
      forward(exchange, socketOf(exchange.metadata.get('buildkit.ssh.id')?.[0] ?? '')),
  };
}

async function forward({ messages, send, signal }: Exchange, path: string): Promise<void> {
  const agent = await open(path);
  const stop = () => agent.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const answer = (data: Uint8Array) =>
    send(toBinary(BytesMessageSchema, create(BytesMessageSchema, { data })));
  const back = (async () => {
    for await (const data of agent as AsyncIterable<Buffer>) await answer(data);
  })();
  let complete = false;
  const asked = async (): Promise<void> => {
    let held = Buffer.alloc(0);
    for await (const message of messages) {
      held = Buffer.concat([held, fromBinary(BytesMessageSchema, message).data]);
      while (held.length >= 5) {
        const length = held.readUInt32BE(0);
        if (length < 1 || length > LARGEST)
          throw new GrpcError(code.invalidArgument, 'that is no request to an ssh agent');
        if (held.length < 4 + length) break;
        const request = held.subarray(0, 4 + length);
        held = held.subarray(4 + length);
        if (HARMLESS.has(request[4] ?? 0)) agent.write(request);
        else await answer(FAILURE);
      }
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
