import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openContext } from '../../../../src/lsp/server/context/openContext.ts';
import type { BuildContext, ExampleFiles } from '../../../../src/lsp/server/rules/rule.ts';

/** A folder with these files, removed when the test is over. */
export async function folderOf(files: ExampleFiles): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'stevedore-files-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** A build context of these files; `.dockerignore` among them counts. */
export async function contextOf(files: ExampleFiles): Promise<BuildContext> {
  const root = await folderOf(files);
  return openContext(root, join(root, 'Dockerfile'));
}
