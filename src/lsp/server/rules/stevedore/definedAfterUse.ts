import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { withdrawSet } from '../imageVariables.ts';
import type { Doubtful } from '../imageVariables.ts';
import type { Rule } from '../rule.ts';
import { mayRead, variablesOfShell } from './variablesOfShell.ts';

/** A variable that is set too late. */
export const definedAfterUse: Rule = {
  id: 'stevedore/defined-after-use',
  severity: 'warning',
  title: 'RUN uses a variable that ENV or ARG sets only afterwards',
  why: 'Instructions run in order: what ENV and ARG set holds from there on. A RUN above them gets an empty text in the variable’s place.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nRUN wget -q https://example.com/app-$APP_VERSION\nENV APP_VERSION=1.2.3\n',
      good: 'FROM alpine:3.20\nENV APP_VERSION=1.2.3\nRUN wget -q https://example.com/app-$APP_VERSION\n',
    },
  ],
  check: (file) => tooEarly(file).map(({ finding }) => finding),
  checkImages: async (file, images) => withdrawSet(file, images, tooEarly(file)),
};

function tooEarly(file: Dockerfile): Doubtful[] {
  const defined = definitions(file);
  return file.shellRuns().flatMap(({ run, shell }) => {
    const below = (name: string) => {
      const first = defined.get(`${run.stage} ${name}`);
      return first && first.start > run.start ? first : undefined;
    };
    if (run.parent || run.stage < 0 || run.json) return [];
    if (!mayRead(shell, (name) => below(name) !== undefined)) return [];
    const scope = file.scopeAt(run);
    const { read, set, sources } = variablesOfShell({ run, shell });
    if (sources) return [];
    return [...read].flatMap(([name, span]): Doubtful[] => {
      const definition = below(name);
      if (!definition || scope.get(name) || set.has(name) || USUAL.has(name)) return [];
      const message = `${name.slice(0, 60)} is empty here: ${definition.name} sets it only below.`;
      return [{ names: [name], step: { place: run }, finding: { span, message } }];
    });
  });
}

/** What base images and shells set. */
export const USUAL: ReadonlySet<string> = new Set([
  'HOME',
  'USER',
  'PATH',
  'PWD',
  'SHELL',
  'HOSTNAME',
  'LANG',
  'LC_ALL',
  'TERM',
  'UID',
  'EUID',
  'RANDOM',
  'SECONDS',
  'IFS',
  'OLDPWD',
  'PPID',
  'PS1',
  'TZ',
  'JAVA_HOME',
  'GOPATH',
  'GOROOT',
  'LD_LIBRARY_PATH',
  'PYTHONPATH',
  'NODE_PATH',
  'TMPDIR',
  'DEBIAN_FRONTEND',
]);

/** Where a stage first defines a name, by `<stage> <name>`; none where the value is made of the name itself. */
function definitions(file: Dockerfile): ReadonlyMap<string, Instruction> {
  const found = new Map<string, Instruction>();
  const [first] = file.tree.instructions;
  for (const instruction of file.all('ENV', 'ARG')) {
    if (instruction.parent) continue;
    for (const { key, value } of file.pairs(instruction)) {
      const place = `${instruction.stage} ${key.text}`;
      if (found.has(place)) continue;
      // What is extended was there before.
      const extended = value !== undefined && refersTo(value.text, key.text);
      found.set(place, extended && first ? first : instruction);
    }
  }
  return found;
}

function refersTo(text: string, name: string): boolean {
  if (!text.includes('$')) return false;
  return Array.from(text.matchAll(/\$\{?(\w+)/g)).some(([, other]) => other === name);
}
