import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CORPUS = new URL('../../../../../shared/corpus/', import.meta.url).pathname;
export const hasCorpus = existsSync(CORPUS);

interface Text {
  readonly name: string;
  readonly text: string;
}

/** Every Dockerfile of the corpus: the real ones, the snippets, the rules' cases and the damaged ones. */
export function corpusTexts(): Text[] {
  const read = (file: string) => readFileSync(join(CORPUS, file), 'utf8');
  const rows = (file: string): Text[] =>
    (JSON.parse(read(file)) as { readonly id: string; readonly dockerfile: string }[]).map(
      ({ id, dockerfile }) => ({ name: id, text: dockerfile }),
    );
  const lines = read('mutations.jsonl').split('\n').filter(Boolean);
  return [
    ...readdirSync(join(CORPUS, 'real'))
      .filter((name) => !name.endsWith('.json'))
      .map((name) => ({ name, text: read(join('real', name)) })),
    ...['snippets', 'buildkit', 'buildkit_parser', 'hadolint'].flatMap((name) =>
      rows(`${name}.json`),
    ),
    ...lines.map((line) => {
      const { id, dockerfile } = JSON.parse(line) as { id: string; dockerfile: string };
      return { name: id, text: dockerfile };
    }),
  ];
}
