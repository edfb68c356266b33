/** Escape sequences for what we write to terminals ourselves. */
export const ansi = {
  bold: (text: string) => `\x1b[1m${text}\x1b[22m`,
  dim: (text: string) => `\x1b[2m${text}\x1b[22m`,
  red: (text: string) => `\x1b[31m${text}\x1b[39m`,
  green: (text: string) => `\x1b[32m${text}\x1b[39m`,
  yellow: (text: string) => `\x1b[33m${text}\x1b[39m`,
  blue: (text: string) => `\x1b[34m${text}\x1b[39m`,
  cyan: (text: string) => `\x1b[36m${text}\x1b[39m`,
};

/** Line ends as a terminal wants them. */
export const toTerminal = (text: string): string => text.replace(/\r?\n/g, '\r\n');

/**
 * Makes a filter that drops what a terminal takes as commands to itself: OSC (title, clipboard, links), DCS, APC, PM and
 * SOS strings (ECMA-48 §5.6). They may be cut anywhere between two calls; one that never ends is dropped to the end.
 */
export function dropCommands(): (text: string) => string {
  let state: 'text' | 'escape' | 'string' | 'stringEscape' = 'text';
  return (text) => {
    let kept = '';
    for (const char of text) {
      if (state === 'text') {
        if (char === '\x1b') state = 'escape';
        else if (/[\x90\x98\x9d-\x9f]/.test(char)) state = 'string';
        else kept += char;
      } else if (state === 'escape') {
        if (/[\]PX^_]/.test(char)) state = 'string';
        else if (char !== '\x1b') {
          kept += `\x1b${char}`;
          state = 'text';
        }
      } else if (
        char === '\x07' ||
        char === '\x9c' ||
        (state === 'stringEscape' && char === '\\')
      ) {
        state = 'text';
      } else state = char === '\x1b' ? 'stringEscape' : 'string';
    }
    return kept;
  };
}

/**
 * Text of a program as lines that can be shown anywhere on a screen: of escape sequences only colours and the like (SGR)
 * are left, of what a carriage return wrote over itself the last, tabs are blanks.
 */
export function toColouredLines(text: string): readonly string[] {
  return keepColours(dropCommands()(text))
    .split('\n')
    .map((line) => {
      const [last = ''] = line
        .split('\r')
        .filter((part) => part !== '')
        .slice(-1);
      return last.replace(/\t/g, '    ');
    });
}

/** Drops control characters but line ends and tabs, and escape sequences but SGR (ECMA-48 §5.4, §8.3.117). */
function keepColours(text: string): string {
  const between = (at: number, from: string, to: string) => {
    const char = text[at] ?? '';
    return char >= from && char <= to;
  };
  let kept = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const opened = char === '\x9b' || (char === '\x1b' && text[at + 1] === '[');
    if (opened || char === '\x1b') {
      const start = at + (char === '\x1b' && opened ? 2 : 1);
      let end = start;
      while (between(end, ' ', opened ? '?' : '/')) end++;
      const parameters = text.slice(start, end);
      if (opened && text[end] === 'm' && /^[\d;:]*$/.test(parameters))
        kept += `\x1b[${parameters}m`;
      at = between(end, '0', '~') ? end : end - 1;
    } else if (/[\n\r\t]/.test(char) || !/\p{Cc}/u.test(char)) kept += char;
  }
  return kept;
}
