import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../../src/lsp/server/documents.ts';
import type { FormatStyle } from '../../../../src/lsp/server/features/format.ts';
import { format } from '../../../../src/lsp/server/features/format.ts';
import { mutate, seeded } from '../../../lsp/random.ts';
import { built, shellMeaning } from '../support/built.ts';
import { corpusTexts, hasCorpus } from '../support/texts.ts';

if (!hasCorpus) console.log('No ../shared/corpus here: the formatter is not tried on it.');

const options = { tabSize: 4, insertSpaces: true, insertFinalNewline: true };

function formatted(text: string, style?: FormatStyle): string {
  const document = TextDocument.create('file:///Dockerfile', 'dockerfile', 1, text);
  return TextDocument.applyEdits(document, format(parseDocument(document), options, style));
}

const texts = hasCorpus ? corpusTexts() : [];

/** Takes away all indentation, so that there is much to indent; values change by it. */
const flattened = texts.map(({ name, text }) => ({
  name: `${name}, flattened`,
  text: text.replaceAll(/^[ \t]+/gm, ''),
}));

describe.skipIf(!hasCorpus)('the formatter on the corpus', { timeout: 120_000 }, () => {
  it('keeps all values, and the commands of the shell', () => {
    let commands = 0;
    let kept = 0;
    for (const { name, text } of [...texts, ...flattened]) {
      const after = formatted(text);
      const exact: [string[], string[]] = [[], []];
      const collect = (into: string[]) => (command: string) => {
        into.push(command);
        return shellMeaning(command);
      };
      const wanted = built(text, collect(exact[0]));
      expect(built(after, collect(exact[1])), name).toEqual(wanted);
      for (const [i, command] of exact[0].entries())
        if (!name.endsWith('flattened')) {
          commands++;
          if (command === exact[1][i]) kept++;
        }
    }
    console.log(
      `formatter: ${texts.length} texts and as many flattened, no value changed; ` +
        `${kept} of ${commands} RUN commands are the same to the byte, the others but for white space between words`,
    );
    expect(commands).toBeGreaterThan(1000);
  });

  it('changes white space alone, and nothing the second time', () => {
    for (const { name, text } of [...texts, ...flattened]) {
      const once = formatted(text);
      expect(once.replaceAll(/\s/g, ''), name).toBe(text.replaceAll(/\s/g, ''));
      expect(formatted(once), name).toBe(once);
    }
  });

  it('keeps what people indented', () => {
    const indents = (text: string) =>
      text
        .split('\n')
        .filter((line) => /^\s+\S/.test(line))
        .map((line) => line.trimEnd());
    for (const { name, text } of texts.filter(({ name }) => /Dockerfile/.test(name))) {
      // Lines below the first column that stay below it, but for instructions and comments between them.
      const after = indents(formatted(text));
      const moved = indents(text).filter((line) => !after.includes(line));
      expect(
        moved.filter((line) => !/^\s+(?:#|[A-Za-z]+(?:\s|$))/.test(line)),
        name,
      ).toEqual([]);
    }
  });

  it('changes nothing but the case of keywords when asked for that too', () => {
    for (const { name, text } of texts) {
      for (const keywords of ['upper', 'lower'] as const) {
        const after = formatted(text, { keywords });
        expect(after.toUpperCase(), name).toBe(formatted(text).toUpperCase());
        expect(formatted(after, { keywords }), name).toBe(after);
      }
    }
  });

  // The fixed seed fails for everyone alike; the other one finds what it can't, and is printed to be tried again.
  it.each([305_057, Date.now() % 1_000_000])(
    'keeps all values of damaged texts',
    (seed) => {
      console.log(`formatter: texts damaged with seed ${seed}`);
      const random = seeded(seed);
      for (let round = 0; round < 3000; round++) {
        const { name, text } = texts[Math.floor(random() * texts.length)] ?? { name: '', text: '' };
        const damaged = mutate(text, random);
        const after = formatted(damaged);
        const message = `seed ${seed}, round ${round}, ${name}`;
        expect(built(after, shellMeaning), message).toEqual(built(damaged, shellMeaning));
        expect(formatted(after), message).toBe(after);
      }
    },
    60_000,
  );
});
