import { describe, expect, it } from 'vitest';
import { ndjson, type JsonLine } from '../../../src/engine/ndjson.ts';

async function* chunksOf(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size: number, maxLine?: number): Promise<JsonLine[]> {
  const items: JsonLine[] = [];
  const options = maxLine === undefined ? {} : { maxLine };
  for await (const item of ndjson(chunksOf(Buffer.from(text), size), options)) items.push(item);
  return items;
}

const values = [{ stream: 'héllo — 世界 🚢' }, { n: 1 }, ['x'], 'text', null];
const text = values.map((value) => JSON.stringify(value)).join('\n');

describe('ndjson', () => {
  it.each([1, 2, 3, 5, 7, 64, 4096])('reads the same out of chunks of %d bytes', async (size) => {
    const expected = values.map((value) => ({ ok: true, value }));
    expect(await read(`${text}\n`, size)).toEqual(expected);
    expect(await read(text, size)).toEqual(expected);
    expect(await read(`\r\n${text.replaceAll('\n', '\r\n')}\r\n\n \n`, size)).toEqual(expected);
  });

  it('reports a line that is not JSON and goes on', async () => {
    expect(await read('{"a":1}\n<html>\n{"b":2}\n{"cut', 4)).toEqual([
      { ok: true, value: { a: 1 } },
      { ok: false, text: '<html>', problem: 'not-json' },
      { ok: true, value: { b: 2 } },
      { ok: false, text: '{"cut', problem: 'not-json' },
    ]);
  });

  it.each([1, 10, 1000])('skips a line that is too long, in chunks of %d', async (size) => {
    const long = JSON.stringify('x'.repeat(500));
    const items = await read(`1\n${long}\n2\n`, size, 100);
    expect(items.map((item) => (item.ok ? item.value : item.problem))).toEqual([1, 'too-long', 2]);
    const kept = items.find((item) => !item.ok);
    expect(kept?.ok === false && kept.text.length).toBeLessThanOrEqual(200);
  });

  it('takes a line of exactly the longest length', async () => {
    expect(await read(`${JSON.stringify('x'.repeat(98))}\n`, 7, 100)).toEqual([
      { ok: true, value: 'x'.repeat(98) },
    ]);
  });

  it('passes an error of the source on, after what came before it', async () => {
    async function* broken() {
      yield Buffer.from('1\n2');
      throw new Error('gone');
    }
    const items: JsonLine[] = [];
    const reading = (async () => {
      for await (const item of ndjson(broken())) items.push(item);
    })();
    await expect(reading).rejects.toThrow('gone');
    expect(items).toEqual([{ ok: true, value: 1 }]);
  });
});
