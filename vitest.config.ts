import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** What takes longest, begun first: at the end one worker would wait for the other. */
const LONGEST = ['engine/containerFiles', 'engine/buildkit/limits', 'engine/store', 'engine/logs'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

const project = (name: string, testTimeout: number) => ({
  test: {
    name,
    // Loading modules once for each worker and not for each file halves the time of the unit tests. Those of webviews keep a
    // browser for each file.
    isolate: name === 'webview',
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    ...(name === 'engine' && { globalSetup: 'test/engine/support/setup.ts' }),
    hookTimeout: testTimeout * 2,
    // Vitest's own second is not enough for what another process does on a busy machine.
    expect: { poll: { timeout: testTimeout * 0.8 } },
  },
});

export default defineConfig({
  test: {
    // Engine tests share one engine, and two cores are all that there may be.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // The limits end what hangs: on a busy machine everything takes long.
    projects: ['unit', 'lsp', 'webview', 'engine'].map((name) => project(name, 60_000)),
  },
});
