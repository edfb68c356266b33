import { readFile } from 'node:fs/promises';
import { pack } from 'tar-stream';
import { staticBusybox } from '../../../scripts/lib/busybox.ts';
import { ask } from '../../../scripts/lib/process.ts';

/** Reference of the image that the engine tests start from: busybox with a shell, and nothing else. */
export const BASE_IMAGE = 'busybox:latest';

/** Names by which busybox is called in the image. */
const APPLETS = ['sh', 'ls', 'cat', 'echo', 'sleep', 'true', 'false', 'env', 'stty', 'httpd', 'ps'];

/**
 * Makes sure that the engine behind a unix socket has {@link BASE_IMAGE}: imports it (API 1.40, `/images/create`
 * with fromSrc), for nothing can be pulled. Resolves with the reference; throws with the engine's answer.
 */
export async function ensureBaseImage(socket: string): Promise<string> {
  const there = await ask(socket, 'GET', `/images/${BASE_IMAGE}/json`);
  if (there.status === 200) return BASE_IMAGE;
  const tar = pack();
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile(await staticBusybox()));
  for (const name of APPLETS)
    tar.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  for (const name of ['tmp/', 'etc/', 'proc/', 'dev/']) tar.entry({ name, type: 'directory' });
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  const query = new URLSearchParams({ fromSrc: '-', repo: 'busybox', tag: 'latest' });
  for (const change of ['CMD ["sh"]', 'ENV PATH=/bin']) query.append('changes', change);
  const answer = await ask(socket, 'POST', `/images/create?${query.toString()}`, {
    type: 'application/x-tar',
    data: Buffer.concat(chunks),
  });
  if (answer.status !== 200 || answer.body.includes('"error"'))
    throw new Error(`the base image was not imported: ${answer.status} ${answer.body}`);
  return BASE_IMAGE;
}
