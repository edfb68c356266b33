import { dropCommands } from './ansi.ts';

/**
 * Output of programs as plain text: without colours and other control sequences (ECMA-48 §5.4), of a line that was
 * written over by carriage returns what stood there last.
 */
export function plainText(text: string): string {
  return dropCommands()(text)
    .replace(SEQUENCE, '')
    .replace(/\r+\n/g, '\n')
    .replace(/^.*\r(?=[^\n])/gm, '')
    .replace(STRAY, '');
}

// Control characters are what is looked for.
// oxlint-disable-next-line no-control-regex
const SEQUENCE = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;
// oxlint-disable-next-line no-control-regex
const STRAY = /[\x00-\x08\x0b-\x1f\x7f]/g;
