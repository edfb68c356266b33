/** Where a rule's own documentation is. */

/** The server's command that opens the page of a rule, given by its id. */
export const OPEN_RULE = 'stevedore.dockerfile.openRule';

/** A rule's page below docs/rules, without the ending: `stevedore/copied-secret` is `stevedore-copied-secret`. */
export function pageName(id: string): string {
  return id.replaceAll('/', '-');
}

/** BuildKit's check names in the address of its documentation: `JSONArgsRecommended` is `json-args-recommended`. */
function kebab(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/** The page of the tool that a rule's id is from; undefined for our own and for what the builder refuses. */
export function homePage(id: string): string | undefined {
  if (/^DL\d+$/.test(id)) return `https://github.com/hadolint/hadolint/wiki/${id}`;
  if (/^SC\d+$/.test(id)) return `https://www.shellcheck.net/wiki/${id}`;
  if (id.includes('/')) return undefined;
  return `https://docs.docker.com/reference/build-checks/${kebab(id)}/`;
}

/** Whether docs/rules has a page of it: ShellCheck's have none. */
export function hasPage(id: string): boolean {
  return !/^SC\d+$/.test(id);
}

/**
 * Where a finding's rule is explained: its home page, else our own below `pages`, the address of docs/rules with a
 * slash at its end. With `ours` it is our own page wherever there is one.
 */
export function pageUrl(id: string, pages: string, ours = false): string {
  const home = homePage(id);
  return home !== undefined && !(ours && hasPage(id)) ? home : `${pages}${pageName(id)}.md`;
}
