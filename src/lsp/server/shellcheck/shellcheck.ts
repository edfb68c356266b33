import { pathFolders, programIn } from '../../../util/programs.ts';
import type { Late } from '../lint/late.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import type { Finding, Fix, Rule, Severity } from '../rules/rule.ts';
import type { Input } from './input.ts';
import { inputOf } from './input.ts';
import { placesOf } from './places.ts';
import type { Comment } from './run.ts';
import { runShellcheck } from './run.ts';

export interface Shellcheck {
  /**
   * What ShellCheck finds in the RUNs of a file, by rules of its own codes (`SC2086`). RUNs whose text was checked before
   * cost nothing; the others run one after another, those of all files in turn. Finds nothing when PATH has no program of
   * the name. Throws what running the program throws; an AbortError when `signal` is aborted. `onLeftOut` is told how many
   * RUNs weren't checked because the program would have had to be started too often for one file.
   */
  check(file: Dockerfile, signal?: AbortSignal, onLeftOut?: (runs: number) => void): Promise<Late>;
}

/** How many different RUNs of one file it checks, the first ones: each starts the program. */
export const MOST_RUNS = 200;

/** How many RUNs it keeps the findings of. */
const KEPT = 500;

/** Milliseconds after which a program that was not there is looked for again: PATH may lead over a slow file system. */
const AGAIN = 60_000;

/** Finds a program that is a path, or a name that PATH is searched for, of which what was found stays so. */
function createFinder(program: string): () => string | undefined {
  let path = /[/\\]/.test(program) ? program : undefined;
  let looked = Number.NEGATIVE_INFINITY;
  return () => {
    if (path === undefined && performance.now() - looked > AGAIN) {
      looked = performance.now();
      path = programIn(pathFolders(process.env), program);
    }
    return path;
  };
}

/** Makes a checker that runs `program`: a path, or a name that PATH is searched for. */
export function createShellcheck(program: string): Shellcheck {
  const known = new Map<string, readonly Comment[]>();
  const find = createFinder(program);
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    // Whoever waited for the one before was told of its failure.
    const next = last.then(work, work);
    last = next;
    return next;
  };

  const commentsOn = async (
    path: string,
    input: Input,
    signal?: AbortSignal,
  ): Promise<readonly Comment[]> => {
    const key = keyOf(input);
    const before = known.get(key);
    const comments =
      before ??
      (await inTurn(async () => {
        signal?.throwIfAborted();
        return runShellcheck(path, input.dialect, input.script, signal);
      }));
    // What was asked for last stays longest.
    known.delete(key);
    known.set(key, comments);
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
    return comments;
  };

  return {
    check: async (file, signal, onLeftOut) => {
      const scripts = new Set<string>();
      let leftOut = 0;
      const found = new Map<string, { severity: Severity; findings: Finding[] }>();
      for (const run of file.shellRuns()) {
        const input = inputOf(file, run);
        if (!input) continue;
        const path = find();
        // Nobody has to have ShellCheck.
        if (path === undefined) return new Map();
        const key = keyOf(input);
        if (scripts.size >= MOST_RUNS && !scripts.has(key)) {
          leftOut++;
          continue;
        }
        scripts.add(key);
        for (const comment of await commentsOn(path, input, signal)) {
          const finding = toFinding(comment, input);
          if (!finding) continue;
          const id = `SC${comment.code}`;
          const entry = found.get(id) ?? { severity: comment.level, findings: [] };
          entry.findings.push(finding);
          found.set(id, entry);
        }
      }
      onLeftOut?.(leftOut);
      return new Map(
        Array.from(found, ([id, { severity, findings }]) => [toRule(id, severity), findings]),
      );
    },
  };
}

const keyOf = ({ dialect, script }: Input): string => `${dialect}\n${script}`;

function toRule(id: string, severity: Severity): Rule {
  return {
    id,
    severity,
    title: `ShellCheck's ${id}`,
    why: `See ShellCheck's page of ${id}.`,
    examples: [{ bad: '', good: '' }],
    check: () => [],
  };
}

/** A comment as a finding in the document; undefined when it is about the variables put in front. */
function toFinding(comment: Comment, input: Input): Finding | undefined {
  const placeOf = placesOf(input.script);
  const at = (line: number, column: number) => placeOf(line, column) - input.begin;
  const from = at(comment.line, comment.column);
  if (from < 0) return undefined;
  const to = Math.max(from, at(comment.endLine, comment.endColumn));
  const finding = { span: input.span(from, to), message: comment.message };
  const fix = toFix(comment, input, at);
  return fix ? { ...finding, fixes: [fix] } : finding;
}

/** ShellCheck's own fix where it stays on pieces of text that the document has as they are. */
function toFix(
  { code, fix }: Comment,
  input: Input,
  at: (line: number, column: number) => number,
): Fix | undefined {
  if (!fix || fix.replacements.length === 0) return undefined;
  const edits: { span: Finding['span']; text: string }[] = [];
  for (const one of fix.replacements) {
    const from = at(one.line, one.column);
    const to = at(one.endLine, one.endColumn);
    if (from < 0 || to < from || one.replacement.includes('\n')) return undefined;
    // A closing quote belongs behind the word, even if the word is the last one of its line.
    const closes = from === to && from > 0 && one.insertionPoint === 'beforeStart';
    const span = closes ? after(input.span(from - 1, from)) : input.span(from, to);
    if (span.end - span.start !== to - from) return undefined;
    edits.push({ span, text: one.replacement });
  }
  edits.sort((a, b) => a.span.start - b.span.start);
  // Which of two at one place comes first can't be told by an edit.
  if (edits.some(({ span }, index) => index > 0 && span.start <= (edits[index - 1]?.span.end ?? 0)))
    return undefined;
  return { title: `Apply ShellCheck's fix of SC${code}`, edits };
}

function after({ end }: Finding['span']): Finding['span'] {
  return { start: end, end };
}
