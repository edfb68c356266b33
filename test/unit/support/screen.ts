import { countColumns } from '../../../src/util/columns.ts';

/** A terminal as far as a program needs one that draws over its own lines. It throws for a sequence that it doesn't know. */
export interface TestScreen {
  write(text: string): void;
  /** Breaks lines anew as terminals do. */
  resize(columns: number, rows: number): void;
  /** The rows on the screen, without blanks at their ends, and without empty ones below. */
  rows(): readonly string[];
  /** All that was ever shown and has scrolled out. */
  scrollback(): readonly string[];
  cursor(): { readonly row: number; readonly column: number; readonly visible: boolean };
}

const ESCAPE = '\x1b';
const SEQUENCE = new RegExp(`(${ESCAPE}\\[[?\\d;:]*[A-Za-z]|\\r|\\n)`);

interface Line {
  /** A character for each column; an empty one beside a wide character. */
  cells: string[];
  /** It goes on in the next row. */
  broken: boolean;
}

export function createScreen(columns: number, rows: number): TestScreen {
  let lines: Line[] = [{ cells: [], broken: false }];
  let row = 0;
  let column = 0;
  let visible = true;
  const top = () => Math.max(0, lines.length - rows);
  const at = (): Line => (lines[row] ??= { cells: [], broken: false });

  function feed(): void {
    row++;
    at();
  }

  function print(char: string): void {
    const width = countColumns(char);
    if (width === 0) {
      const cell = Math.max(0, column - 1);
      at().cells[cell] = (at().cells[cell] ?? '') + char;
      return;
    }
    if (column + width > columns) {
      at().broken = true;
      feed();
      column = 0;
    }
    const { cells } = at();
    while (cells.length < column) cells.push(' ');
    cells[column] = char;
    if (width === 2) cells[column + 1] = '';
    column += width;
  }

  function command(sequence: string): void {
    const [, number = '', final = ''] = /\[([?\d;:]*)([A-Za-z])$/.exec(sequence) ?? [];
    if (final === 'm') return;
    if (final === 'A') row = Math.max(top(), row - Number(number || 1));
    else if (final === 'J' && number === '') {
      lines.splice(row + 1);
      at().cells.splice(column);
    } else if (final === 'K' && number === '2') {
      lines[row] = { cells: [], broken: false };
    } else if (number === '?25' && /[hl]/.test(final)) visible = final === 'h';
    else throw new Error(`the screen doesn’t know ${JSON.stringify(sequence)}`);
  }

  const textOf = ({ cells }: Line) => cells.join('').trimEnd();

  return {
    write(text) {
      for (const part of text.split(SEQUENCE)) {
        if (part === '\r') column = 0;
        else if (part === '\n') feed();
        else if (part.startsWith('\x1b[')) command(part);
        else
          for (const char of part) {
            if (char < ' ' || (char >= '\x7f' && char < '\xa0'))
              throw new Error(`the screen was sent ${JSON.stringify(char)}`);
            print(char);
          }
      }
    },
    resize(newColumns, newRows) {
      const whole: string[][] = [];
      let open = false;
      for (const { cells, broken } of lines) {
        if (open) whole.at(-1)?.push(...cells);
        else whole.push([...cells]);
        open = broken;
      }
      columns = newColumns;
      rows = newRows;
      lines = whole.flatMap((cells) => {
        const pieces: Line[] = [];
        do pieces.push({ cells: cells.splice(0, columns), broken: cells.length > 0 });
        while (cells.length > 0);
        return pieces;
      });
      // The cursor stands in the empty line below what was drawn.
      row = lines.length - 1;
    },
    rows: () => {
      const shown = lines.slice(top()).map(textOf);
      while (shown.at(-1) === '') shown.pop();
      return shown;
    },
    scrollback: () => lines.slice(0, top()).map(textOf),
    cursor: () => ({ row: row - top(), column, visible }),
  };
}
