import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../../../shared/corpus/', import.meta.url));

/** Whether the corpus is there; its suites are skipped, and say so, where it isn't. */
export const HAS_CORPUS: boolean = existsSync(FOLDER);

/** A file of the corpus as text. */
export function corpusText(name: string): string {
  return readFileSync(FOLDER + name, 'utf8');
}

/** A JSON file of the corpus, or the lines of a JSONL file. */
export function corpusRows<T>(name: string): T[] {
  const text = corpusText(name);
  return name.endsWith('.jsonl')
    ? text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as T)
    : (JSON.parse(text) as T[]);
}

/** A text that BuildKit has read, with what it said. */
export interface Labelled {
  readonly id: string;
  readonly dockerfile: string;
  readonly error?: string | null;
  readonly parse_error?: string | null;
}

/** What BuildKit says of each real file. */
export function realFiles(): (Labelled & { readonly warnings: unknown })[] {
  return corpusRows<{ file: string; warnings: unknown; error?: string }>(
    'real/buildkit-labels.json',
  ).map(({ file, ...row }) => ({ ...row, id: file, dockerfile: corpusText(`real/${file}`) }));
}
