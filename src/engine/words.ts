import { EngineError } from './errors.ts';

/**
 * Splits a command line into words by the quoting rules of POSIX shells (IEEE 1003.1, 2.2): blanks separate, single
 * quotes keep everything, double quotes keep all but backslash before `$`, backquote, `"`, `\` and a newline, and a
 * backslash keeps the next character. Nothing is expanded: `$`, `*`, `|` and the like are characters as any other,
 * for the words go to the engine and never to a shell.
 * Throws EngineError 'bad-request' for a quote without its end and a backslash at the very end.
 * @param windows a backslash outside of quotes parts folders: it keeps a blank or a quote, and stays before anything else
 */
export function splitCommand(text: string, windows = false): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) {
      quote = undefined;
    } else if (quote === "'") {
      word += char;
    } else if (char === '\\' && windows && !quote && !/[\s"']/.test(text.charAt(at + 1))) {
      word = (word ?? '') + char;
    } else if (char === '\\') {
      const next = text.charAt(++at);
      if (!next && !quote) throw unfinished(text, 'it ends with a backslash');
      if (next === '\n') continue;
      word = (word ?? '') + (quote && !/[$`"\\]/.test(next) ? `\\${next}` : next);
    } else if (quote) {
      word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote) throw unfinished(text, `a ${quote === '"' ? 'double' : 'single'} quote is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}

/** Words of options, among which are paths of this machine. Throws as {@link splitCommand}. */
export const splitOptions = (text: string, windows = process.platform === 'win32'): string[] =>
  splitCommand(text, windows);

/** Words with commas or blanks between them: `linux/amd64,linux/arm64`. */
export const splitList = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function unfinished(text: string, why: string): EngineError {
  return new EngineError('bad-request', `"${text}" cannot be read as a command: ${why}.`);
}
