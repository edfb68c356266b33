/** What a shell would do with an unquoted character other than take it as it is. */
const ACTIVE = /[$`\\;&|<>(){}*?[\]~#!\n]/;

/**
 * The words of a shell text as a JSON array, when the shell does nothing to it but split it at white space and take
 * quotes away; undefined when it does more, such as expanding a variable.
 */
export function toExecForm(text: string): string | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (char === "'" || char === '"') {
      const end = text.indexOf(char, i + 1);
      if (end < 0) return undefined;
      const quoted = text.slice(i + 1, end);
      if (char === '"' && /[$`\\]/.test(quoted)) return undefined;
      word = (word ?? '') + quoted;
      i = end;
    } else if (char === ' ' || char === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (ACTIVE.test(char)) return undefined;
    else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  // A word with `=` before the command sets a variable, and a builtin is no program.
  if (words.length === 0 || words[0]?.includes('=') || BUILTINS.has(words[0] ?? ''))
    return undefined;
  return toJson(words);
}

const BUILTINS = new Set([
  '.',
  ':',
  'cd',
  'eval',
  'exec',
  'exit',
  'export',
  'set',
  'source',
  'trap',
  'ulimit',
  'umask',
  'unset',
  'wait',
]);

/** Strings as a JSON array with a blank behind each comma, as people write it. */
export function toJson(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}
