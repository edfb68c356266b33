import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The folder of the package that a program of dist/ belongs to. npm links programs into a folder of its own; the
 * package is where the link leads.
 */
export function packageRoot(program: string): string {
  return dirname(dirname(realpathSync(program)));
}

/** Address of the rules' pages in the package of a program, with a slash at its end. */
export function shippedPages(program: string): string {
  return `${pathToFileURL(join(packageRoot(program), 'docs', 'rules')).href}/`;
}
