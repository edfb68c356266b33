import { copiesOf } from '../../context/sources.ts';
import { PLAIN_FILE } from '../../data/plainFiles.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Rule } from '../rule.ts';
import { baseRepository, DISTRIBUTIONS } from './baseRepository.ts';

/** A file that gets the name of the directory it was to be put into. */
export const fileForDirectory: Rule = {
  id: 'stevedore/file-for-directory',
  severity: 'warning',
  title: 'COPY makes a file of what is used as a directory later',
  why: 'Without a slash at its end the target of COPY is the name of the file, unless the directory is there already. `COPY app.jar /app` makes a file `/app`; a later `WORKDIR /app` then fails with `not a directory`.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nCOPY main.sh /app\nWORKDIR /app\n',
      good: 'FROM alpine:3.20\nCOPY main.sh /app/\nWORKDIR /app\n',
      fixed: true,
    },
  ],
  check: (file) =>
    file.once(copiesOf).flatMap((copy) => {
      const { instruction, target, sources, count } = copy;
      const [source] = sources;
      const path = target?.text;
      if (count !== 1 || !source?.path || source.wildcards || !target || path === undefined)
        return [];
      if (!PLAIN_FILE.test(source.path) || !/^\/[\w./-]*[\w-]$/.test(path)) return [];
      if (STANDARD.test(path) || !becomesDirectory(file, instruction, path)) return [];
      if (!lacks(file, instruction, path)) return [];
      const { end } = target.word;
      const at = end - (instruction.json ? 1 : 0);
      return [
        {
          span: { start: target.word.start, end },
          message: `This makes a file of the name "${path}", which is used as a directory below. End it with a slash.`,
          fixes: [
            {
              title: 'Add a slash',
              edits: [{ span: { start: at, end: at }, text: '/' }],
              safe: true,
            },
          ],
        },
      ];
    }),
};

/** Directories that images have. */
const STANDARD =
  /^\/(?:bin|boot|dev|etc|home|lib\d*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)(?:\/(?:bin|lib|local|sbin|share|src|log|cache|tmp|www|local\/bin)(?:\/.*)?)?$/;

/** Directories of which images of a language have some of their own. */
const OWN = /^\/(?:etc|go|home|opt|usr|var)(?:\/|$)/;
const LANGUAGES =
  /^(?:mcr\.microsoft\.com\/dotnet\/(?:aspnet|runtime|runtime-deps|sdk)|(?:docker\.io\/|(?:.*\/)?library\/)?(?:amazoncorretto|bash|dart|eclipse-temurin|elixir|erlang|golang|gradle|haskell|httpd|julia|maven|nginx|node|openjdk|perl|php|python|ruby|rust|swift))$/;

/** Whether an image surely has no directory of this name: those that teams share have `/app` and its like. */
function lacks(file: Dockerfile, copy: Instruction, path: string): boolean {
  const base = baseRepository(file, file.stageOf(copy));
  if (!base) return false;
  const { repository } = base;
  if (repository === 'scratch' || DISTRIBUTIONS.test(repository)) return true;
  return LANGUAGES.test(repository) && !OWN.test(path);
}

/** Whether a path that was no directory yet is one after `copy` in its stage. */
function becomesDirectory(file: Dockerfile, copy: Instruction, path: string): boolean {
  const stage = file.stageOf(copy);
  if (!stage || (file.once(lastUses).get(`${copy.stage} ${path}`) ?? -1) < copy.start) return false;
  // What comes before may have made the directory, and so may a stage that this one starts from.
  if (file.baseOf(stage)) return false;
  if ((file.once(firstOpaques).get(copy.stage) ?? copy.start) < copy.start) return false;
  const named = file.tree.source.indexOf(path, stage.from.end);
  return named < 0 || named >= copy.start;
}

/** Where each directory of a WORKDIR, and each one above it, is used last, by `<stage> <path>`. */
function lastUses(file: Dockerfile): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const instruction of file.all('WORKDIR')) {
    const [word] = argumentWords(instruction, file.tree.escape);
    const parts = word?.text.replace(/(?<=.)\/+$/, '').split('/', DEEPEST) ?? [];
    for (let length = 2; length <= parts.length; length++)
      found.set(`${instruction.stage} ${parts.slice(0, length).join('/')}`, instruction.start);
  }
  return found;
}

/** Nobody nests directories deeper. */
const DEEPEST = 32;

/** Where each stage first has something that may make directories of any name. */
function firstOpaques(file: Dockerfile): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const instruction of file.tree.instructions) {
    const { logical, args, name, stage, start } = instruction;
    const isOpaque =
      instruction.heredocs.length > 0 ||
      (name === 'COPY' && /\s\/$/.test(logical.text.slice(args.from, args.to)));
    if (isOpaque && !found.has(stage)) found.set(stage, start);
  }
  return found;
}
