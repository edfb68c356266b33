import { create, toBinary } from '@bufbuild/protobuf';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { StatusUpdate } from '../../../../src/engine/builds/model.ts';
import { Control } from '../../../../src/engine/buildkit/control.ts';
import type { Services } from '../../../../src/engine/buildkit/grpc/exchange.ts';
import { serveGrpc } from '../../../../src/engine/buildkit/grpc/server.ts';
import { code, GrpcError } from '../../../../src/engine/buildkit/grpc/status.ts';
import { unary } from '../../../../src/engine/buildkit/grpc/unary.ts';
import { StatusResponseSchema } from '../../../../src/engine/buildkit/proto/control_pb.ts';
import { solve } from '../../../../src/engine/buildkit/solve.ts';
import type { Client } from '../../../../src/engine/client.ts';

const STEP = `sha256:${'1'.repeat(64)}`;
const FAILED = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';

/** Longer than what is waited for a builder that has told nothing at all. */
const LATE = 1500;

const log = (text: string) =>
  toBinary(
    StatusResponseSchema,
    create(StatusResponseSchema, {
      logs: [{ vertex: STEP, stream: 2, msg: Buffer.from(text) }],
    }),
  );
const step = (error = '') =>
  toBinary(
    StatusResponseSchema,
    create(StatusResponseSchema, { vertexes: [{ digest: STEP, name: '[1/1] RUN make', error }] }),
  );

/** A client of an engine whose builder answers as `services` say. */
async function clientOf(services: Services): Promise<Pick<Client, 'request'>> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => void listener.close());
  const upgrade = async (path: string) => {
    const near = connect((listener.address() as AddressInfo).port, '127.0.0.1');
    const [[far]] = (await Promise.all([once(listener, 'connection'), once(near, 'connect')])) as [
      [Socket],
      unknown,
    ];
    onTestFinished(
      path === '/grpc' ? serveGrpc(far, services, () => {}) : () => void far.destroy(),
    );
    return near;
  };
  let last: Promise<unknown> = Promise.resolve();
  const request = ({ path }: { readonly path: string }) => {
    const mine = last.then(() => upgrade(path));
    last = mine;
    return mine;
  };
  return { request: request as Client['request'] };
}

/** What was told of a build, each log as its text, and how it ended. */
async function told(services: Services) {
  const seen: string[] = [];
  const onStatus = ({ steps, logs }: StatusUpdate) => {
    for (const { error } of steps) seen.push(error ? 'failed' : 'step');
    for (const { data } of logs) seen.push(Buffer.from(data).toString());
  };
  const ended = await solve(await clientOf(services), {
    ref: 'ref',
    attrs: {},
    entitlements: [],
    exporters: [],
    session: { name: 'x', sharedKey: 'k', services: {} },
    onStatus,
    onProblem: () => {},
  }).then(
    () => 'completed',
    (error: Error) => error.message,
  );
  return { seen, ended };
}

/** A builder that ends the build once it has told the first of it, and tells the rest late. */
function builder(
  ending: () => Promise<object>,
  status: readonly (readonly Uint8Array[])[],
): Services {
  let begin: () => void;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let end: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    [Control.Solve.path]: unary(Control.Solve.input, Control.Solve.output, async () => {
      await begun;
      setImmediate(end);
      return ending();
    }),
    [Control.Status.path]: async ({ send }) => {
      const [first = [], ...rest] = status;
      if (first.length > 0) await send(...first);
      begin();
      await ended;
      for (const messages of rest) {
        await pause(LATE);
        await send(...messages);
      }
    },
  };
}

const fail = () => Promise.reject(new GrpcError(code.unknown, FAILED));

test('what a step wrote is told to the end, however late, before the build has failed', async () => {
  const status = [[step(), log('one\n')], [log('two\n')], [log('why it failed\n'), step(FAILED)]];
  expect(await told(builder(fail, status))).toEqual({
    seen: ['step', 'one\n', 'two\n', 'why it failed\n', 'failed'],
    ended: expect.stringContaining('exit code: 2'),
  });
});

test('so it is before the build is completed, of which nothing was told so far', async () => {
  const services = builder(async () => ({}), [[], [step(), log('one\n')]]);
  expect(await told(services)).toEqual({ seen: ['step', 'one\n'], ended: 'completed' });
});

test('a builder that refuses has nothing to tell, though it does not say so', async () => {
  const services = builder(fail, [[]]);
  const never = new Promise<void>(() => {});
  const { ended } = await told({
    ...services,
    [Control.Status.path]: async (exchange) => {
      await services[Control.Status.path]?.(exchange);
      await never;
    },
  });
  expect(ended).toContain('exit code: 2');
});
