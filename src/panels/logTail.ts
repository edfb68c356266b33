import { dropCommands } from '../util/ansi.ts';

const LINES = 12;
const LINE_LENGTH = 300;

/** What the last lines are looked for in: more than they may have, whatever is in them. */
const LOOKED_AT = 32_000;

/** Colours and movements of the cursor (ECMA-48 §5.4), and the escapes of two characters. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g;

/**
 * The last lines of a step's output as plain text: at most twelve, without what only a terminal understands. Of a line
 * that was written over, as progress bars are, what stood there last.
 */
export function tailOf(output: string): string {
  return dropCommands()(output.slice(-LOOKED_AT))
    .replace(SEQUENCES, '')
    .split(/\r?\n/)
    .map((line) => line.split('\r').findLast((part) => part !== '') ?? '')
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line))
    .join('\n')
    .trimEnd()
    .split('\n')
    .slice(-LINES)
    .join('\n');
}
