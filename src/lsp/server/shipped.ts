import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The folder of the package that a program of dist/ belongs to. npm links programs into a folder of its own; the
 * package is where the link leads.
 */
function packageRoot(program: string): string {
  return dirname(dirname(realpathSync(program)));
}

/** The version of the package that a program of dist/ belongs to. Throws what reading its package.json throws. */
export function packageVersion(program: string): string {
  const manifest = readFileSync(join(packageRoot(program), 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** Address of the rules' pages in the package of a program, with a slash at its end. */
export function shippedPages(program: string): string {
  return `${pathToFileURL(join(packageRoot(program), 'docs', 'rules')).href}/`;
}
