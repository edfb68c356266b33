import { setImmediate } from 'node:timers/promises';
import type { LogRing } from './ring.ts';
import { plainLine } from './scan.ts';
import type { LogView } from './view.ts';
import { oneLine } from '../../util/format.ts';

/** Bytes of a document that VS Code still gives to extensions, its own search included, with room to spare. */
const LARGEST_DOCUMENT = 20_000_000;

export interface LogTextOptions {
  readonly ring: LogRing;
  readonly view: LogView;
  /** Of the containers, by their numbers; where there are several, each line begins with its own. */
  readonly names: readonly string[];
  readonly from: number;
  /** Behind the last. */
  readonly to: number;
}

/**
 * Lines as plain text, in pieces of some thousand: as they are shown, without colours.
 * Lines that are dropped meanwhile are left out.
 */
export async function* logText(options: LogTextOptions): AsyncGenerator<string, void, undefined> {
  const { ring, view, names, from, to } = options;
  const width = Math.max(...names.map((name) => oneLine(name).length));
  const prefixes = names.map((name) =>
    names.length > 1 ? `${oneLine(name).padEnd(width)} | ` : '',
  );
  let piece = '';
  for (let place = from; place < to; place++) {
    const index = view.at(place);
    const line = index === undefined ? undefined : ring.line(index);
    if (line)
      piece += `${prefixes[line.source] ?? ''}${plainLine(line.text)}${cutNote(line.cut)}\n`;
    if (piece.length < 200_000) continue;
    yield piece;
    piece = '';
    await setImmediate();
  }
  if (piece) yield piece;
}

/** Lines as one text; of very many, the last ones. */
export async function documentText(options: LogTextOptions): Promise<string> {
  const pieces: string[] = [];
  let size = 0;
  let isWhole = true;
  for await (const piece of logText(options)) {
    pieces.push(piece);
    size += piece.length;
    while (size > LARGEST_DOCUMENT) {
      size -= pieces.shift()?.length ?? 0;
      isWhole = false;
    }
  }
  return (isWhole ? '' : '… (earlier lines are left out)\n') + pieces.join('');
}

const cutNote = (cut: number) => (cut > 0 ? ` … (${cut} bytes more were not kept)` : '');
