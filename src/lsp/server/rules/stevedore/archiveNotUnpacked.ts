import type { Dockerfile } from '../../model/dockerfile.ts';
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
      if (instruction.stage < 0 || instruction.parent) return [];
      if (instruction.flags.some(({ name }) => name === 'unpack')) return [];
      const words = argumentWords(instruction, file.tree.escape);
      const target = words.at(-1);
      const archives = words.slice(0, -1).filter(({ text }) => ARCHIVE.test(text));
      // Under a name of its own it is wanted as it is.
      if (archives.length === 0 || !target || PACKED.test(target.text)) return [];
      if (SERVED.test(target.text)) return [];
      if ((file.once(lastUnpackings).get(instruction.stage) ?? -1) > instruction.start) return [];
      // Another stage that takes files from this one may unpack them.
      if (file.tree.source.lastIndexOf('from=') > instruction.start) return [];
      const at = instruction.keyword.end;
      const edits = [{ span: { start: at, end: at }, text: ' --unpack' }];
      return archives.map(({ start, end }) => ({
        span: { start, end },
        message: 'ADD stores an archive from a URL as it is and does not unpack it.',
        fixes: [{ title: 'Add --unpack', edits }],
      }));
    }),
};

const PACKED = /\.(?:tar|t?gz|t?bz2?|t?xz|zst)"?$/;
const ARCHIVE =
  /^"?https?:\/\/[^?#]*\.(?:tar(?:\.(?:gz|bz2|xz|zst))?|tgz|tbz2?|txz)(?:[?#].*)?"?$/i;
const UNPACKS = /tar\b|unzip|gunzip|unxz|bunzip|7z|busybox|python|\.t?gz|\.xz|\.zip|dpkg|rpm/;

/** Directories that a web server offers for download. */
const SERVED =
  /(?:^|\/)(?:www|html|htdocs|wwwroot|public(?:_html)?|downloads?)(?:\/|"?$)|^"?\/srv\/http/;
/** A script, or a program that runs one. */
const RUNS =
  /\/|\.\w+$|^(?:\.|source|(?:ba|da|a|z|k)?sh|g?make|cmake|ninja|just|task|rake|ant|perl|ruby|node|php|ansible.*)$/;

/** Where each stage last has something that may unpack an archive. */
function lastUnpackings(file: Dockerfile): ReadonlyMap<number, number> {
  const scripts = file
    .shellRuns()
    .flatMap(({ run, shell }) => (shell.commands.some(({ name }) => RUNS.test(name)) ? [run] : []));
  const unpacking = file
    .all('RUN', 'COPY')
    .filter(({ start, end }) => UNPACKS.test(file.tree.source.slice(start, end)));
  const last = new Map<number, number>();
  for (const { stage, start } of [...scripts, ...unpacking])
    last.set(stage, Math.max(start, last.get(stage) ?? -1));
  return last;
}
