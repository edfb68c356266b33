import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a docker context as `docker context create` does, where the extension under test looks for them.
 * @param workspace the folder that is open; the run keeps its docker configuration two folders above
 */
export function dockerContext(workspace: string, name: string, host: string): void {
  const folder = join(contexts(workspace), 'meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(folder, { recursive: true });
  const endpoint = { Host: host, SkipTLSVerify: false };
  writeFileSync(
    join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }),
  );
}

/** Removes all contexts that tests have written. */
export function noContexts(workspace: string): void {
  rmSync(contexts(workspace), { recursive: true, force: true });
}

const contexts = (workspace: string) => join(dirname(dirname(workspace)), 'docker', 'contexts');
