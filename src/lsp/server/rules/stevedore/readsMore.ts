import type { BuildContext } from '../rule.ts';

/** What a list of packages has in it when installing them takes more files of the project, by the list's name. */
const MORE: readonly (readonly [name: RegExp, text: RegExp])[] = [
  [
    /^package\*?\.json$/,
    /"workspaces"\s*:|"(?:(?:pre|post)?install|prepare)"\s*:|"(?:file|link|portal|patch|workspace):/,
  ],
  [/^pnpm-workspace\.yaml\*?$/, /^packages\s*:/m],
  [/\.txt$/, /^[ \t]*(?:-[erc]\b|--(?:editable|requirement|constraint)\b|\.|file:)|@ file:/m],
  [/^Gemfile$/, /^[ \t]*(?:gemspec|eval_gemfile)\b|\bpath:|:path\s*=>/m],
  [/^composer\.json$/, /"type"\s*:\s*"path"/],
  [/^go\.mod$/, /=>\s*\.{1,2}\//],
  [/^(?:pyproject\.toml|Pipfile)$/, /\b(?:path\s*=\s*"|workspace\s*=\s*true)/],
  [/^mix\.exs$/, /\b(?:path:|in_umbrella:|apps_path:)/],
];

/**
 * Whether an install reads more files of a build context than its lists, such as those of workspaces and local packages.
 * @param lists as COPY names them
 */
export async function readsMore(lists: readonly string[], context: BuildContext): Promise<boolean> {
  for (const list of lists) {
    const path = list.replace('*', '');
    const text = MORE.find(([name]) => name.test(list))?.[1];
    if (!text || path.startsWith('/') || context.ignoredBy(path) !== undefined) continue;
    if (text.test((await context.read(path)) ?? '')) return true;
  }
  return false;
}
