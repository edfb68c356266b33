/** Whether ADD fetches a source over HTTP. */
export function isHttp(source: string): boolean {
  return /^https?:\/\//.test(source) && !isGit(source);
}

/** Whether ADD clones a source (dfgitutil, ParseGitRef): a Git or ssh URL, or one whose path ends in `.git`. */
export function isGit(source: string): boolean {
  if (/^(?:git|ssh):\/\//i.test(source) || /^[\w-]+@[a-zA-Z0-9.-]+:/.test(source)) return true;
  return /^https?:\/\/[^?#]*\.git(?:[?#]|$)/i.test(source);
}
