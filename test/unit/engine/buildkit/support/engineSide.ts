import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { grpcClient } from '../../../../../src/engine/buildkit/grpc/client.ts';
import type { GrpcClient } from '../../../../../src/engine/buildkit/grpc/client.ts';
import type { Services } from '../../../../../src/engine/buildkit/grpc/exchange.ts';
import { serveGrpc } from '../../../../../src/engine/buildkit/grpc/server.ts';

/** The engine's side of a session that offers these services, over a connection of this machine's. */
export async function engineSide(
  services: Services,
  onProblem: (error: unknown) => void = () => {},
): Promise<{ engine: GrpcClient; near: Socket; far: Socket; close: () => void }> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const near = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(listener, 'connection')) as [Socket];
  const stop = serveGrpc(far, services, onProblem);
  const engine = grpcClient(near);
  const close = () => {
    engine.close();
    stop();
    listener.close();
  };
  return { engine, near, far, close };
}
