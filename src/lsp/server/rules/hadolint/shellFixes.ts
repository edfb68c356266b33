import type { Statement } from 'unbash';
import type { Span } from '../../parser/tree.ts';
import { toOffset } from '../../parser/tree.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import type { Fix } from '../rule.ts';
import { exitsOnError } from '../exitsOnError.ts';
import type { Site } from './sites.ts';

/** Whether the fix keeps in substance what is built. */
type Safety = 'safe' | 'unsafe';

/** Puts a word behind another one of a command; none where the text isn't written as the shell reads it. */
export function addWord(
  { file, shell }: Site,
  command: ShellCommand,
  after: ShellWord,
  word: string,
  safety: Safety,
): Fix[] {
  if (command.inexact) return [];
  const title = `Add ${word}`;
  if (shell.script.form !== 'exec')
    return [fix(title, [{ span: { start: after.end, end: after.end }, text: ` ${word}` }], safety)];
  const { source } = file.tree;
  if (source[after.start - 1] !== '"' || source[after.end] !== '"') return [];
  const at = { start: after.end + 1, end: after.end + 1 };
  return [fix(title, [{ span: at, text: `, "${word}"` }], safety)];
}

/** Replaces a span of a command. */
export function replace(
  command: ShellCommand,
  title: string,
  span: Span,
  text: string,
  safety: Safety,
): Fix[] {
  return command.inexact ? [] : [fix(title, [{ span, text }], safety)];
}

/** What nothing runs after. */
const ENDING = new Set(['exit', 'exec']);

/**
 * Lets a command run at the end of a RUN if all before it went well, laid out as its lines are. None where the end
 * can't take one: in the exec form, behind a comment, a semicolon, an ampersand or `exit`, or in a text with errors.
 */
export function appendCommand(site: Site, text: string, safety: Safety): Fix[] {
  const { shell } = site;
  const title = `Add ${text}`;
  if (!shell.sound || shell.script.form === 'exec') return [];
  const last = shell.root().commands.at(-1);
  if (!last || last.background || ENDING.has(shell.commands.at(-1)?.program.value ?? '')) return [];
  return shell.script.form === 'heredoc'
    ? inHeredoc(site, title, text, safety, last)
    : onLine(site, title, text, safety, last.end);
}

function onLine(
  { file, run, shell }: Site,
  title: string,
  text: string,
  safety: Safety,
  end: number,
): Fix[] {
  const { script } = shell;
  if (script.text.slice(end).trim() !== '' || run.heredocs.length > 0) return [];
  const at = toOffset(script.logical, script.base + end - 1) + 1;
  const { source, escape } = file.tree;
  const lineStart = source.lastIndexOf('\n', at - 1) + 1;
  const span = { start: at, end: at };
  if (lineStart <= run.start) return [fix(title, [{ span, text: ` && ${text}` }], safety)];
  const [indent = ''] = /^[ \t]*/.exec(source.slice(lineStart, at)) ?? [];
  // Lines that end in && are indented as what they join, those that begin with it may stand apart from the first.
  const trailing = new RegExp(`&&[ \\t]*\\${escape}\\r?\\n`).test(source.slice(run.start, at));
  const feed = source[lineStart - 2] === '\r' ? '\r\n' : '\n';
  const added = trailing
    ? ` && ${escape}${feed}${indent}${text}`
    : ` ${escape}${feed}${indent}&& ${text}`;
  return [fix(title, [{ span, text: added }], safety)];
}

function inHeredoc(
  { file, run, shell }: Site,
  title: string,
  text: string,
  safety: Safety,
  last: Statement,
): Fix[] {
  const { source } = file.tree;
  if (!exitsOnError(file, run, shell)) {
    // On a line of its own its success would hide that the command before it failed.
    const rest = shell.script.text.slice(last.end);
    const end = shell.span(last.pos, last.end).end;
    const span = { start: end, end };
    return rest.trim() === '' ? [fix(title, [{ span, text: ` && ${text}` }], safety)] : [];
  }
  const body = run.heredocs[0]?.body;
  if (!body || source[body.end - 1] !== '\n') return [];
  const lines = source.slice(body.start, body.end).split('\n');
  const previous = lines.findLast((line) => line.trim() !== '') ?? '';
  const [indent = ''] = /^[ \t]*/.exec(previous) ?? [];
  const feed = previous.endsWith('\r') ? '\r\n' : '\n';
  const span = { start: body.end, end: body.end };
  return [fix(title, [{ span, text: `${indent}${text}${feed}` }], safety)];
}

/** The line end that a file uses at an offset. */
export function lineEndAt(source: string, offset: number): '\n' | '\r\n' {
  const feed = source.indexOf('\n', offset);
  return feed > 0 && source[feed - 1] === '\r' ? '\r\n' : '\n';
}

/** Makes a fix. */
export function fix(title: string, edits: Fix['edits'], safety: Safety): Fix {
  return safety === 'safe' ? { title, edits, safe: true } : { title, edits };
}
