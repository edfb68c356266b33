import { afterAll, beforeAll } from 'vitest';
import type { Client } from '../../../src/engine/client.ts';
import { lendPort, startSecondEngine } from '../bed/engines.ts';
import { bedEndpoint, SHELL_IMAGE, testClient, unique } from './engine.ts';

/**
 * Starts an engine for the tests of a describe whose images containerd keeps, as Docker 29 has it from the start, beside the
 * bed's, whose store is the classic one unless it was asked for otherwise.
 */
export function containerdEngine(onClient: (client: Client) => void): void {
  const registry = process.env['STEVEDORE_TEST_REGISTRY'] ?? '';
  const ends: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    const engine = await startSecondEngine([], { imageStore: 'containerd' });
    ends.push(engine.stop);
    ends.push(await lendPort(engine, Number(registry.split(':')[1])));
    const client = await testClient({ ...bedEndpoint, url: `unix://${engine.socket}` });
    ends.push(() => client.close());
    onClient(client);
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });
}

/** A Dockerfile whose step takes something that nobody has. */
export const stepped = () => `FROM ${SHELL_IMAGE}\nRUN echo ${unique('step')} > /made\n`;
