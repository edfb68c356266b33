import { oneLine } from '../../util/format.ts';
import { DEFAULT_SHELL, readCreatedBy } from './createdBy.ts';
import type { HistoryInstruction } from './createdBy.ts';
import { goWords } from './goWords.ts';
import { healthcheck } from './healthcheck.ts';
import { brokenCommand } from './longCommand.ts';

/**
 * A Dockerfile that says what an image's history says. It is to be read, and to begin another one with: files that were
 * copied, mounts of RUN and where the base image ends are in no history.
 * @param name of the image, for the heading
 */
export function reconstructDockerfile(
  name: string,
  history: readonly { readonly createdBy: string; readonly comment?: string }[],
): string {
  const args = new Map<string, string>();
  let shell = DEFAULT_SHELL;
  const lines = history.flatMap(({ createdBy, comment = '' }) => {
    const read = readCreatedBy(createdBy, shell);
    if (read.keyword === 'SHELL') shell = goWords(read.text).join(' ');
    if (read.keyword === 'ARG') args.set(read.text.split('=')[0] ?? '', afterEquals(read.text));
    const unset = read.args.filter((one) => args.get(one.name) !== one.value);
    for (const { name, value } of unset) args.set(name, value);
    return [
      ...unset.map(({ name, value }) => `ARG ${name}=${quoted(value)}`),
      ...written(read, comment),
    ];
  });
  return [
    `# Reconstructed from the history of ${oneLine(name)}.`,
    '# A history has neither the files that were copied nor the mounts of RUN, and does not tell where the base image ends.',
    'FROM scratch',
    ...lines,
    '',
  ].join('\n');
}

const afterEquals = (text: string) => (text.includes('=') ? text.slice(text.indexOf('=') + 1) : '');

/** An instruction as lines of a Dockerfile. */
function written(read: HistoryInstruction, comment: string): string[] {
  const { keyword, text } = read;
  switch (keyword) {
    case '':
      return [`# ${oneLine(comment) || 'A layer that nothing is said of'}`];
    case 'RUN':
      return run(read);
    case 'COPY':
    case 'ADD':
      return copy(keyword, text);
    case 'ENV':
      return [`ENV ${pairs(text, /(?:^| )(?=[A-Za-z_]\w*=)/)}`];
    case 'LABEL':
      return [`LABEL ${pairs(text, /(?:^| )(?=[\w.-]+=)/)}`];
    case 'EXPOSE':
      return [`EXPOSE ${goWords(text.replace(/^map/, '').replaceAll(':{}', '')).join(' ')}`];
    case 'CMD':
    case 'ENTRYPOINT':
      return [`${keyword} ${text.startsWith('[') ? list(text) : oneLine(text)}`];
    case 'VOLUME':
    case 'SHELL':
      return [`${keyword} ${list(text)}`];
    case 'HEALTHCHECK':
      return healthcheck(text);
    default:
      return [`${keyword} ${oneLine(text)}`.trim()];
  }
}

function run({ text, shell }: HistoryInstruction): string[] {
  if (!shell) return [`RUN ${JSON.stringify(goWords(text))}`];
  if (!text.includes('\n')) return [`RUN ${brokenCommand(oneLine(text))}`];
  const lines = text.split('\n').map((line) => oneLine(line.replaceAll('\t', '    ')));
  // A command with a heredoc in it says where that ends.
  if (/<<-?\s*["']?\w/.test(lines[0] ?? '')) return [`RUN ${lines.join('\n')}`];
  let end = 'EOF';
  while (lines.includes(end)) end += '_';
  return [`RUN <<${end}`, ...lines, end];
}

/** `file:4a… in /srv`, as the classic builder writes of what it no longer knows the name of; BuildKit keeps the names. */
function copy(keyword: string, text: string): string[] {
  const classic = /^((?:--\S+ )*)((?:file|dir|multi):[0-9a-f]+) in (.*)$/.exec(text);
  const plain = oneLine(text);
  if (classic) {
    const [, flags = '', source = '', target = ''] = classic;
    const short = source.replace(/:([0-9a-f]{12})[0-9a-f]*$/, ':$1');
    return [
      '# The history does not name what was copied.',
      `${keyword} ${flags}${short} ${oneLine(target.trim())}`,
    ];
  }
  if (plain.includes('<<'))
    return ['# The history does not have the text of this heredoc.', `# ${keyword} ${plain}`];
  return [`${keyword} ${plain}`];
}

/** `A=b C=d e` with the values quoted that need it. */
function pairs(text: string, begin: RegExp): string {
  const plain = oneLine(text.replaceAll('\n', '\\n'));
  return plain
    .split(begin)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? part : `${part.slice(0, at)}=${quoted(part.slice(at + 1))}`;
    })
    .join(' ');
}

/** A value as ENV, LABEL and ARG take it. One that stands in quotes already stays as it is. */
function quoted(value: string): string {
  const plain = oneLine(value);
  if (/^"(?:[^"\\]|\\.)*"$/.test(plain) || /^[\w./:@%+,-]*$/.test(plain)) return plain;
  return `"${plain.replace(/["\\$]/g, '\\$&')}"`;
}

const list = (text: string) =>
  `[${goWords(text)
    .map((word) => JSON.stringify(oneLine(word)))
    .join(', ')}]`;
