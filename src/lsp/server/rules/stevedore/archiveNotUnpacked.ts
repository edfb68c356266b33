import { argumentWords } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';

/** An archive that stays one. */
export const archiveNotUnpacked: Rule = {
  id: 'stevedore/archive-not-unpacked',
  severity: 'warning',
  title: 'ADD does not unpack an archive that it downloads',
  why: 'ADD unpacks archives of the build context only. One from a URL is stored as it is, unless `--unpack` is given (Dockerfile syntax 1.17); nothing in this stage unpacks it afterwards.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nADD https://example.com/app-1.0.tar.gz /opt/\nENTRYPOINT ["/opt/app-1.0/run"]\n',
      good: 'FROM alpine:3.20\nADD --unpack https://example.com/app-1.0.tar.gz /opt/\nENTRYPOINT ["/opt/app-1.0/run"]\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file.all('ADD').flatMap((instruction) => {
      const stage = file.stageOf(instruction);
      if (!stage || instruction.parent || instruction.flags.some(({ name }) => name === 'unpack'))
        return [];
      const words = argumentWords(instruction, file.tree.escape);
      const target = words.at(-1);
      // Under a name of its own it is wanted as it is.
      if (!target || /\.(?:tar|t?gz|t?bz2?|t?xz|zst)"?$/.test(target.text)) return [];
      const later = stage.instructions
        .filter(
          ({ name, start }) => start > instruction.start && (name === 'RUN' || name === 'COPY'),
        )
        .map(({ start, end }) => file.tree.source.slice(start, end));
      if (later.some((text) => UNPACKS.test(text))) return [];
      if (usedElsewhere(file.tree.source, instruction.end)) return [];
      const at = instruction.keyword.end;
      return words.slice(0, -1).flatMap((word) =>
        ARCHIVE.test(word.text)
          ? [
              {
                span: { start: word.start, end: word.end },
                message: 'ADD stores an archive from a URL as it is and does not unpack it.',
                fixes: [
                  {
                    title: 'Add --unpack',
                    edits: [{ span: { start: at, end: at }, text: ' --unpack' }],
                  },
                ],
              },
            ]
          : [],
      );
    }),
};

const ARCHIVE =
  /^"?https?:\/\/[^?#]*\.(?:tar(?:\.(?:gz|bz2|xz|zst))?|tgz|tbz2?|txz)(?:[?#].*)?"?$/i;
const UNPACKS = /tar\b|unzip|gunzip|unxz|bunzip|7z|busybox|python|\.t?gz|\.xz|\.zip|dpkg|rpm/;

/** Whether files are taken from this stage by another one: it may be a stage that only downloads. */
function usedElsewhere(source: string, end: number): boolean {
  return /--from=|from=/.test(source.slice(end));
}
