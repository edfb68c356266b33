import type { Dice } from './dice.ts';
import type { Words } from './words.ts';

/** What stands behind RUN, or COPY and ADD, that have one or two heredocs: without the last line end. */
export function heredoc(dice: Dice, words: Words, escape: string, kind: 'RUN' | 'COPY'): string {
  const { chance, pick, odd, many } = dice;
  const { word, variable, path } = words;
  const count = chance(0.15) ? 2 : 1;
  const documents = Array.from({ length: count }, () => {
    const name = pick(['EOF', 'EOT', 'A', 'a-b']);
    const chomps = chance(0.3);
    const quoted = chance(0.3) ? pick([`"${name}"`, `'${name}'`]) : name;
    const line = () =>
      pick([
        word,
        variable,
        () => pick(['echo x', '', '# c', `x ${escape}`, '#!/bin/sh', 'FROM x', '\tx']),
      ])();
    const body = many(0, 3, () => `${line()}\n`, '');
    const end = `${chomps && chance(0.5) ? '\t' : ''}${odd(0.05) ? 'X' : name}${odd(0.05) ? ' ' : ''}`;
    return {
      operator: `${chance(0.05) ? '3' : ''}<<${chomps ? '-' : ''}${odd(0.05) ? ' ' : ''}${quoted}`,
      text: body + end,
    };
  });
  const operators = documents.map(({ operator }) => operator).join(' ');
  const head =
    kind === 'COPY'
      ? `${operators} ${chance(0.2) ? `${path()} ` : ''}${path()}`
      : pick([operators, `cat ${operators}`, `sh ${operators} > ${word()}`]);
  return [head, ...documents.map(({ text }) => text)].join('\n');
}
