import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packDocs } from '../../../scripts/bundle/docs.mjs';
import { rulePages } from '../../../scripts/lib/rulePages.ts';
import { RULES } from '../../../src/lsp/server/rules/all.ts';
import { pageName, pageUrl } from '../../../src/lsp/server/rules/links.ts';

test.each([
  ['JSONArgsRecommended', 'https://docs.docker.com/reference/build-checks/json-args-recommended/'],
  [
    'FromPlatformFlagConstDisallowed',
    'https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/',
  ],
  ['DL3000', 'https://github.com/hadolint/hadolint/wiki/DL3000'],
  ['SC2086', 'https://www.shellcheck.net/wiki/SC2086'],
  ['stevedore/moved-tag', 'file:///pages/stevedore-moved-tag.md'],
  ['build-error/no-stage', 'file:///pages/build-error-no-stage.md'],
])('%s is explained at %s', (id, url) => {
  expect(pageUrl(id, 'file:///pages/')).toBe(url);
});

test('an editor that can show our pages is led to them, but for what we have none of', () => {
  expect(pageUrl('DL3000', 'file:///pages/', true)).toBe('file:///pages/DL3000.md');
  expect(pageUrl('SC2086', 'file:///pages/', true)).toBe('https://www.shellcheck.net/wiki/SC2086');
});

test('every rule has a page, and every link between pages leads to one', () => {
  const pages = rulePages(RULES);
  for (const { id, title } of RULES)
    expect(pages.get(`${pageName(id)}.md`)).toContain(`# ${id}: ${title}\n`);
  for (const [name, text] of pages)
    for (const [, target = ''] of text.matchAll(/\]\(([\w-]+\.md)\)/g))
      expect(pages.has(target), `${name}: ${target}`).toBe(true);
});

test('what the editor is given of the documentation has every page that it links to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stevedore-docs-'));
  packDocs(folder);
  const pages = new Map(
    Object.entries(
      JSON.parse(readFileSync(join(folder, 'docs.json'), 'utf8')) as Record<string, string>,
    ),
  );
  rmSync(folder, { recursive: true });
  for (const { id } of RULES) expect([...pages.keys()]).toContain(`rules/${pageName(id)}.md`);
  for (const [path, text] of pages)
    for (const [, target = ''] of text.matchAll(/\]\((?!https:)([^)]+)\)/g)) {
      const { pathname } = new URL(target, `docs:/${path}`);
      expect(pages.has(pathname.slice(1)), `${path}: ${target}`).toBe(true);
    }
});
