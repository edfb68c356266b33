import { table } from '../../../../util/table.ts';
import { hasFlag, operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';

/** A command that installs what files of the project list. */
export interface Install {
  readonly tool: string;
  /** The files that it reads, as COPY names them, or from `/` where the command does; undefined when it reads more than can be told. */
  readonly manifests: readonly string[] | undefined;
  /** Files that it reads where the project has them, as patterns that may match nothing. */
  readonly others?: readonly string[];
}

/** Flags whose value is a word of its own. */
export const WITH_VALUES = new Set(
  (
    '--prefix --cwd -C --dir --directory --project --registry --cache -w --workspace --filter --loglevel ' +
    '--network-timeout --cache-folder --store-dir --omit --only --with --without --group --no-group --only-group ' +
    '--extra --extras -E --python --package --working-dir'
  ).split(' '),
);

/** Flags by which a tool reads what another folder, some packages of a workspace or another file list. */
const ELSEWHERE =
  'C F cwd dir directory filter gemfile package prefix project r recursive requirements w working-dir workspace workspaces'.split(
    ' ',
  );

/** A way of a tool to install what the project lists. */
interface Way extends Pick<Install, 'others'> {
  /** The words behind the tool that are no flags, all of them. */
  readonly words: readonly string[];
  readonly manifests?: readonly string[];
  /** Flags without which it reads the sources too. */
  readonly without?: readonly string[];
  /** Flags with which it reads folders too. */
  readonly unless?: readonly string[];
}

/** Which registry packages come from, and how they are laid out. */
const NPM = ['.npmrc*'];
const PNPM = ['pnpm-workspace.yaml*', ...NPM, '.pnpmfile.cjs*'];
/** Of Yarn 2 and later, which may itself be in the folder `.yarn`. */
const BERRY = ['immutable', 'immutable-cache', 'check-cache', 'inline-builds', 'mode'];

const WAYS: Readonly<Record<string, readonly Way[]>> = table({
  npm: [
    { words: ['ci', 'install', 'i', 'clean-install'], manifests: ['package*.json'], others: NPM },
  ],
  yarn: [
    {
      words: ['', 'install'],
      manifests: ['package.json', 'yarn.lock'],
      others: [...NPM, '.yarnrc*'],
      unless: BERRY,
    },
  ],
  pnpm: [
    { words: ['install', 'i'], manifests: ['package.json', 'pnpm-lock.yaml'], others: PNPM },
    { words: ['fetch'], manifests: ['pnpm-lock.yaml'], others: PNPM },
  ],
  bun: [
    {
      words: ['install'],
      manifests: ['package.json', 'bun.lock*'],
      others: [...NPM, 'bunfig.toml*'],
    },
  ],
  go: [{ words: ['mod download'], manifests: ['go.mod', 'go.sum'] }],
  bundle: [
    {
      words: ['', 'install'],
      manifests: ['Gemfile', 'Gemfile.lock'],
      others: ['.ruby-version*'],
    },
  ],
  composer: [
    {
      words: ['install'],
      manifests: ['composer.json', 'composer.lock'],
      others: ['auth.json*', 'symfony.lock*'],
      without: ['no-scripts', 'no-autoloader'],
    },
  ],
  poetry: [
    {
      words: ['install', 'sync'],
      manifests: ['pyproject.toml', 'poetry.lock'],
      others: ['poetry.toml*'],
      without: ['no-root'],
    },
  ],
  uv: [
    {
      words: ['sync'],
      manifests: ['pyproject.toml', 'uv.lock'],
      others: ['uv.toml*', '.python-version*'],
      without: ['no-install-project'],
    },
  ],
  pdm: [
    {
      words: ['install', 'sync'],
      manifests: ['pyproject.toml', 'pdm.lock'],
      others: ['pdm.toml*'],
      without: ['no-self'],
    },
  ],
  pipenv: [{ words: ['install', 'sync'], manifests: ['Pipfile', 'Pipfile.lock'] }],
  cargo: [{ words: ['fetch'] }],
  mix: [{ words: ['deps.get'], manifests: ['mix.exs', 'mix.lock'] }],
});

/** Tells what a tool installs by the words behind it that are no flags. */
type Reader = (words: readonly string[], command: ShellCommand) => Install | undefined;

const reader =
  (tool: string, ways: readonly Way[]): Reader =>
  (words, command) => {
    const way = ways.find((one) => one.words.includes(words.join(' ')));
    if (!way) return undefined;
    const { manifests, others, without = [], unless = [] } = way;
    const isAlone = without.every((flag) => hasFlag(command, flag)) && !hasFlag(command, ...unless);
    return { tool, manifests: isAlone ? manifests : undefined, ...(others ? { others } : {}) };
  };

/** A tool that reads files all over the project, and installs only when all that it is told is to do that. */
const all =
  (tool: string, isInstall: RegExp, values: ReadonlySet<string>): Reader =>
  (_, command) => {
    const words = operands(command, values);
    return words.length > 0 && words.every(({ value }) => isInstall.test(value))
      ? { tool, manifests: undefined }
      : undefined;
  };
/** A tool that is told to restore this or that. */
const restore =
  (tool: string): Reader =>
  ([verb]) =>
    verb === 'restore' ? { tool, manifests: undefined } : undefined;
const mvn = all(
  'mvn',
  /^dependency:(?:go-offline|resolve)/,
  new Set('-f --file -s --settings -gs -pl --projects -P -T'.split(' ')),
);
const gradle = all(
  'gradle',
  /^(?:.*:)?dependencies$/,
  new Set('-p --project-dir -b -c -g -I --configuration'.split(' ')),
);
const pip: Reader = ([verb = ''], command) =>
  PIP_VERBS.has(verb) ? pipInstall(command, verb) : undefined;
const python: Reader = ([module, verb = ''], command) =>
  module === 'pip' && PIP_VERBS.has(verb) ? pipInstall(command, verb) : undefined;
const uv = reader('uv', WAYS['uv'] ?? []);

const READERS: ReadonlyMap<string, Reader> = new Map([
  ...Object.entries(WAYS).map(([tool, ways]) => [tool, reader(tool, ways)] as const),
  ['pip', pip],
  ['pip3', pip],
  ['python', python],
  ['python3', python],
  ['uv', (words, command) => (words[0] === 'pip' ? uvPip(words, command) : uv(words, command))],
  ['dotnet', restore('dotnet')],
  ['nuget', restore('nuget')],
  ['mvn', mvn],
  ['mvnw', mvn],
  ['./mvnw', mvn],
  ['gradle', gradle],
  ['gradlew', gradle],
  ['./gradlew', gradle],
]);

/** What a command installs of what the project lists; undefined for all others, those with packages named too. */
export function installOf(command: ShellCommand): Install | undefined {
  const read = READERS.get(command.name);
  if (!read || hasFlag(command, 'help', 'version', 'g', 'global')) return undefined;
  const install = read(
    operands(command, WITH_VALUES).map(({ value }) => value),
    command,
  );
  // Of pip's flags its own reader knows what they name.
  const isHere = install?.tool === 'pip' || !hasFlag(command, ...ELSEWHERE);
  return install && !isHere ? { ...install, manifests: undefined } : install;
}

const PIP_VERBS = new Set(['install', 'wheel', 'download']);
/** Flags of pip's whose value says nothing of what is installed. */
const PIP_VALUES = new Set(
  '-t --target --prefix --root -w --wheel-dir -d --dest --cache-dir --src --log -p --python -i --index-url --extra-index-url'.split(
    ' ',
  ),
);

/** `uv pip install`, and `uv pip sync FILE`, whose words are all such files. */
function uvPip([, verb]: readonly string[], command: ShellCommand): Install | undefined {
  return verb === 'install' || verb === 'sync' ? pipInstall(command, verb) : undefined;
}

/**
 * `pip install -r FILE`, with nothing of the project itself.
 * @param verb behind uv's `sync` all words are such files
 */
function pipInstall({ args }: ShellCommand, verb: string): Install | undefined {
  const files: string[] = [];
  let required = false;
  const begin = args.findIndex(({ value }) => value === verb) + 1;
  for (let index = begin; index < args.length; index++) {
    const { value, literal } = args[index] as (typeof args)[number];
    if (PIP_VALUES.has(value)) {
      index++;
      continue;
    }
    const isList = verb === 'sync' && !value.startsWith('-');
    // `.`, `-e .` and paths need the sources.
    if (!literal || (!isList && /^(?:\.|\/|-e$|--editable)/.test(value))) return undefined;
    required ||= isList || /^(?:-r|--requirement)/.test(value);
    const file = isList ? value : /^(?:--(?:requirement|constraint)s?=|-[rc])(.+)/.exec(value)?.[1];
    if (file !== undefined) files.push(file);
    else if (/^(?:-[rc]|--requirements?|--constraints?)$/.test(value)) {
      const next = args[++index];
      if (!next?.literal) return undefined;
      files.push(next.value);
    }
  }
  if (!required || files.some((file) => file.includes('..'))) return undefined;
  return { tool: 'pip', manifests: files.map((file) => file.replace(/^\.\//, '')) };
}
