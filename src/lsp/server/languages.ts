import type { TextDocument } from 'vscode-languageserver-textdocument';

/** What the server reads. A Dockerfile is parsed once a version; the others are small and read when asked about. */
export type Language = 'dockerfile' | 'dockerignore' | 'compose';

const IGNORE_FILE = /\.(?:docker|container)ignore$/i;
const YAML_FILE = /\.ya?ml$/i;

/**
 * The language of a document, by its id and, since editors differ in their ids, by its name. What is neither an ignore
 * file nor YAML is taken for a Dockerfile: these have names of any kind.
 */
export function languageOf({
  uri,
  languageId,
}: Pick<TextDocument, 'uri' | 'languageId'>): Language {
  if (languageId === 'dockerfile') return 'dockerfile';
  if (languageId === 'dockerignore' || IGNORE_FILE.test(uri)) return 'dockerignore';
  if (languageId === 'dockercompose' || languageId === 'yaml' || YAML_FILE.test(uri))
    return 'compose';
  return 'dockerfile';
}
