import fs from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../../src/engine/client.ts';
import { saveStream } from '../../../src/engine/saveStream.ts';
import { scratch, serveEngine } from './support/servers.ts';

/** Milliseconds that the disk takes to open a file. */
const SLOW = 50;

/** Has what the engine goes on sending written to a file that holds `before`, on a disk that is slow to open one. */
async function setUp() {
  const { endpoint } = await serveEngine({
    onRequest: (_, response) => void response.writeHead(200).write('the first piece'),
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  const directory = await scratch();
  const file = join(directory, 'file');
  await writeFile(file, 'before');
  let opened = 0;
  const { open } = fs as unknown as { open: (...args: unknown[]) => void };
  const called = vi.spyOn(fs, 'open').mockImplementation((...args: unknown[]) => {
    opened++;
    setTimeout(() => open(...args), SLOW);
  });
  const { open: promised } = fs.promises;
  const awaited = vi.spyOn(fs.promises, 'open').mockImplementation(async (...args) => {
    opened++;
    await sleep(SLOW);
    return promised(...args);
  });
  // What has been imported by name is slow, too.
  syncBuiltinESMExports();
  onTestFinished(() => {
    called.mockRestore();
    awaited.mockRestore();
    syncBuiltinESMExports();
  });
  const save = (onProgress: () => void, signal: AbortSignal) =>
    saveStream(client, '/file', file, 'It could not be written', onProgress, signal);
  return { directory, file, save, opened: () => opened };
}

it('leaves nothing behind when it is cancelled with the first piece, before the disk has opened the file', async () => {
  const { directory, file, save, opened } = await setUp();
  const controller = new AbortController();
  await expect(save(() => controller.abort(), controller.signal)).rejects.toMatchObject({
    reason: 'cancelled',
  });
  expect(await readFile(file, 'utf8')).toBe('before');
  await sleep(2 * SLOW);
  expect(await readdir(directory)).toEqual(['file']);
  expect(opened()).toBe(1);
});
