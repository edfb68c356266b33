/** Which documents the language server is for. */

interface Document {
  readonly languageId: string;
  readonly uri: { readonly path: string };
}

/** Compose files that an editor takes for plain YAML. */
export const COMPOSE_GLOB = '**/*compose*.{yml,yaml}';

const LANGUAGES: ReadonlySet<string> = new Set(['dockerfile', 'dockerignore', 'dockercompose']);

export const isDockerfile = ({ languageId }: Pick<Document, 'languageId'>): boolean =>
  languageId === 'dockerfile';

/** Dockerfiles, their ignore files, and compose files, which link to them. */
export function isServed({ languageId, uri }: Document): boolean {
  if (LANGUAGES.has(languageId)) return true;
  return languageId === 'yaml' && /[^/]*compose[^/]*\.ya?ml$/.test(uri.path);
}
