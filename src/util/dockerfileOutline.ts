/** An instruction of a Dockerfile, as much as is needed to find it again. */
export interface OutlineInstruction {
  /** In capitals. */
  readonly keyword: string;
  /** All of it with its continued lines joined, without comments and without the bodies of heredocs. */
  readonly text: string;
  /** First and last line, counted from 1; a heredoc's end is the last. */
  readonly lines: readonly [number, number];
  readonly heredoc: boolean;
}

export interface OutlineStage {
  readonly from: OutlineInstruction;
  /** What FROM names, as it stands there. */
  readonly base: string;
  /** In small letters, as builders take it. */
  readonly name?: string;
  /** Those after FROM. */
  readonly instructions: readonly OutlineInstruction[];
}

/** The stages of a Dockerfile in their order. */
export interface Outline {
  readonly stages: readonly OutlineStage[];
}

const WITH_HEREDOCS = /^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i;

/**
 * Finds the stages and instructions of a Dockerfile, as BuildKit's parser divides it: escape directive, continued lines
 * with comments and blank lines in them, heredocs. Linear in the length of the text, and content with any text.
 */
export function readOutline(source: string): Outline {
  const lines = source
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, ''));
  const escape = escapeOf(lines);
  const stages: (OutlineStage & { instructions: OutlineInstruction[] })[] = [];
  for (let at = 0; at < lines.length;) {
    if (isNothing(lines[at] ?? '')) {
      at++;
      continue;
    }
    const { text, next } = gather(lines, at, escape);
    const names = WITH_HEREDOCS.test(text) ? heredocNames(text) : [];
    const end = names.reduce((from, name) => endOfHeredoc(lines, from, name), next);
    const instruction = {
      keyword: (/^\S+/.exec(text)?.[0] ?? '').toUpperCase(),
      text,
      lines: [at + 1, end] as const,
      heredoc: names.length > 0,
    };
    if (instruction.keyword === 'FROM') stages.push({ ...readFrom(instruction), instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
    at = end;
  }
  return { stages };
}

const isNothing = (line: string) => /^\s*(?:#|$)/.test(line);

/** Directives stand before all else; whatever isn't of their form ends them. */
function escapeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name, value] = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)$/.exec(line.trim()) ?? [];
    if (name === undefined) break;
    if (name.toLowerCase() === 'escape') return value?.trim() === '`' ? '`' : '\\';
  }
  return '\\';
}

/** Joins the lines of the instruction that begins at line `at`; `next` is the line after them. */
function gather(
  lines: readonly string[],
  at: number,
  escape: string,
): { text: string; next: number } {
  const pieces: string[] = [];
  let next = at;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (next > at && isNothing(line)) continue;
    const bare = line.replace(/[ \t]+$/, '');
    const continued = bare.endsWith(escape) && bare.at(-2) !== escape;
    pieces.push(continued ? bare.slice(0, -1) : line);
    if (!continued) {
      next++;
      break;
    }
  }
  return { text: pieces.join('').trim(), next };
}

/** Names of the heredocs that an instruction opens; a tab before those whose lines may be indented with tabs. */
function heredocNames(text: string): readonly string[] {
  if (!text.includes('<<') || /^(?:ONBUILD\s+)?\S+\s+(?:--\S+\s+)*\[/i.test(text)) return [];
  const words = text.match(/(?:\\[^]|"(?:\\[^]|[^"\\])*"|'[^']*'|[^\s"'\\])+/g) ?? [];
  return words.flatMap((word) => {
    const [, chomp, name] = /^\d*<<(-?)([^<]+)$/.exec(word) ?? [];
    return name === undefined ? [] : [(chomp ? '\t' : '') + name.replace(/["'\\]/g, '')];
  });
}

/** The line after the heredoc whose body begins at line `from`. */
function endOfHeredoc(lines: readonly string[], from: number, name: string): number {
  const indented = name.startsWith('\t');
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if ((indented ? line.replace(/^\t+/, '') : line) === name.trimStart()) return at + 1;
  }
  return lines.length;
}

function readFrom(from: OutlineInstruction): Omit<OutlineStage, 'instructions'> {
  const [base = '', as = '', name] = from.text
    .split(/\s+/)
    .slice(1)
    .filter((word) => !word.startsWith('--'));
  return {
    from,
    base,
    ...(as.toUpperCase() === 'AS' && name !== undefined && { name: name.toLowerCase() }),
  };
}
