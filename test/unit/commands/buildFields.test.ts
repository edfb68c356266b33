import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// The editor's own module exists in the editor alone.
vi.mock('vscode', () => ({}));

// Test files share what is loaded, and with it the `vscode` that it was loaded with.
const loadAnew = () => {
  vi.resetModules();
};
beforeAll(loadAnew);
afterAll(loadAnew);

const load = () => import('../../../src/commands/builds/fields.ts');

test.each(['https://example.com/app.git#main', 'git@example.com:app.git', 'ssh://git@host/app'])(
  'an address as the build context is no folder, which is said where it is typed: %s',
  async (context) => {
    const { fieldsOf, noAnswers, toOptions } = await load();
    const { check } = fieldsOf({ targets: [], args: [] }).context;
    expect(check?.(context)).toContain(`“${context}” is none: clone or download it first.`);
    expect(toOptions({ ...noAnswers, context }, '/src/Dockerfile', '/src').context).toBe(context);
  },
);

test.each([
  ['app', '/src/app'],
  ['/app:1', '/app:1'],
])('a folder is taken from that of the Dockerfile: %s', async (context, path) => {
  const { fieldsOf, noAnswers, toOptions } = await load();
  expect(fieldsOf({ targets: [], args: [] }).context.check?.(context)).toBeUndefined();
  expect(toOptions({ ...noAnswers, context }, '/src/Dockerfile', '/src').context).toBe(path);
});
