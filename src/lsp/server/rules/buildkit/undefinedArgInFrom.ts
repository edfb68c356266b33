import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Expansion, Reference } from '../../model/expand.ts';
import type { Span } from '../../parser/tree.ts';
import { keywordLike } from '../keywords.ts';
import { lineAbove } from '../lineAbove.ts';
import type { Fix, Rule } from '../rule.ts';
import { distinct, isVariableName, suggester } from './references.ts';
import { platformFlag } from './redundantTargetPlatform.ts';
import { at } from './support.ts';
import { replace } from '../edits.ts';

export const undefinedArgInFrom: Rule = {
  id: 'UndefinedArgInFrom',
  severity: 'warning',
  title: 'FROM should use arguments that are declared before the first stage',
  why: '`FROM` sees the `ARG` instructions before the first `FROM` and the predefined platform arguments, nothing else. Any other variable is empty there.',
  examples: [
    {
      bad: 'ARG ALPINE_VERSION=3.20\nFROM alpine:${ALPINE_VERSON}\n',
      good: 'ARG ALPINE_VERSION=3.20\nFROM alpine:${ALPINE_VERSION}\n',
      fixed: true,
    },
    {
      bad: 'FROM node:22${VARIANT} AS build\n',
      good: 'ARG VARIANT="-alpine"\nFROM node:22${VARIANT} AS build\n',
    },
  ],
  *check(file) {
    const { tree } = file;
    const scopes = file.scopes();
    const known = (name: string) => scopes.global.get(name) !== undefined;
    let names: string[] | undefined;
    const globalNames = () => (names ??= scopes.global.definitions().map(({ name }) => name));
    const suggested = suggester();
    for (const stage of tree.stages) {
      const { image, platform } = scopes.from(stage);
      const flag = platformFlag(stage.from)?.value;
      const words: [Expansion | undefined, Span | undefined, string][] = [
        [image, stage.image, stage.image?.text ?? ''],
        [image?.error ? undefined : platform, flag, flag?.text ?? ''],
      ];
      for (const [expansion, word, text] of words) {
        if (!expansion || !word) continue;
        for (const reference of distinct(expansion.references)) {
          if (known(reference.name)) continue;
          const guess = suggested(reference.name, globalNames);
          // Where quotes or line ends are in between, the places in the word aren't those in the document.
          const exact = word.end - word.start === text.length;
          const { name } = reference;
          yield at(stage.from, {
            span: exact ? within(word, reference.start, reference.end) : word,
            message: `No ARG before the first FROM declares ${name.slice(0, 80)}, so it is empty here.${guess ? ` Did you mean ${guess}?` : ''}`,
            fixes: exact ? fixes(reference, word, guess, file) : [],
          });
        }
      }
    }
  },
};

function within({ start }: Span, from: number, to: number): Span {
  return { start: start + from, end: start + to };
}

function fixes(
  { name, from, to }: Reference,
  word: Span,
  guess: string | undefined,
  file: Dockerfile,
): Fix[] {
  const [first] = file.tree.instructions;
  const declare =
    first && isVariableName(name)
      ? [
          replace(
            `Declare ARG ${name}`,
            lineAbove(file, first),
            `${keywordLike(first.keyword, 'ARG')} ${name}\n`,
          ),
        ]
      : [];
  return guess === undefined || !isVariableName(guess)
    ? declare
    : [replace(`Change to ${guess}`, within(word, from, to), guess), ...declare];
}
