import { openConnection } from '../../../src/engine/connection.ts';
import { createCurrentEngine } from '../../../src/engine/current.ts';
import type { CurrentEngine } from '../../../src/engine/current.ts';
import type { Endpoint } from '../../../src/engine/endpoint.ts';
import { createLogBook } from '../../../src/engine/logs/book.ts';
import type { LogBook, LogSelection } from '../../../src/engine/logs/book.ts';
import type { LogStart } from '../../../src/engine/logs/follow.ts';
import { FLAGS } from '../../../src/engine/logs/ring.ts';
import type { HeldLine } from '../../../src/engine/logs/ring.ts';

/** An engine as a window has it, with its containers listed. */
export async function windowEngine(endpoint: Endpoint): Promise<CurrentEngine> {
  const engine = createCurrentEngine(
    async () => endpoint,
    (endpoint) => openConnection(endpoint, { longestDelay: 1000 }),
  );
  await engine.client();
  await engine.store?.load('container');
  return engine;
}

export function bookOf(
  engine: CurrentEngine,
  selection: readonly string[] | string,
  start: Partial<LogStart> = {},
): LogBook {
  const selected: LogSelection =
    typeof selection === 'string'
      ? { label: selection }
      : {
          containers: selection.map((id) => ({
            id,
            name: engine.store?.get('container', id)?.name ?? id,
          })),
        };
  const limits = { lines: 1_000_000, bytes: 64_000_000 };
  return createLogBook(engine, selected, { tail: 'all', follow: true, ...start }, limits);
}

/** The lines that a book holds now. */
export const held = ({ ring }: LogBook): HeldLine[] =>
  Array.from({ length: ring.end - ring.first }, (_, n) => ring.line(ring.first + n)).flatMap(
    (line) => line ?? [],
  );

/** Their texts, marks between `«»`. */
export const texts = (book: LogBook): string[] =>
  held(book).map(({ text, flags }) => (flags & FLAGS.mark ? `«${text}»` : text));
