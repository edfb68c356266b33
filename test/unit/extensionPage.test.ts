import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { extensionPage } from '../../scripts/lib/extensionPage.ts';

test('what leads nowhere on an extension’s page is not on it', () => {
  const readme = `# Name

<!-- clone -->
\`npm start\`
<!-- /clone -->

![A picture](docs/a.png)

It builds ([more on that](docs/b.md)), by
[rules of its own](docs/rules.md), as [dive](https://example.com/dive) does. [More on rules](docs/rules.md).

![Another](https://example.com/b.png)
`;
  expect(extensionPage(readme)).toBe(`# Name

It builds, by
rules of its own, as [dive](https://example.com/dive) does.

![Another](https://example.com/b.png)
`);
});

test('the README makes a page without pictures, paths and npm', () => {
  const page = extensionPage(readFileSync('README.md', 'utf8'));
  expect(page).not.toMatch(/!\[|\]\((?!https?:)|<!--|npm start/);
  expect(page).toMatch(/^# Stevedore\n\nContainers, images,[^]*## What it does[^]*## Trust/);
  expect(page).not.toMatch(/\n\n\n/);
});
