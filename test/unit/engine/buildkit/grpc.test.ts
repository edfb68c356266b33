import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { once } from 'node:events';
import { connect as connectHttp2, performServerHandshake } from 'node:http2';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { grpcClient } from '../../../../src/engine/buildkit/grpc/client.ts';
import { serveGrpc } from '../../../../src/engine/buildkit/grpc/server.ts';
import type { Services } from '../../../../src/engine/buildkit/grpc/exchange.ts';
import { frame, unframe } from '../../../../src/engine/buildkit/grpc/frames.ts';
import {
  code,
  GrpcError,
  statusOf,
  trailersOf,
} from '../../../../src/engine/buildkit/grpc/status.ts';
import { LIMITS } from '../../../../src/engine/buildkit/grpc/streams.ts';
import { unary } from '../../../../src/engine/buildkit/grpc/unary.ts';
import { BytesMessageSchema } from '../../../../src/engine/buildkit/proto/common_pb.ts';
import { engineSide } from './support/engineSide.ts';

const method = { path: '/a.B/C', input: BytesMessageSchema, output: BytesMessageSchema };
const closing: (() => void)[] = [];

async function pair(services: Services, onProblem?: (error: unknown) => void) {
  const { engine: client, far, close } = await engineSide(services, onProblem);
  closing.push(close);
  return { client, far };
}

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Our client, and a server that is none of ours. */
async function bare() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const near = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(listener, 'connection')) as [Socket];
  listener.close();
  const client = grpcClient(near);
  const server = performServerHandshake(far, LIMITS);
  closing.push(() => {
    client.close();
    server.destroy();
  });
  return { client, server };
}

/** Our server, for whoever connects. */
async function serving() {
  const listener = createServer((socket) => closing.push(serveGrpc(socket, {}, () => {})));
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return { port: (listener.address() as AddressInfo).port, stop: () => void listener.close() };
}

/** A promise, and what resolves it. */
function signalled() {
  let tell = () => {};
  const told = new Promise<void>((resolve) => (tell = resolve));
  return { told, tell: () => tell() };
}

const collect = async (chunks: readonly Buffer[]) => {
  const found: string[] = [];
  for await (const message of unframe(
    (async function* () {
      yield* chunks;
    })(),
  ))
    found.push(message.toString());
  return found;
};

describe('frames', () => {
  const all = Buffer.concat(
    ['one', '', 'three', 'x'.repeat(300)].map((text) => frame(Buffer.from(text))),
  );
  const texts = ['one', '', 'three', 'x'.repeat(300)];

  it('come apart wherever the stream is cut', async () => {
    for (let size = 1; size <= all.length; size++) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < all.length; at += size) chunks.push(all.subarray(at, at + size));
      expect(await collect(chunks)).toEqual(texts);
    }
  });

  it('are refused when cut off, compressed or huge', async () => {
    await expect(collect([all.subarray(0, -1)])).rejects.toThrow(/cut off/);
    await expect(collect([all.subarray(0, 3)])).rejects.toThrow(/cut off/);
    await expect(collect([Buffer.from([1, 0, 0, 0, 0])])).rejects.toThrow(/compressed/);
    await expect(collect([Buffer.from([0, 255, 0, 0, 0])])).rejects.toThrow(/bytes/);
  });
});

describe('a status', () => {
  it('goes through trailers and back, whatever the words', () => {
    const error = new GrpcError(code.notFound, 'no “x”: 100 %\n\ud800');
    const back = statusOf(trailersOf(error));
    expect(back).toMatchObject({ code: 5, message: 'no “x”: 100 %\n\ufffd' });
    expect(statusOf(trailersOf(undefined))).toBe('ok');
    expect(statusOf({})).toBeUndefined();
    expect(statusOf({ 'grpc-status': '2', 'grpc-message': '100 % wrong' })).toMatchObject({
      message: '100 % wrong',
    });
  });
});

describe('calls', () => {
  it('answer one message with one', async () => {
    const { client } = await pair({
      [method.path]: unary(BytesMessageSchema, BytesMessageSchema, async ({ data }) => ({
        data: Buffer.from(data).reverse(),
      })),
    });
    const answers = await Promise.all(
      ['abc', '', 'x'.repeat(3_000_000)].map((text) =>
        client.call(method, { data: Buffer.from(text) }),
      ),
    );
    expect(answers.map(({ data }) => data.length)).toEqual([3, 0, 3_000_000]);
    expect(Buffer.from(answers[0]?.data ?? []).toString()).toBe('cba');
  });

  it('fail with the code and the words of the other side', async () => {
    const problems: unknown[] = [];
    const { client } = await pair(
      {
        [method.path]: () => Promise.reject(new GrpcError(code.notFound, 'no secret “é”')),
        '/a.B/D': () => Promise.reject(new Error('odd')),
      },
      (error) => problems.push(error),
    );
    await expect(client.call(method, {})).rejects.toMatchObject({
      code: code.notFound,
      message: 'no secret “é”',
    });
    await expect(client.call({ ...method, path: '/a.B/D' }, {})).rejects.toMatchObject({
      code: code.unknown,
      message: 'odd',
    });
    await expect(client.call({ ...method, path: '/constructor' }, {})).rejects.toMatchObject({
      code: code.unimplemented,
    });
    expect(problems).toHaveLength(2);
  });

  it('stream both ways at once, and see metadata', async () => {
    const { client } = await pair({
      [method.path]: async ({ messages, send, metadata }) => {
        for await (const bytes of messages) {
          const { data } = fromBinary(BytesMessageSchema, bytes);
          const answer = `${metadata.get('who')?.join('|')}: ${Buffer.from(data).toString()}`;
          await send(
            toBinary(BytesMessageSchema, create(BytesMessageSchema, { data: Buffer.from(answer) })),
          );
        }
      },
    });
    const talk = client.converse(method, { metadata: { who: ['me', 'a, b'] } });
    const heard: string[] = [];
    await talk.send({ data: Buffer.from('1') });
    for await (const { data } of talk.messages) {
      heard.push(Buffer.from(data).toString());
      if (heard.length < 3) await talk.send({ data: Buffer.from(String(heard.length + 1)) });
      else talk.end();
    }
    expect(heard).toEqual(['me|a, b: 1', 'me|a, b: 2', 'me|a, b: 3']);
  });

  it('see as much metadata as a long .dockerignore makes', async () => {
    const { client } = await pair({
      [method.path]: async ({ send, metadata }) => {
        const data = Buffer.from(String(metadata.get('exclude-patterns')?.join().length));
        await send(toBinary(BytesMessageSchema, create(BytesMessageSchema, { data })));
      },
    });
    const patterns = Array.from({ length: 5000 }, (_, at) => `some/folder/or/other/${at}/**/*.log`);
    const { data } = await client.call(method, {}, { metadata: { 'exclude-patterns': patterns } });
    expect(Number(Buffer.from(data).toString())).toBe(patterns.join().length);
  });

  it('are taken while others have much to send', async () => {
    const { client } = await pair({
      [method.path]: async ({ send, signal }) => {
        // Sixteen files at once, of four folders, that nobody takes.
        const chunk = Buffer.alloc(256 * 1024);
        for (let index = 0; index < 64; index++) send(chunk).catch(() => {});
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      '/a.B/Echo': unary(BytesMessageSchema, BytesMessageSchema, async ({ data }) => ({ data })),
    });
    const slow = client.converse(method);
    await slow.send({ data: Buffer.alloc(1) });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const echo = { ...method, path: '/a.B/Echo' };
    expect((await client.call(echo, { data: Buffer.alloc(3) })).data).toHaveLength(3);
  });

  it('send from memory that is used anew, once they have taken what was in it', async () => {
    const memory = Buffer.from(new SharedArrayBuffer(700_000));
    const sizes = Array.from({ length: 40 }, (_, index) => 600_000 - 10_000 * index);
    const { client } = await pair({
      [method.path]: async ({ sendFrames }) => {
        for (const [index, size] of sizes.entries()) {
          const data = Buffer.alloc(size, index + 1);
          const framed = frame(toBinary(BytesMessageSchema, create(BytesMessageSchema, { data })));
          memory.fill(0xff).set(framed);
          await sendFrames(memory.subarray(0, framed.length));
        }
      },
    });
    const call = client.converse(method);
    await call.send({ data: Buffer.alloc(1) });
    call.end();
    const found: number[] = [];
    for await (const { data } of call.messages) {
      expect(Buffer.from(data).equals(Buffer.alloc(data.length, found.length + 1))).toBe(true);
      found.push(data.length);
      // Slowly, so that there is no room on the way most of the time.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(found).toEqual(sizes);
  });

  it('say so when there is nobody any more to send frames to', async () => {
    const { told, tell } = signalled();
    let sending: Promise<void> = Promise.resolve();
    let after: Promise<void> = Promise.resolve();
    const { client } = await pair({
      [method.path]: async ({ sendFrames, signal }) => {
        sending = sendFrames(Buffer.alloc(20_000_000));
        sending.catch(() => {});
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        after = sendFrames(Buffer.alloc(1));
        after.catch(() => {});
        tell();
      },
    });
    const abort = new AbortController();
    const call = client.converse(method, { signal: abort.signal });
    await call.send({ data: Buffer.alloc(1) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    abort.abort();
    await told;
    await expect(sending).rejects.toMatchObject({ name: 'GrpcError', code: 1 });
    await expect(after).rejects.toMatchObject({ name: 'GrpcError', code: 1 });
  });

  it('tell of a failure however many words it takes', async () => {
    const words = '錯誤 went wrong, '.repeat(10_000);
    const { client } = await pair({
      [method.path]: () => Promise.reject(new GrpcError(code.unknown, words)),
    });
    const error = (await client.call(method, {}).catch((error: unknown) => error)) as Error;
    expect(error.name).toBe('GrpcError');
    expect(error.message.length).toBeGreaterThan(1000);
    expect(words.startsWith(error.message)).toBe(true);
  });

  it('may have megabytes on their way, to either side', async () => {
    const { server } = await bare();
    // What the engine may send to us, and what it may as a client of ours.
    await expect.poll(() => server.state.remoteWindowSize).toBeGreaterThan(1e6);
    const { port, stop } = await serving();
    closing.push(stop);
    const engine = connectHttp2(`http://127.0.0.1:${port}`);
    closing.push(() => engine.destroy());
    await expect.poll(() => engine.state.remoteWindowSize).toBeGreaterThan(1e6);
  });

  it('fail when the answer has a header that is too long to be read', async () => {
    const { client, server } = await bare();
    server.on('error', () => {});
    server.on('stream', (stream) => {
      stream.on('error', () => {});
      stream.respond(
        { ':status': 200, 'grpc-status': '2', 'grpc-status-details-bin': 'q{'.repeat(100_000) },
        { endStream: true },
      );
    });
    await expect(client.call(method, {})).rejects.toMatchObject({ reason: 'dropped' });
  });

  it('end on both sides when they are cancelled, and leave the others alone', async () => {
    const aborted = signalled();
    const begun = signalled();
    const { client } = await pair({
      [method.path]: ({ signal }) => {
        begun.tell();
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.tell();
            reject(new Error('gone'));
          });
        });
      },
      '/a.B/Echo': unary(BytesMessageSchema, BytesMessageSchema, async ({ data }) => ({ data })),
    });
    const controller = new AbortController();
    const call = client.call(method, {}, { signal: controller.signal });
    await begun.told;
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'EngineError', reason: 'cancelled' });
    await aborted.told;
    const echo = await client.call({ ...method, path: '/a.B/Echo' }, { data: Buffer.from('x') });
    expect(echo.data).toHaveLength(1);
    await expect(client.call(method, {}, { signal: controller.signal })).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });

  it('fail as dropped when the connection breaks, then and later', async () => {
    const { client, far } = await pair({ [method.path]: () => new Promise(() => {}) });
    const call = client.call(method, {});
    setTimeout(() => far.destroy(), 50);
    await expect(call).rejects.toMatchObject({ name: 'EngineError', reason: 'dropped' });
    await expect(client.call(method, {})).rejects.toMatchObject({ reason: 'dropped' });
  });

  it('fail when the other side sends what is no message, though it goes on', async () => {
    const never = new Promise<void>(() => {});
    const { client } = await pair({
      [method.path]: async ({ send }) => {
        // No field ends with that.
        await send(Buffer.from([0x0a, 0xff]));
        await never;
      },
    });
    await expect(client.call(method, {})).rejects.toThrow(/./);
  });

  it('that come together with one that ends the connection harm nobody', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    const served: string[] = [];
    const { far, near, close } = await engineSide({
      [method.path]: async () => {
        served.push(method.path);
        close();
      },
    });
    try {
      const path = Buffer.from(method.path);
      // HEADERS that end both headers and stream: POST, http, an authority, the path (RFC 9113 and 7541).
      const head = [0x83, 0x86, 0x01, 1, 0x78, 0x04, path.length];
      const call = (stream: number) => {
        const front = [0, 0, head.length + path.length, 1, 5, 0, 0, 0, stream];
        return Buffer.concat([Buffer.from([...front, ...head]), path]);
      };
      // Our own preface has gone out by then.
      await new Promise((resolve) => setTimeout(resolve, 50));
      near.write(Buffer.concat([call(101), call(103), call(105)]));
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(served).toHaveLength(1);
      expect(far.destroyed).toBe(true);
    } finally {
      close();
      process.off('unhandledRejection', onUnhandled);
    }
    expect(unhandled).toEqual([]);
  });
});
