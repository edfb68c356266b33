import { isAbsolute, normalize, relative, resolve } from 'node:path';
import type { Severity } from '../rules/rule.ts';

/** A finding as `--format json` writes it. Lines and columns count from 1, columns in UTF-16 units; the end is not part of it. */
export interface Issue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly message: string;
  readonly url: string;
  /** `--fix` would mend it. */
  readonly fixable: boolean;
}

/** The line that a person is shown beside an issue, and where the words concerned stand in it. */
export interface Excerpt {
  readonly line: number;
  readonly text: string;
  /** In UTF-16 units from 0. */
  readonly from: number;
  readonly to: number;
}

export interface Shown {
  readonly issue: Issue;
  readonly excerpt: Excerpt;
}

/** Everything that was found, in the order in which it is written. */
export interface Report {
  readonly shown: readonly Shown[];
  /** How many files were checked. */
  readonly files: number;
  /** The folder that services count paths from, where they say so: GITHUB_WORKSPACE. */
  readonly root?: string | undefined;
}

/** The gravest first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'style'];

/**
 * A path for services that compare it with those of a repository: `./a//b` is `a/b`, and slashes are what they are there.
 * Of a file in `root` it begins there, wherever the program runs. Standard input stays `-`.
 */
export function plainPath(path: string, root?: string): string {
  const inside = root && path !== '-' ? relative(root, resolve(path)) : '';
  const isInside = inside !== '' && !isAbsolute(inside) && !/^\.\.(?:[/\\]|$)/.test(inside);
  return (isInside ? inside : normalize(path)).replaceAll('\\', '/');
}
