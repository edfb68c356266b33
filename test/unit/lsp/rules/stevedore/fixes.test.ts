import { describe, expect, it } from 'vitest';
import { fixed, words } from '../hadolint/found.ts';

describe('cache-busting-order', () => {
  const id = 'stevedore/cache-busting-order';
  const before = (run: string) => `FROM a:1\nCOPY . .\nRUN ${run}\n`;

  it.each([
    ['npm ci --omit=dev', 'package*.json'],
    ['pip install -r ./requirements.txt', 'requirements.txt'],
    ['pip install --prefix=/install -r requirements.txt', 'requirements.txt'],
    ['pip install -r a.txt -c b.txt --constraint=c.txt', 'a.txt b.txt c.txt'],
  ])('copies what %s reads', async (run, files) => {
    expect(await fixed(id, before(run))).toEqual([
      `FROM a:1\nCOPY ${files} ./\nRUN ${run}\nCOPY . .\n`,
    ]);
  });

  it.each([
    'pip install -r requirements/prod.txt',
    'pip install -r requirements.txt -c constraints/all.txt',
    'npm --prefix client ci',
    'npm ci --workspace=api',
    'yarn --cwd web install',
    'pnpm -C web install',
    'pnpm install --filter web',
    'pnpm install -r',
    'pipenv install --requirements=dev.txt',
    'go -C api mod download',
  ])('moves no install that would not find its files: %s', async (run) => {
    expect(await words(id, before(run))).toEqual(['COPY .']);
    expect(await fixed(id, before(run))).toEqual([]);
  });
});
