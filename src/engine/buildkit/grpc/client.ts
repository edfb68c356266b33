import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { cancelled } from '../../transport/failures.ts';
import { unframe } from './frames.ts';
import { statusOf } from './status.ts';
import { watched } from './watched.ts';
import { chunksOf, LIMITS, sendFramed, WINDOW } from './streams.ts';

/** A method of a gRPC service: its path, and the messages that go each way. */
export interface Method<I extends DescMessage, O extends DescMessage> {
  readonly path: string;
  readonly input: I;
  readonly output: O;
}

type Metadata = Readonly<Record<string, string | string[]>>;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly metadata?: Metadata | undefined;
}

/** A call in which both sides send as they like. */
export interface Conversation<I extends DescMessage, O extends DescMessage> {
  send(message: MessageInitShape<I>): Promise<void>;
  /** Tells that no more is sent. */
  end(): void;
  /** To be read once; throws as {@link GrpcClient} says. */
  readonly messages: AsyncIterable<MessageShape<O>>;
}

/**
 * Calls over one HTTP/2 connection. Each throws GrpcError when the engine says that it failed, and EngineError
 * `cancelled` when the signal fired or `dropped` when the connection broke.
 */
export interface GrpcClient {
  /** One message each way. */
  call<I extends DescMessage, O extends DescMessage>(
    method: Method<I, O>,
    request: MessageInitShape<I>,
    options?: CallOptions,
  ): Promise<MessageShape<O>>;
  /** One message there, many back. */
  stream<I extends DescMessage, O extends DescMessage>(
    method: Method<I, O>,
    request: MessageInitShape<I>,
    options?: CallOptions,
  ): AsyncIterable<MessageShape<O>>;
  converse<I extends DescMessage, O extends DescMessage>(
    method: Method<I, O>,
    options?: CallOptions,
  ): Conversation<I, O>;
  /** Resolves once the other side answers a ping; never where it doesn't, or the connection has ended. */
  answers(): Promise<void>;
  /** Ends the connection with all calls on it. */
  close(): void;
}

/** Speaks gRPC over a connection that was upgraded to h2c. */
export function grpcClient(socket: Duplex): GrpcClient {
  const session = connect('http://localhost', {
    createConnection: () =>
      watched(socket, () =>
        session.destroy(new EngineError('dropped', 'The builder’s answer could not be read.')),
      ),
    ...LIMITS,
  });
  let failure: Error | undefined;
  session.on('error', (error) => (failure ??= error));
  session.once('connect', () => session.setLocalWindowSize(WINDOW));
  const broken = (cause?: unknown) =>
    new EngineError('dropped', 'The connection to the builder broke off.', {
      cause,
      ...(cause instanceof Error && { detail: cause.message }),
    });

  function converse<I extends DescMessage, O extends DescMessage>(
    { path, input, output }: Method<I, O>,
    { signal, metadata }: CallOptions = {},
  ): Conversation<I, O> {
    const stream = open(session, path, metadata);
    const abort = () => stream?.close(constants.NGHTTP2_CANCEL);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    const end = endOf(stream);

    async function* messages(): AsyncGenerator<MessageShape<O>> {
      try {
        if (!stream) throw broken(failure);
        for await (const bytes of unframe(chunksOf(stream))) yield fromBinary(output, bytes);
        stream.end();
        await end.closed;
        const status = end.status();
        if (status === undefined) throw broken(failure);
        if (status !== 'ok') throw status;
      } catch (error) {
        if (signal?.aborted) throw cancelled(signal.reason);
        // What could not be read is of no use, though the other side may go on.
        if (!isOfStream(error)) stream?.close(constants.NGHTTP2_CANCEL);
        await end.closed;
        const status = end.status();
        if (status !== undefined && status !== 'ok') throw status;
        throw isOfStream(error) ? broken(failure ?? error) : error;
      } finally {
        signal?.removeEventListener('abort', abort);
        stream?.close(constants.NGHTTP2_CANCEL);
      }
    }
    return {
      send: async (message) => {
        if (stream) await sendFramed(stream, [toBinary(input, create(input, message))]);
      },
      end: () => void stream?.end(),
      messages: messages(),
    };
  }

  function stream<I extends DescMessage, O extends DescMessage>(
    method: Method<I, O>,
    request: MessageInitShape<I>,
    options?: CallOptions,
  ): AsyncIterable<MessageShape<O>> {
    const conversation = converse(method, options);
    // What hinders the sending ends the reading, too, and is told there.
    conversation.send(request).catch(() => {});
    conversation.end();
    return conversation.messages;
  }

  return {
    converse,
    stream,
    async call(method, request, options) {
      let answer: MessageShape<typeof method.output> | undefined;
      for await (const message of stream(method, request, options)) answer = message;
      return answer ?? create(method.output);
    },
    answers: () =>
      new Promise((resolve) => {
        if (session.destroyed || session.closed) return;
        session.ping((error) => {
          if (!error) resolve();
        });
      }),
    close: () => session.destroy(),
  };
}

/** Undefined when the connection is gone, which Node tells by throwing. */
function open(
  session: ClientHttp2Session,
  path: string,
  metadata: Metadata = {},
): ClientHttp2Stream | undefined {
  if (session.destroyed || session.closed) return undefined;
  return session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...metadata,
  });
}

/** Collects what a call's end is told by. */
function endOf(stream: ClientHttp2Stream | undefined) {
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders | undefined;
  const closed = new Promise<void>((resolve) => {
    if (!stream) return resolve();
    stream.on('response', (given) => (headers = given));
    stream.on('trailers', (given) => (trailers = given));
    // Told to whoever reads the messages.
    stream.on('error', () => {});
    stream.on('close', () => resolve());
  });
  return { closed, status: () => statusOf(trailers ?? headers) };
}

function isOfStream(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && /^(ERR_|E[A-Z]+$|ABORT)/.test(String(error.code))
  );
}
