/** Escape sequences for what we write to terminals ourselves. */
export const ansi = {
  bold: (text: string) => `\x1b[1m${text}\x1b[22m`,
  dim: (text: string) => `\x1b[2m${text}\x1b[22m`,
  red: (text: string) => `\x1b[31m${text}\x1b[39m`,
  green: (text: string) => `\x1b[32m${text}\x1b[39m`,
  cyan: (text: string) => `\x1b[36m${text}\x1b[39m`,
};

/** Line ends as a terminal wants them. */
export const toTerminal = (text: string): string => text.replace(/\r?\n/g, '\r\n');
