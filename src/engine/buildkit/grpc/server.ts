import { performServerHandshake } from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Exchange, Service, Services } from './exchange.ts';
import { unframe } from './frames.ts';
import { code, GrpcError, trailersOf } from './status.ts';
import { chunksOf, LIMITS, sendFramed, WINDOW, writeFrames } from './streams.ts';

/**
 * Answers the engine's gRPC calls on a connection that was upgraded to h2c: we are the server.
 * @param onProblem told of what went wrong in a service, and of a connection that broke
 * @returns ends the connection, and every call on it
 */
export function serveGrpc(
  socket: Duplex,
  services: Services,
  onProblem: (error: unknown) => void,
): () => void {
  const session = performServerHandshake(socket, LIMITS);
  session.on('error', onProblem);
  session.setLocalWindowSize(WINDOW);
  const onStream = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: readonly string[],
  ): void => {
    stream.on('error', () => {
      // The service hears of it by its signal.
    });
    const path = String(headers[':path']);
    const service = Object.hasOwn(services, path) ? services[path] : undefined;
    void answer(stream, metadataOf(rawHeaders), service ?? unimplemented(path), onProblem);
  };
  session.on('stream', onStream);
  return () => {
    session.destroy();
    socket.destroy();
  };
}

function unimplemented(path: string): Service {
  return () => Promise.reject(new GrpcError(code.unimplemented, `${path} is not served here`));
}

async function answer(
  stream: ServerHttp2Stream,
  metadata: Exchange['metadata'],
  service: Service,
  onProblem: (error: unknown) => void,
): Promise<void> {
  let failure: GrpcError | undefined;
  // The connection may have ended since the call came.
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailersOf(failure)));
  try {
    await service(exchangeOn(stream, metadata));
  } catch (error) {
    failure =
      error instanceof GrpcError
        ? error
        : new GrpcError(code.unknown, error instanceof Error ? error.message : String(error));
    if (!failure.isOrdinary && !stream.destroyed) onProblem(error);
  }
  if (!stream.destroyed) stream.end();
}

/** Node joins what comes several times by commas, and a file's name may hold one. */
function metadataOf(rawHeaders: readonly string[]): Exchange['metadata'] {
  const metadata = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]);
    const value = String(rawHeaders[index + 1]);
    const values = metadata.get(name);
    if (values) values.push(value);
    else metadata.set(name, [value]);
  }
  return metadata;
}

function exchangeOn(stream: ServerHttp2Stream, metadata: Exchange['metadata']): Exchange {
  const ended = new AbortController();
  stream.on('close', () => ended.abort());
  return {
    metadata,
    messages: unframe(chunksOf(stream)),
    send: (...messages) => sendFramed(stream, messages),
    sendFrames: (frames) => writeFrames(stream, frames),
    signal: ended.signal,
  };
}
