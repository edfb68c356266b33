import { expect, it } from 'vitest';
import { gather } from '../../../src/views/files/gather.ts';

/** A file that says how large it is, and has just these pieces. */
function file(size: number, ...pieces: string[]) {
  const read = { pieces: 0 };
  const content = (async function* () {
    for (const piece of pieces) {
      read.pieces += 1;
      yield Buffer.from(piece);
    }
  })();
  return { size, content, read };
}

it('a file that is too large is not read', async () => {
  const large = file(5, 'large');
  expect(await gather(large, 4)).toBeUndefined();
  expect(large.read.pieces).toBe(0);
});

it('a file that has more than it says is read no further than may be', async () => {
  const endless = file(0, 'abc', 'def', 'ghi');
  expect(await gather(endless, 4)).toBeUndefined();
  expect(endless.read.pieces).toBe(2);
});

it('other files are read whole, all of them without a limit', async () => {
  expect((await gather(file(0, 'ab', 'cd'), 4))?.toString()).toBe('abcd');
  expect((await gather(file(5, 'large'), 0))?.toString()).toBe('large');
});
