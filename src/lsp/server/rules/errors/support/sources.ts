import { percentDecoded } from '../../../../../util/percentDecoded.ts';

/** Whether ADD fetches a source over HTTP. */
export function isHttp(source: string): boolean {
  return /^https?:\/\//.test(source) && !isGit(source);
}

/** Whether ADD clones a source (dfgitutil, ParseGitRef): a Git or ssh URL, or one whose path ends in `.git`. */
export function isGit(source: string): boolean {
  if (/^[\w-]+@[a-zA-Z0-9.-]+:/.test(source)) return true;
  const [, scheme = '', authority = '', path = ''] = ADDRESS.exec(source) ?? [];
  // What Go can't read as an address is none of Git.
  if (scheme === '' || !AUTHORITY.test(authority)) return false;
  return /^http/i.test(scheme) ? decoded(path).endsWith('.git') : true;
}

/**
 * Whether a source looks like a file of the build context and is read as the address of a repository nevertheless: its
 * query must be one of Git's, though the file is what is copied.
 */
export function isGithubPath(source: string): boolean {
  return source.startsWith('github.com/');
}

const ADDRESS = /^(https?|git|ssh):\/\/([^/?#]*)([^?#]*)/i;
const AUTHORITY = /^(?:.*@)?(?:\[[^\]]*\]|[^:[\]]*)(?::\d*)?$/;

/** A path without its `%` escapes; nothing when one of them is none. */
function decoded(path: string): string {
  // Bytes that are no UTF-8 are fine with Go, whose path ends as this one does.
  return /%(?![\da-f]{2})/i.test(path) ? '' : percentDecoded(path);
}
