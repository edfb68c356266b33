import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { demux, demuxTo } from '../../../src/engine/demux.ts';

function frame(type: number, data: Buffer | string): Buffer {
  const payload = Buffer.from(data);
  const header = Buffer.alloc(8);
  header[0] = type;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

async function* cut(bytes: Buffer, sizes: () => number) {
  for (let at = 0; at < bytes.length;) {
    const size = sizes();
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(source: AsyncIterable<Uint8Array>, tty?: boolean) {
  const out: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  for await (const { stream, data } of demux(source, { tty })) out[stream].push(data);
  return {
    stdout: Buffer.concat(out.stdout).toString(),
    stderr: Buffer.concat(out.stderr).toString(),
  };
}

/** A small generator with a seed, so that a failing run can be repeated. */
function random(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * limit);
  };
}

describe('demux', () => {
  it('takes 5000 frames of one byte in one chunk', async () => {
    const frames = Array.from({ length: 5000 }, (_, i) => frame(1 + (i % 2), i % 2 ? 'e' : 'o'));
    const { stdout, stderr } = await read(Readable.from([Buffer.concat(frames)]));
    expect(stdout).toBe('o'.repeat(2500));
    expect(stderr).toBe('e'.repeat(2500));
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'any cutting gives the same, seed %d',
    async (seed) => {
      const next = random(seed);
      const expected = { stdout: '', stderr: '' };
      const frames: Buffer[] = [];
      for (let i = 0; i < 50; i++) {
        const type = next(3);
        const data = 'é'.repeat(next(40)) + String.fromCharCode(97 + next(26)).repeat(next(100));
        frames.push(frame(type, data));
        expected[type === 2 ? 'stderr' : 'stdout'] += data;
      }
      const bytes = Buffer.concat(frames);
      expect(await read(cut(bytes, () => 1))).toEqual(expected);
      expect(await read(cut(bytes, () => 1 + next(30)))).toEqual(expected);
      expect(await read(cut(bytes, () => 1 + next(5000)))).toEqual(expected);
    },
  );

  it('is linear: 200,000 frames in one chunk take little more than the bytes do', async () => {
    const bytes = Buffer.concat(Array.from({ length: 200_000 }, () => frame(1, 'x')));
    const start = performance.now();
    const { stdout } = await read(Readable.from([bytes]));
    expect(stdout.length).toBe(200_000);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('passes a huge frame on piece by piece', async () => {
    const pieces: number[] = [];
    const bytes = frame(1, Buffer.alloc(1_000_000, 'x'));
    for await (const { data } of demux(cut(bytes, () => 65_536))) pieces.push(data.length);
    expect(Math.max(...pieces)).toBeLessThanOrEqual(65_536);
    expect(pieces.reduce((sum, length) => sum + length)).toBe(1_000_000);
  });

  it('leaves the output of a terminal alone, known or seen to be one', async () => {
    const text = '\u001b[31mred\u001b[0m\r\n$ ';
    for (const size of [1, 3, 8, 100])
      for (const tty of [true, undefined])
        expect(
          await read(
            cut(Buffer.from(text), () => size),
            tty,
          ),
        ).toEqual({ stdout: text, stderr: '' });
    const short = Buffer.from([1, 0, 0]);
    expect((await read(Readable.from([short]))).stdout).toBe('\u0001\0\0');
  });

  it('reports a stream that ends within a frame, after what there was of it', async () => {
    const seen: string[] = [];
    for (const length of [3, 8, 11]) {
      const bytes = Buffer.concat([frame(1, 'whole'), frame(2, 'cut off').subarray(0, length)]);
      const reading = (async () => {
        for await (const { data } of demux(Readable.from([bytes]), { tty: false }))
          seen.push(data.toString());
      })();
      await expect(reading).rejects.toMatchObject({ reason: 'dropped' });
    }
    expect(seen).toEqual(['whole', 'whole', 'whole', 'cut']);
  });

  it("reports garbage between frames, and the engine's own error", async () => {
    const garbled = Buffer.concat([frame(1, 'ok'), Buffer.from('no header at all')]);
    await expect(read(Readable.from([garbled]))).rejects.toMatchObject({ reason: 'not-an-engine' });
    const failed = Buffer.concat([frame(1, 'ok'), frame(3, 'disk is full')]);
    await expect(read(cut(failed, () => 2))).rejects.toMatchObject({
      reason: 'server',
      message: 'disk is full',
    });
  });

  it('waits for a slow output', async () => {
    let ahead = 0;
    let most = 0;
    async function* source() {
      for (let i = 0; i < 100; i++) {
        most = Math.max(most, ++ahead);
        yield frame(1, Buffer.alloc(1000));
      }
    }
    const slow = new Writable({
      highWaterMark: 4000,
      write(_chunk, _encoding, done) {
        ahead--;
        setImmediate(done);
      },
    });
    await demuxTo(source(), { stdout: slow, stderr: slow });
    expect(most).toBeLessThan(10);
  });

  it('ends when an output does', async () => {
    const output = new Writable({ highWaterMark: 1, write() {} });
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          yield frame(2, 'x');
          await sleep(1);
        }
      })(),
    );
    const copying = demuxTo(endless, { stdout: output, stderr: output });
    setTimeout(() => output.destroy(new Error('terminal closed')), 20);
    await expect(copying).rejects.toThrow('terminal closed');
    expect(endless.destroyed).toBe(true);
  });
});
