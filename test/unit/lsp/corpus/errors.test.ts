import { describe, expect, test } from 'vitest';
import { createDockerfile } from '../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../src/lsp/server/parser/parse.ts';
import { ERROR_RULES } from '../../../../src/lsp/server/rules/errors/rules.ts';
import { optionsOf } from '../support/options.ts';
import type { Labelled } from './corpus.ts';
import { corpusRows, HAS_CORPUS, realFiles } from './corpus.ts';

const options = optionsOf(undefined);

function errors(text: string): string[] {
  const file = createDockerfile(parse(text));
  return ERROR_RULES.flatMap((rule) =>
    [...rule.check(file, options)].map(
      ({ span, message }) =>
        `${rule.id} ${JSON.stringify(text.slice(span.start, span.end).slice(0, 60))} ${message}`,
    ),
  );
}

/** Whether BuildKit refuses a text. What it says only because a check is to stop the build, is no error of its own. */
function refused({ error, parse_error: parseError }: Labelled): boolean {
  return Boolean(parseError ?? error) && !error?.startsWith('lint violation found');
}

describe.skipIf(!HAS_CORPUS)('errors are those of BuildKit (corpus beside the repository)', () => {
  test.each(['snippets.json', 'mutations.jsonl'])('%s', (name) => {
    const rows = corpusRows<Labelled>(name);
    const differing = rows.flatMap((row) => {
      const found = errors(row.dockerfile);
      return found.length > 0 === refused(row)
        ? []
        : [[row.id, row.dockerfile.slice(-400), row.error ?? null, found]];
    });
    const agreement = 1 - differing.length / rows.length;
    console.log(
      `${name}: error or not as BuildKit says in ${rows.length - differing.length} of ${rows.length} files`,
    );
    expect(agreement, JSON.stringify(differing, null, 1)).toBeGreaterThanOrEqual(0.995);
  });

  test('real files without an error have none', () => {
    const wrong = realFiles()
      .filter((row) => !refused(row))
      .map(({ id, dockerfile }) => [id, errors(dockerfile)])
      .filter(([, found]) => found?.length);
    expect(wrong).toEqual([]);
  });

  test('texts that BuildKit’s own tests refuse or take', () => {
    for (const { id, dockerfile, negative } of corpusRows<Labelled & { negative: boolean }>(
      'buildkit_parser.json',
    ))
      if (negative) expect(errors(dockerfile), id).not.toEqual([]);
  });
});
