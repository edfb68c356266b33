import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSync } from '../../../../../src/engine/buildkit/files/fileSync.ts';
import { createWalker } from '../../../../../src/engine/buildkit/files/walker.ts';
import { askFiles } from './support/engine.ts';

const walker = createWalker();
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stevedore-allowance-'));
  for (const name of ['a', 'b', 'c']) await writeFile(join(root, name), name.repeat(100));
});
afterAll(async () => {
  walker.close();
  await rm(root, { recursive: true });
});

const serve = (ask: () => Promise<void>) =>
  fileSync({ context: { path: root, allowance: { bytes: 250, ask } } }, { walker });

describe('contents beyond what is allowed', () => {
  it('wait for the answer, though the list does not', async () => {
    let sync: ReturnType<typeof serve> | undefined;
    const seen: unknown[] = [];
    sync = serve(async () => {
      // All is asked for by now, as far as the question can tell: nothing of it may go out meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push({ ...sync?.sent().get('context') });
    });
    const { contents } = await askFiles(sync.services, 'context');
    expect([...contents.keys()]).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual([expect.objectContaining({ listed: 3 })]);
    expect((seen[0] as { bytes: number }).bytes).toBeLessThanOrEqual(250);
  });

  it('are not sent when the answer is no', async () => {
    const sync = serve(() => Promise.reject(new Error('declined')));
    await expect(askFiles(sync.services, 'context')).rejects.toThrow('declined');
    expect(sync.sent().get('context')?.bytes).toBeLessThanOrEqual(250);
  });

  it('raise no question as long as the engine has most of them', async () => {
    let asked = 0;
    const sync = serve(async () => void asked++);
    const { contents } = await askFiles(sync.services, 'context', {
      want: ({ path }) => path !== 'b',
    });
    expect([...contents.keys()]).toEqual(['a', 'c']);
    expect(asked).toBe(0);
  });
});
