import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { createWalker } from '../../../src/engine/buildkit/files/walker.ts';
import { buildWithBuildkit } from '../../../src/engine/buildkit/build.ts';
import type { FilterMemory } from '../../../src/engine/buildkit/build.ts';
import { newRef } from '../../../src/engine/buildkit/ids.ts';
import { connect } from '../../../src/engine/client.ts';

/**
 * A process that builds with Stevedore's own client when its parent says so: `{context, tag}` comes, an OwnBuild goes
 * back. It is one of its own so that the memory it takes is its own.
 */
const [host = '', thread = ''] = process.argv.slice(2);
const connecting = connect({ name: 'bench', url: host, source: 'bench', host: 'localhost' });
const walker = createWalker({ thread: new URL(thread) });
const filters: FilterMemory = new Map();

async function build(context: string, tag: string) {
  const client = await connecting;
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  let sent = { bytes: 0, files: 0 };
  const start = performance.now();
  try {
    await buildWithBuildkit(
      client,
      newRef(),
      { context, dockerfile: join(context, 'Dockerfile'), tags: [tag] },
      {
        auth: {
          credential: async () => undefined,
          fetchToken: () => Promise.reject(new Error('no registry is needed here')),
        },
        env: {},
        walker,
        filters,
        onStatus: () => undefined,
        onSent: (now) => (sent = now),
        onSecret: () => undefined,
        onProblem: (error) => console.error(error),
      },
    );
    const ms = performance.now() - start;
    most = Math.max(most, process.memoryUsage().rss);
    return { ms, ...sent, memory: most - before };
  } finally {
    clearInterval(watch);
  }
}

process.on('message', ({ context, tag }: { context: string; tag: string }) => {
  build(context, tag).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
void connecting.then(() => process.send?.('ready'));
