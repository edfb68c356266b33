import { oneLine } from '../../util/format.ts';
import { goWords } from './goWords.ts';

const FLAGS = ['interval', 'timeout', 'start-period', 'start-interval'] as const;

/**
 * HEALTHCHECK as lines of a Dockerfile, from how Go prints its structure:
 * `&{["CMD-SHELL" "curl -f localhost"] "30s" "3s" "0s" "0s" '\x03'}`; engines before 25 have no start interval.
 */
export function healthcheck(text: string): string[] {
  const found = /^&?\{\[(.*)\]((?: "[^"]*")*) '(.*)'\}$/s.exec(text);
  const asItIs = `HEALTHCHECK ${oneLine(text)}`;
  if (!found) return [/^(?:NONE$|--|CMD )/.test(text) ? asItIs : `# ${asItIs}`];
  const [, test = '', times = '', retries = ''] = found;
  const [kind, ...command] = goWords(test);
  if (kind === 'NONE') return ['HEALTHCHECK NONE'];
  const durations = times.match(/"[^"]*"/g) ?? [];
  const flags = durations.flatMap((duration, index) => {
    const value = duration.slice(1, -1);
    return value === '0s' || value === '' ? [] : [`--${FLAGS[index]}=${value}`];
  });
  const count = charCode(retries);
  if (count > 0) flags.push(`--retries=${count}`);
  const words =
    kind === 'CMD-SHELL' ? oneLine(command.join(' ')) : JSON.stringify(command.map(oneLine));
  return [['HEALTHCHECK', ...flags, 'CMD', words].join(' ')];
}

/** Go prints a number as the character that it is the code of. */
function charCode(text: string): number {
  const escaped = /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))$/.exec(text);
  if (escaped) return Number.parseInt(escaped[1] ?? escaped[2] ?? '0', 16);
  const named = {
    '\\a': 7,
    '\\b': 8,
    '\\t': 9,
    '\\n': 10,
    '\\v': 11,
    '\\f': 12,
    '\\r': 13,
  } as const;
  return (named as Readonly<Record<string, number>>)[text] ?? text.codePointAt(0) ?? 0;
}
