import { dropQuotes } from './words.ts';

/** What hadolint takes for an archive that ADD unpacks, by the end of its name, which counts letter for letter. */
const ARCHIVE = /\.(?:tar|Z|bz2|gz|lz|lzma|tZ|tb2|tbz|tbz2|tgz|tlz|tpz|txz|xz)$/;

/** Whether a path, quotes around it left out, names an archive that ADD unpacks. */
export function isArchive(path: string): boolean {
  return ARCHIVE.test(dropQuotes(path));
}

/** The last part of a path of either kind of system, without quotes. */
export function baseName(path: string): string {
  return dropQuotes(path).split(/[/\\]/).at(-1) ?? '';
}
