import { defineConfig } from 'vitest/config';

const project = (name: string, testTimeout: number) => ({
  test: {
    name,
    // Loading modules once for each worker and not for each file halves the time of the unit tests. Those of webviews keep a
    // browser for each file, and those of growth count only what is loaded after they have begun.
    isolate: name === 'webview' || name === 'growth',
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    // Where an engine or a browser shares few cores with all else, a second try tells a fault from what came too late.
    retry: process.env['CI'] && (name === 'engine' || name === 'webview') ? 1 : 0,
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
    // The limits end what hangs: on a busy machine everything takes long.
    projects: ['unit', 'lsp', 'growth', 'webview', 'engine'].map((name) => project(name, 60_000)),
  },
});
