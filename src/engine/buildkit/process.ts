import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Frame } from '../demux.ts';
import { EngineError } from '../errors.ts';
import type { Session, SessionEnd } from '../session.ts';
import { Bridge } from './control.ts';
import type { Frontend } from './gateway.ts';
import type { Conversation } from './grpc/client.ts';
import type { ExecMessageSchema, InitMessageSchema } from './proto/gateway_pb.ts';

type Talk = Conversation<typeof ExecMessageSchema, typeof ExecMessageSchema>;
type Init = MessageInitShape<typeof InitMessageSchema>;
/** What is sent and what comes, without the process's name. */
type Input = NonNullable<MessageInitShape<typeof ExecMessageSchema>['input']>;

export interface StartedProcess {
  /** Its terminal. */
  readonly session: Session;
  /** Resolves when it has ended or was let go of; never rejects. */
  readonly over: Promise<void>;
}

const PROCESS = 'shell';
/** Bytes. */
const LONGEST = 4096;

/**
 * Starts a process with a terminal in a container of the builder's (LLBBridge/ExecProcess). That its program can't be
 * run is told as its output, and by its end.
 * @param init its container, program, environment
 * @param size of the terminal to begin with
 * @throws GrpcError `cancelled` when the call has ended
 */
export async function startProcess(
  frontend: Pick<Frontend, 'converse'>,
  init: Init,
  size: { readonly columns: number; readonly rows: number },
): Promise<StartedProcess> {
  const talk: Talk = frontend.converse(Bridge.ExecProcess);
  const send = (input: Input) => talk.send({ processId: PROCESS, input });
  await send({ case: 'init', value: { ...init, fds: [0, 1], tty: true } });
  await send({ case: 'resize', value: terminalSize(size) });
  return createProcess(talk, send);
}

/**
 * Runs a short program without a terminal or input to its end, as {@link startProcess}.
 * @returns its exit code, and what it wrote or the builder says of it: the first 4 KiB or so
 * @throws GrpcError when the builder can't run it; EngineError `cancelled`, `dropped`
 */
export async function runProcess(
  frontend: Pick<Frontend, 'converse'>,
  init: Init,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const talk: Talk = frontend.converse(Bridge.ExecProcess);
  await talk.send({ processId: PROCESS, input: { case: 'init', value: { ...init, fds: [1, 2] } } });
  const chunks: Uint8Array[] = [];
  let size = 0;
  let exitCode: number | undefined;
  let failure = '';
  for await (const { input } of talk.messages) {
    if (input.case === 'file' && size < LONGEST) {
      chunks.push(input.value.data);
      size += input.value.data.length;
    } else if (input.case === 'exit') {
      exitCode = input.value.code;
      failure = input.value.error?.message ?? '';
    } else if (input.case === 'done') break;
  }
  if (exitCode === undefined)
    throw new EngineError('dropped', 'The builder broke the program off.');
  return { exitCode, output: Buffer.concat(chunks).toString() || failure };
}

const terminalSize = ({ columns, rows }: { columns: number; rows: number }) => ({
  cols: Math.max(1, Math.floor(columns)),
  rows: Math.max(1, Math.floor(rows)),
});

function createProcess(talk: Talk, send: (input: Input) => Promise<void>): StartedProcess {
  let closed = false;
  let exitCode: number | undefined;
  let settle: (end: SessionEnd) => void = () => {};
  const ended = new Promise<SessionEnd>((resolve) => (settle = resolve));
  const finish = (message?: string) => settle({ exitCode, detached: false, message });

  async function* output(): AsyncGenerator<Frame> {
    try {
      for await (const { input } of talk.messages) {
        if (closed) return;
        if (input.case === 'file' && input.value.data.length)
          yield { stream: 'stdout', data: Buffer.from(input.value.data) };
        if (input.case === 'exit') {
          exitCode = input.value.code;
          // It is done with the terminal only when we are, too.
          await send({ case: 'file', value: { fd: 0, eof: true } });
        }
        if (input.case === 'done') break;
      }
      finish();
    } catch (error) {
      if (exitCode !== undefined || closed) return;
      finish(error instanceof Error ? error.message : String(error));
    } finally {
      finish();
    }
  }
  return {
    over: ended.then(() => {}),
    session: {
      tty: true,
      output: output(),
      async write(data) {
        if (closed) return;
        const bytes = typeof data === 'string' ? Buffer.from(data) : data;
        await send({ case: 'file', value: { fd: 0, data: bytes } }).catch(() => {
          // A broken connection is told by the end of the session.
        });
      },
      endInput() {
        send({ case: 'file', value: { fd: 0, eof: true } }).catch(() => {
          // As above.
        });
      },
      async resize(columns, rows) {
        if (closed) return;
        await send({ case: 'resize', value: terminalSize({ columns, rows }) }).catch(() => {
          // As above.
        });
      },
      ended,
      close() {
        closed = true;
        finish();
      },
    },
  };
}
