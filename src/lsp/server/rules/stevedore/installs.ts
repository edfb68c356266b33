import { hasFlag, operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';

/** A command that installs what files of the project list. */
export interface Install {
  readonly tool: string;
  /** The files that it reads, as COPY names them; undefined when it reads more than can be told. */
  readonly manifests: readonly string[] | undefined;
}

const NODE_VALUES = new Set([
  '--prefix',
  '--cwd',
  '-C',
  '--dir',
  '--registry',
  '--cache',
  '-w',
  '--workspace',
  '--filter',
  '--loglevel',
  '--network-timeout',
  '--cache-folder',
  '--store-dir',
  '--omit',
  '--only',
]);

/** Flags by which a tool reads what another folder, some packages of a workspace or another file list. */
const ELSEWHERE =
  'C F cwd dir filter gemfile prefix r recursive requirements w workspace workspaces'.split(' ');

/** Tells what a tool installs by the words behind it that are no flags. */
type Reader = (words: readonly string[], command: ShellCommand) => Install | undefined;

/** A tool that is told to install by one word alone. */
const verbs = (names: readonly string[], tool: string, manifests?: readonly string[]): Reader => {
  const install = { tool, manifests };
  return ([verb = '', ...rest]) =>
    rest.length === 0 && names.includes(verb) ? install : undefined;
};

const mvn: Reader = (_, { args }) =>
  args.some(({ value }) => /^dependency:(?:go-offline|resolve)/.test(value))
    ? { tool: 'mvn', manifests: undefined }
    : undefined;
const pip: Reader = ([verb], command) => (verb === 'install' ? pipInstall(command) : undefined);
const python: Reader = ([module, verb], command) =>
  module === 'pip' && verb === 'install' ? pipInstall(command) : undefined;

const READERS: ReadonlyMap<string, Reader> = new Map([
  ['npm', verbs(['ci', 'install', 'i'], 'npm', ['package*.json'])],
  ['yarn', verbs(['', 'install'], 'yarn', ['package.json', 'yarn.lock'])],
  ['pnpm', verbs(['install', 'i'], 'pnpm', ['package.json', 'pnpm-lock.yaml'])],
  ['bun', verbs(['install'], 'bun', ['package.json', 'bun.lock*'])],
  ['pip', pip],
  ['pip3', pip],
  ['python', python],
  ['python3', python],
  [
    'go',
    ([verb, what, ...rest]) =>
      verb === 'mod' && what === 'download' && rest.length === 0
        ? { tool: 'go', manifests: ['go.mod', 'go.sum'] }
        : undefined,
  ],
  ['bundle', verbs(['install'], 'bundle', ['Gemfile', 'Gemfile.lock'])],
  ['composer', verbs(['install'], 'composer')],
  ['poetry', verbs(['install'], 'poetry')],
  ['uv', verbs(['sync'], 'uv')],
  ['pipenv', verbs(['install', 'sync'], 'pipenv', ['Pipfile', 'Pipfile.lock'])],
  ['cargo', verbs(['fetch'], 'cargo')],
  [
    'dotnet',
    ([verb]) => (verb === 'restore' ? { tool: 'dotnet', manifests: undefined } : undefined),
  ],
  ['mvn', mvn],
  ['mvnw', mvn],
  ['./mvnw', mvn],
  [
    'mix',
    ([verb]) =>
      verb === 'deps.get' ? { tool: 'mix', manifests: ['mix.exs', 'mix.lock'] } : undefined,
  ],
]);

/** What a command installs of what the project lists; undefined for all others, those with packages named too. */
export function installOf(command: ShellCommand): Install | undefined {
  const read = READERS.get(command.name);
  if (!read || hasFlag(command, 'help', 'version', 'g', 'global')) return undefined;
  const install = read(
    operands(command, NODE_VALUES).map(({ value }) => value),
    command,
  );
  // Of pip's flags its own reader knows what they name.
  const isHere = install?.tool === 'pip' || !hasFlag(command, ...ELSEWHERE);
  return install && !isHere ? { ...install, manifests: undefined } : install;
}

/** `pip install -r FILE`, with nothing of the project itself. */
function pipInstall(command: ShellCommand): Install | undefined {
  const files: string[] = [];
  let required = false;
  const { args } = command;
  for (let index = 0; index < args.length; index++) {
    const { value, literal } = args[index] as (typeof args)[number];
    // `.`, `-e .` and paths need the sources.
    if (!literal || /^(?:\.|\/|-e$|--editable)/.test(value)) return undefined;
    required ||= /^(?:-r|--requirement)/.test(value);
    const file = /^(?:--(?:requirement|constraint)=|-[rc])(.+)/.exec(value)?.[1];
    if (file !== undefined) files.push(file);
    else if (/^(?:-[rc]|--requirement|--constraint)$/.test(value)) {
      const next = args[++index];
      if (!next?.literal) return undefined;
      files.push(next.value);
    }
  }
  if (!required || files.some((file) => file.startsWith('/') || file.includes('..')))
    return undefined;
  return { tool: 'pip', manifests: files.map((file) => file.replace(/^\.\//, '')) };
}
