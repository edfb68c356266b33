import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether the bed's engine has what BuildKit got with Docker 26: subrequests, history, shells in failed steps. */
export const recent = process.env['STEVEDORE_TEST_GENERATION'] === 'new';
export const hasBuildkit = process.env['STEVEDORE_TEST_GENERATION'] !== 'podman';
/** The newest generation that the bed knows, whose frontend checks Dockerfiles. */
export const newest = recent && process.env['STEVEDORE_NEW_ENGINE'] === 'sid';

/** A folder that is gone at the end, with the given files. */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'stevedore-build-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
