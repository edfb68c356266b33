/** Which documents the language server is for. */

interface Document {
  readonly languageId: string;
  readonly uri: { readonly path: string };
}

/** Compose files that an editor takes for plain YAML. */
export const COMPOSE_GLOB = '**/*compose*.{yml,yaml}';

export const isDockerfile = ({ languageId }: Pick<Document, 'languageId'>): boolean =>
  languageId === 'dockerfile';

/** Dockerfiles, and compose files, which link to them. */
export function isServed({ languageId, uri }: Document): boolean {
  if (languageId === 'dockerfile' || languageId === 'dockercompose') return true;
  return languageId === 'yaml' && /[^/]*compose[^/]*\.ya?ml$/.test(uri.path);
}
