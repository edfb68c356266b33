/** One of hadolint's comments, taken apart. */
export type Pragma =
  | { readonly kind: 'ignore'; readonly scope: Scope; readonly names: readonly string[] }
  | { readonly kind: 'shell'; readonly shell: string };

/** What an ignore pragma holds for: the instruction below, the stage that the FROM below begins or the rest of one, or the file. */
type Scope = 'next' | 'stage' | 'global';

const IGNORE = /^#[ \t]*hadolint[ \t]+(?:(global|stage)[ \t]+)?ignore[ \t]*=(.*)$/;
const SHELL = /^#[ \t]*hadolint[ \t]+shell[ \t]*=[ \t]*([^ \t]+)[ \t]*(?:#.*)?$/;
/** hadolint's own names are of these characters, whether there is such a rule or not. */
const CODE = /^[DLSC0-9]+$/;

/**
 * Reads a comment, from its `#` to the end of its line, as hadolint 2.15.1 does: blanks are free around `=` and commas,
 * a further `#` begins a remark, and one name that is none makes the whole comment an ordinary one. Beside hadolint's
 * codes it takes the ids for which `isRule` holds. Answers undefined when it is no pragma.
 */
export function parsePragma(comment: string, isRule: (id: string) => boolean): Pragma | undefined {
  const ignore = IGNORE.exec(comment);
  if (ignore) {
    const list = (ignore[2] ?? '').split('#', 1)[0] ?? '';
    const names = list.split(',').map(withoutBlanks);
    if (!names.every((name) => CODE.test(name) || isRule(name))) return undefined;
    const scope = ignore[1] === 'global' || ignore[1] === 'stage' ? ignore[1] : 'next';
    return { kind: 'ignore', scope, names };
  }
  const shell = SHELL.exec(comment)?.[1];
  return shell === undefined ? undefined : { kind: 'shell', shell };
}

/** A text without the spaces and tabs at its ends. */
function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  const isBlank = (char: string | undefined) => char === ' ' || char === '\t';
  while (from < to && isBlank(text[from])) from++;
  while (to > from && isBlank(text[to - 1])) to--;
  return text.slice(from, to);
}
