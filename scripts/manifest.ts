import { readFileSync, writeFileSync } from 'node:fs';
import { contributions } from '../src/manifest/contributes.ts';

/** Writes `contributes` of package.json and package.nls.json from src/manifest. */
const { contributes, strings } = contributions();
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
writeFileSync('package.json', `${JSON.stringify({ ...manifest, contributes }, null, 2)}\n`);
writeFileSync('package.nls.json', `${JSON.stringify(strings, null, 2)}\n`);
