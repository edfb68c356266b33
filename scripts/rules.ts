import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../src/lsp/server/rules/all.ts';
import { rulePages } from './lib/rulePages.ts';

/** Writes docs/rules from the rules, and removes the pages of those that are gone. */
const FOLDER = 'docs/rules';
const pages = rulePages(RULES);
mkdirSync(FOLDER, { recursive: true });
for (const name of readdirSync(FOLDER)) if (!pages.has(name)) rmSync(join(FOLDER, name));
for (const [name, text] of pages) writeFileSync(join(FOLDER, name), text);
