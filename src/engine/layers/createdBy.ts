import { INSTRUCTION_NAMES } from '../../util/dockerfileInstructions.ts';

/** An instruction as a history tells of it. */
export interface HistoryInstruction {
  /** In capitals; `RUN` for what only a shell's command is left of. Empty where nothing is said. */
  readonly keyword: string;
  /** What stands behind the keyword, as the builder wrote it down. For RUN the command without shell and arguments. */
  readonly text: string;
  /** Build arguments that were set for a RUN. */
  readonly args: readonly { readonly name: string; readonly value: string }[];
  /** Whether a RUN went through the shell; else its words are those of a program. */
  readonly shell: boolean;
  readonly builder: 'buildkit' | 'classic';
}

export const DEFAULT_SHELL = '/bin/sh -c';

/**
 * Reads an entry of an image's history: BuildKit's (`RUN |1 A=b /bin/sh -c make # buildkit`), and the classic builder's and
 * buildah's (`/bin/sh -c make`, `/bin/sh -c #(nop)  CMD ["sh"]`, `|1 A=b /bin/sh -c make`).
 * @param shell words of the shell that SHELL has set before
 */
export function readCreatedBy(createdBy: string, shell = DEFAULT_SHELL): HistoryInstruction {
  const isBuildKit = /\s# buildkit$/.test(createdBy);
  const plain = createdBy.replace(/\s+# buildkit$/, '').trim();
  const builder = isBuildKit ? 'buildkit' : 'classic';
  const none = { args: [], shell: false, builder } as const;
  const nop = /^(?:\|\d+ .*?)?\S.*?#\(nop\)\s*([^]*)$/.exec(plain);
  if (nop) return { ...none, ...keywordOf(nop[1] ?? '') };
  if (/^(?:\|\d+ |\/|cmd |powershell )/.test(plain)) return readRun(plain, shell, 'classic');
  const said = keywordOf(plain);
  if (said.keyword === 'RUN') return readRun(said.text, shell, builder);
  // Instructions that BuildKit writes down without its mark, such as ENV, look like this; others are words of somebody.
  if (KEYWORDS.has(said.keyword)) return { ...none, builder: 'buildkit', ...said };
  return plain === '' ? { ...none, keyword: '', text: '' } : readRun(plain, shell, 'classic');
}

const KEYWORDS: ReadonlySet<string> = new Set(INSTRUCTION_NAMES);

function keywordOf(text: string): { keyword: string; text: string } {
  const plain = text.trim();
  const keyword = /^[A-Z]+(?=\s|$)/.exec(plain)?.[0] ?? '';
  return { keyword, text: plain.slice(keyword.length).trim() };
}

function readRun(
  text: string,
  shell: string,
  builder: HistoryInstruction['builder'],
): HistoryInstruction {
  const count = /^\|(\d+) /.exec(text);
  const body = count ? text.slice(count[0].length) : text;
  for (const prefix of [shell, DEFAULT_SHELL, 'cmd /S /C', 'powershell -Command']) {
    const at = count ? body.indexOf(`${prefix} `) : body.startsWith(`${prefix} `) ? 0 : -1;
    if (at < 0) continue;
    return {
      keyword: 'RUN',
      text: body.slice(at + prefix.length + 1).trim(),
      args: count ? readArgs(body.slice(0, at).trim(), Number(count[1])) : [],
      shell: true,
      builder,
    };
  }
  return { keyword: 'RUN', text: body, args: [], shell: false, builder };
}

/** `A=b C=d e` as two arguments: a blank begins the next one where a name and a sign of equality follow. */
function readArgs(text: string, count: number): HistoryInstruction['args'] {
  const parts = count === 1 ? [text] : text.split(/ (?=[A-Za-z_]\w*=)/);
  return parts.flatMap((part) => {
    const at = part.indexOf('=');
    return at > 0 ? [{ name: part.slice(0, at), value: part.slice(at + 1) }] : [];
  });
}

/** What an instruction looks like in one line, as a person would write it. */
export function instructionText(createdBy: string): string {
  const { keyword, text } = readCreatedBy(createdBy);
  return `${keyword} ${text}`.replace(/\s+/g, ' ').trim();
}
