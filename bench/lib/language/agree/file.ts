import { throwDice } from './dice.ts';
import { createInstructions, KINDS } from './instructions.ts';
import { createWords } from './words.ts';

const RULES =
  'JSONArgsRecommended UndefinedVar StageNameCasing LegacyKeyValueFormat all SecretsUsedInArgOrEnv ConsistentInstructionCasing InvalidDefinitionDescription none'.split(
    ' ',
  );
const BETWEEN = ['# c\n', '\n', '  # c\n', ' \n', '#\n'];

/** A random Dockerfile; of four, three have little that the builder refuses. */
export function randomFile(random: () => number): string {
  const dice = throwDice(random, 25);
  const { chance, upTo, pick, odd, many } = dice;
  const escape = chance(0.2) ? '`' : '\\';
  const words = createWords(dice, escape);
  const instruction = createInstructions(dice, words, escape);

  /** Continues the first line at one of its spaces. */
  const continued = (text: string): string => {
    const [first = ''] = text.split('\n');
    const places = [...first.matchAll(odd(0.2) ? /./g : / /g)].map(({ index }) => index);
    if (places.length === 0) return text;
    const at = pick(places);
    const between = chance(0.3) ? many(1, 2, () => pick(BETWEEN), '') : '';
    return `${text.slice(0, at)} ${escape}${pick(['', '', ' ', '\t'])}\n${between}${pick(['', '  '])}${text.slice(at)}`;
  };
  const line = (kind: string): string => {
    const text = instruction(kind);
    return `${chance(0.03) ? ' ' : ''}${chance(0.15) ? continued(text) : text}`;
  };
  const comment = () =>
    pick([
      '# c',
      '',
      '  # c',
      `# ${words.name()} is it`,
      '# base makes it',
      '#',
      '# escape=`',
      '\t',
      `# x ${escape}`,
    ]);
  const names = () => many(1, 2, () => pick(RULES), ',');
  const check = () =>
    dice.rather(
      [
        `# check=skip=${names()}`,
        `# check=experimental=${names()}`,
        '# check=error=true',
        `#check = skip=${names()};error=false`,
      ],
      [
        '# check=',
        '# check=foo',
        '# check=skip=A;skip=B',
        '# check=error=x',
        `# check=Skip=${names()}`,
      ],
    );

  const lines: string[] = [];
  if (escape === '`') lines.push(pick(['# escape=`', '#escape=`', '# ESCAPE = `', '# escape=`  ']));
  else if (chance(0.05)) lines.push('# escape=\\');
  if (odd(0.1)) lines.splice(upTo(lines.length), 0, pick(['# c', '', '# foo=bar', '# escape=x']));
  if (chance(0.15)) lines.splice(upTo(lines.length), 0, check());
  if (chance(0.35)) for (let left = 1 + upTo(2); left > 0; left--) lines.push(line('ARG'));
  if (odd(0.05)) lines.push(line(pick(KINDS)));
  for (let stage = upTo(2); stage >= 0; stage--) {
    if (chance(0.25)) lines.push(comment());
    lines.push(line('FROM'));
    for (let left = upTo(7); left > 0; left--) {
      if (chance(0.15)) lines.push(comment());
      lines.push(line(odd(0.01) ? 'FOO' : pick(KINDS)));
    }
  }
  const text = lines.join('\n') + (chance(0.9) ? '\n' : '');
  const ended = chance(0.06) ? text.replaceAll('\n', '\r\n') : text;
  return (chance(0.03) ? '\uFEFF' : '') + ended;
}
