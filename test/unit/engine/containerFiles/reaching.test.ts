import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import type { Client } from '../../../../src/engine/client.ts';
import type { Place } from '../../../../src/engine/containerFiles/place.ts';
import { writeInside } from '../../../../src/engine/containerFiles/reaching.ts';

/** Podman's words in place of those of a program that ended before it had read what it was sent. */
const LOST = 'Error: read unixpacket @->/proc/self/fd/15/attach: read: connection reset by peer\n';

interface Ran {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A running container, as far as programs in it go, which do what is given. */
function placeOf(run: (program: string, args: readonly string[]) => Ran): Place {
  let ran: Ran = {};
  async function request(asked: { path: string; body?: { Cmd: readonly string[] } }) {
    const [program = '', ...args] = asked.body?.Cmd ?? [];
    if (asked.path === '/containers/c/exec') ran = run(program, args);
    if (asked.path.endsWith('/start')) return socketOf(ran);
    if (asked.path.endsWith('/e/json')) return { ExitCode: ran.exitCode ?? 0, Running: false };
    return { Id: 'e', State: { Running: true }, Config: {} };
  }
  return { root: '/', id: 'c', client: { request } as unknown as Client } as unknown as Place;
}

/** What a program wrote, as an engine sends it. */
function socketOf({ stdout = '', stderr = '' }: Ran): Duplex {
  const frames = [stdout, stderr].map((text, at) => {
    const head = Buffer.from([at + 1, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  });
  return Duplex.from({
    readable: frames,
    writable: async (input: AsyncIterable<unknown>) => {
      for await (const _ of input);
    },
  });
}

/** Writes where each `dd` fails with the next of these words. Resolves with the failure and what each was told. */
async function writing(...words: string[]) {
  const calls: (readonly string[])[] = [];
  const place = placeOf((program, args) => {
    if (program === 'stat' && args.at(-1) === '/file') return { exitCode: 1 };
    if (program === 'stat') return { stdout: '81a4 4 0 0 0' };
    if (program !== 'dd') return {};
    calls.push(args.slice(1));
    return { exitCode: 1, stderr: words.shift() ?? '' };
  });
  async function* bytes() {
    yield Buffer.from('a content');
  }
  const failure = await writeInside(place, '/file', { size: 9, bytes }).catch((e: Error) => e);
  return { message: failure?.message, calls };
}

it('what keeps a program from writing is told, though the engine lost its words', async () => {
  const { message, calls } = await writing(LOST, '0+1 records in\ndd: /file: No space left\n');
  expect(message).toBe('dd failed: dd: /file: No space left');
  expect(calls).toEqual([['bs=64k'], ['bs=1', 'seek=4']]);
});

it('nothing more is written where the words have come', async () => {
  const { message, calls } = await writing('dd: /file: No space left\n1+0 records in\n');
  expect(message).toBe('dd failed: dd: /file: No space left');
  expect(calls).toEqual([['bs=64k']]);
});
