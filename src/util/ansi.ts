/** Escape sequences for what we write to terminals ourselves. */
export const ansi = {
  bold: (text: string) => `\x1b[1m${text}\x1b[22m`,
  dim: (text: string) => `\x1b[2m${text}\x1b[22m`,
  red: (text: string) => `\x1b[31m${text}\x1b[39m`,
  green: (text: string) => `\x1b[32m${text}\x1b[39m`,
  yellow: (text: string) => `\x1b[33m${text}\x1b[39m`,
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
