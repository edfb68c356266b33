import { PLATFORM_ARGS, PROXY_ARGS } from '../../data/predefined.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { keywordLike } from '../keywords.ts';
import { withdrawSet } from '../imageVariables.ts';
import type { Doubtful } from '../imageVariables.ts';
import type { Rule } from '../rule.ts';
import { baseRepository, DISTRIBUTIONS } from './baseRepository.ts';
import { mayRead, variablesOfShell } from './variablesOfShell.ts';
import { lineAbove } from '../lineAbove.ts';

/** A build argument that is empty where it is used. BuildKit's UndefinedVar leaves RUN out. */
export const argNotInStage: Rule = {
  id: 'stevedore/arg-not-in-stage',
  severity: 'warning',
  title: 'RUN uses a build argument that its stage does not declare',
  why: 'An ARG before the first FROM is for FROM only, and the arguments of the platform (`TARGETARCH` and its like) are set only where an `ARG` names them. In a stage without one the shell puts an empty text in the variable’s place, and says nothing.',
  examples: [
    {
      bad: 'ARG VERSION=1.2.3\nFROM alpine:3.20\nRUN wget -q https://example.com/app-$VERSION\n',
      good: 'ARG VERSION=1.2.3\nFROM alpine:3.20\nARG VERSION\nRUN wget -q https://example.com/app-$VERSION\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nRUN wget -q https://example.com/app-${TARGETARCH}\n',
      good: 'FROM alpine:3.20\nARG TARGETARCH\nRUN wget -q https://example.com/app-${TARGETARCH}\n',
      fixed: true,
    },
  ],
  check: (file) => undeclared(file).map(({ finding }) => finding),
  checkImages: async (file, images) => withdrawSet(file, images, undeclared(file)),
};

function undeclared(file: Dockerfile): Doubtful[] {
  const { global } = file.scopes();
  const names = new Set([
    ...Object.keys(PLATFORM_ARGS),
    ...global.definitions().flatMap(({ name, origin }) => (origin === 'global' ? [name] : [])),
  ]);
  const told = new Set<string>();
  return file.shellRuns().flatMap(({ run, shell }) => {
    if (run.parent || run.stage < 0 || run.json) return [];
    if (!mayRead(shell, (name) => names.has(name))) return [];
    const scope = file.scopeAt(run);
    const { read, set, sources } = variablesOfShell({ run, shell });
    if (sources) return [];
    return [...read].flatMap(([name, span]): Doubtful[] => {
      const key = `${run.stage} ${name}`;
      if (scope.get(name) || set.has(name) || told.has(key)) return [];
      const isPlatform = Object.hasOwn(PLATFORM_ARGS, name);
      if (!names.has(name) || PROXY_ARGS.includes(name)) return [];
      if (!isPlatform && fromImage(file, run, name)) return [];
      told.add(key);
      const what = isPlatform
        ? `${name} is set only in stages that declare it`
        : `The ARG ${name} before the first FROM is not in this stage`;
      const text = `${keywordLike(run.keyword, 'ARG')} ${name}\n`;
      const edits = [{ span: lineAbove(file, run), text }];
      const message = `${what}: it is empty here. Add "ARG ${name}".`;
      const fixes = [{ title: `Add ARG ${name} before this RUN`, edits }];
      return [{ names: [name], step: { place: run }, finding: { span, message, fixes } }];
    });
  });
}

/** Whether the base image may well set a variable itself, as `node` does NODE_VERSION. */
function fromImage(file: Dockerfile, run: Instruction, name: string): boolean {
  const base = baseRepository(file, file.stageOf(run));
  if (!base) return true;
  const { repository, image } = base;
  if (DISTRIBUTIONS.test(repository)) return false;
  // The argument may be named after the image, which tells its version on.
  const [word = ''] = name.toLowerCase().split('_', 1);
  return image.includes(word.slice(0, 4)) || OTHERWISE.get(word)?.test(repository) === true;
}

const JAVA =
  /temurin|openjdk|corretto|zulu|liberica|graal|semeru|sapmachine|maven|gradle|tomcat|jetty/;
/** Images whose variables have another name than they. */
const OTHERWISE: ReadonlyMap<string, RegExp> = new Map([
  ['java', JAVA],
  ['jdk', JAVA],
  ['otp', /erlang|elixir/],
  ['pg', /postg|timescale/],
]);
