import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What every method builds: one layer of everything, and a step that reads something of it. */
const DOCKERFILE = `FROM busybox:latest
COPY . /src
RUN cat /src/dir-0/file-0 > /dev/null
`;

/**
 * Writes a build context of `files` files of `bytes` random bytes each, a hundred to a folder, and a Dockerfile.
 * @returns changes one small file of it, differently each time
 */
export function writeContext(dir: string, files: number, bytes: number): () => void {
  const block = Buffer.alloc(bytes);
  for (let index = 0; index < files; index++) {
    const folder = join(dir, `dir-${Math.floor(index / 100)}`);
    if (index % 100 === 0) mkdirSync(folder, { recursive: true });
    randomFillSync(block);
    writeFileSync(join(folder, `file-${index}`), block);
  }
  writeFileSync(join(dir, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(dir, 'small.txt'), 'round 0\n');
  let round = 0;
  return () => writeFileSync(join(dir, 'small.txt'), `round ${++round}\n`);
}
