import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Packs the pages that VS Code opens from a finding into one file, docs.json in `outdir`: texts by their paths below docs/. What they
 * link to is among them.
 */
export function packDocs(outdir) {
  const rules = readdirSync('docs/rules').map((name) => `rules/${name}`);
  const texts = [...rules, 'language-server.md'].map((path) => [
    path,
    readFileSync(`docs/${path}`, 'utf8'),
  ]);
  mkdirSync(outdir, { recursive: true });
  writeFileSync(`${outdir}/docs.json`, JSON.stringify(Object.fromEntries(texts)));
}
