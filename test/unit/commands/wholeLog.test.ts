import { expect, test, vi } from 'vitest';
import { wholeLog } from '../../../src/commands/builds/known.ts';
import type { Build } from '../../../src/engine/builds/model.ts';
import { createBuildOnEngine } from '../../../src/engine/builds/onEngine.ts';
import type { EngineParts } from '../../../src/engine/builds/onEngine.ts';
import { loadAnew } from '../support/editor.ts';
import { build, step } from '../views/samples.ts';

vi.mock('vscode', async () => (await import('../support/editor.ts')).EDITOR);
/** What an engine remembers is as it was written. */
vi.mock('../../../src/engine/buildkit/engineHistory.ts', () => ({
  async *pastBuildStatus() {
    const [told] = build({ steps: [step()] }).steps;
    yield {
      steps: [{ id: 's', name: told?.name, inputs: [], cached: false, started: 1, completed: 2 }],
      transfers: [],
      logs: [{ step: 's', data: Buffer.from('it is s3cret\n'), time: 1 }],
      warnings: [],
    };
  },
}));

loadAnew();

const one = build({ request: { ...build().request, secrets: ['token'] } });
const asked = {
  secrets: [{ id: 'token', env: 'TOKEN' }],
  tags: [],
  context: '/',
  dockerfile: '/D',
};

/** The log of a build of an earlier session, in an environment that is this session's. */
const logOf = (of: Build, env: Record<string, string>, options: object | undefined) => {
  const client = { engine: { os: 'linux', arch: 'amd64' }, endpoint: { url: 'unix:///x' } };
  const current = { client: async () => client };
  const builder = createBuildOnEngine({ current, env, home: '/none' } as unknown as EngineParts);
  return wholeLog(
    {
      builds: {
        get: () => of,
        options: async () => options,
        hasLogs: () => false,
        secretsOf: builder.secretsOf,
        engine: {},
      },
      client: async () => client,
      busy: (work: Promise<unknown>) => work,
    } as unknown as Parameters<typeof wholeLog>[0],
    of,
  );
};

test('the log that the engine remembers of a build has the secrets taken out of it', async () => {
  expect(await logOf(one, { TOKEN: 's3cret' }, asked)).toContain('it is ***');
  expect(await logOf(build(), {}, { ...asked, secrets: [] })).toContain('it is s3cret');
  expect(await logOf(build(), {}, undefined)).toContain('it is s3cret');
});

test.each([
  ['cannot be read any more', asked],
  ['is not known any more', undefined],
])('is not shown where a secret %s, which could not be taken out of it', async (_, options) => {
  await expect(logOf(one, {}, options)).rejects.toThrow(/token/);
});
