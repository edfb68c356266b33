import { expect, it, vi } from 'vitest';
import type { Place } from '../../../../src/engine/containerFiles/place.ts';
import { writeInside } from '../../../../src/engine/containerFiles/reaching.ts';

const LOST = 'Error: read unixpacket @->/proc/self/fd/15/attach: read: connection reset by peer';
const tryInside = vi.hoisted(() => vi.fn());
vi.mock('../../../../src/engine/containerFiles/inside.ts', () => ({ tryInside }));

const place = { root: '/' } as unknown as Place;
const content = { size: 9, bytes: () => [Buffer.from('a content')] } as never;

/** Writes where each `dd` fails with the next of these words. Resolves with the failure and the arguments of each. */
async function writing(...words: string[]) {
  const calls: string[][] = [];
  tryInside.mockImplementation((_place: Place, program: string, args: readonly string[]) => {
    const none = { exitCode: 0, stdout: Buffer.from(''), stderr: '' };
    if (program === 'stat' && args.at(-1) === '/file') return { ...none, exitCode: 1 };
    if (program === 'stat') return { ...none, stdout: Buffer.from('81a4 4 0 0 0') };
    if (program !== 'dd') return none;
    calls.push(args.slice(1));
    return { ...none, exitCode: 1, stderr: words.shift() };
  });
  const error = await writeInside(place, '/file', content).catch((error: Error) => error);
  return { message: error instanceof Error ? error.message : 'none', calls };
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
