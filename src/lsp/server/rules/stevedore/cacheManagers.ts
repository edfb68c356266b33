import { hasFlag, operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';
import { GEM, packagesOf } from '../hadolint/packages.ts';

const asked = (command: ShellCommand) => operands(command, new Set());

function oneOf(verbs: readonly string[], command: ShellCommand): ShellWord | undefined {
  const [verb, second] = asked(command);
  if (!verb) return undefined;
  const isOne = verbs.includes(verb.value) || verbs.includes(`${verb.value} ${second?.value}`);
  return isOne ? verb : undefined;
}

/** Flags that turn a cache off or put it elsewhere, or download nothing. */
const OFF = ['help', 'dry-run', 'no-cache', 'cache', 'cache-dir'];

/** How a package manager is asked to download, and what takes away what it keeps. */
export type CacheManager = ReturnType<typeof manager>;

/** A cache that a command leaves when one of `verbs`, of one word or two, is asked of one of `names`. */
function manager(
  names: readonly string[],
  verbs: readonly string[] | ((command: ShellCommand) => ShellWord | undefined),
  rest: {
    readonly folders: readonly string[];
    readonly append: string | ((command: ShellCommand) => string);
    readonly variables: readonly string[];
    /** What the words of a command begin with that puts the cache elsewhere, and what another of them is then. */
    readonly config?: readonly [begin: RegExp, key: RegExp];
    /** Flags beside the usual ones that turn the cache off. */
    readonly off?: readonly string[];
    readonly cure: (command: ShellCommand, verb: string | undefined) => boolean;
    /** Why a command that looks like a cure is none. */
    readonly fails?: (command: ShellCommand) => string | undefined;
    readonly tool: string;
    /** Cleaning takes away what other commands may count on. */
    readonly isShared?: true;
    /** What else it is asked where it is there to work with, so that the cache is of use; and images made for that. */
    readonly works?: RegExp;
    readonly home?: RegExp;
  },
) {
  return {
    names,
    cause: (command: ShellCommand) => {
      if (!names.includes(command.name)) return undefined;
      const verb = typeof verbs === 'function' ? verbs(command) : oneOf(verbs, command);
      return hasFlag(command, ...OFF, ...(rest.off ?? [])) ? undefined : verb;
    },
    cure: (command: ShellCommand) =>
      names.includes(command.name)
        ? rest.cure(command, asked(command)[0]?.value)
        : removesAsked(command, names),
    fails: (command: ShellCommand) =>
      names.includes(command.name) ? rest.fails?.(command) : undefined,
    folders: rest.folders,
    message: `${rest.tool} keeps what it downloads in this layer. Clean its cache in this RUN, or mount one.`,
    append: rest.append,
    safety: rest.isShared ? ('unsafe' as const) : ('safe' as const),
    variables: rest.variables,
    home: rest.home,
    works: (command: ShellCommand) => rest.works?.test(asked(command)[0]?.value ?? '') === true,
    configures: ({ args }: ShellCommand) => {
      const words = args.map(({ value }) => value);
      const [begin, key] = rest.config ?? [];
      return begin?.test(words.join(' ')) === true && words.some((word) => key?.test(word));
    },
  };
}

/** Whether a command removes a folder whose name one of these programs is asked for: `rm -rf "$(npm config get cache)"`. */
function removesAsked({ name, args }: ShellCommand, programs: readonly string[]): boolean {
  if (name !== 'rm') return false;
  return args.some(({ text }) =>
    programs.includes(/(?:\$\(|`)\s*([\w-]+)\s/.exec(text)?.[1] ?? ''),
  );
}

export const NPM = manager(
  ['npm'],
  'ci ic install i add clean-install install-clean update up'.split(' '),
  {
    tool: 'npm',
    folders: ['/root/.npm', '~/.npm', '.npm', '${HOME}/.npm'],
    append: 'npm cache clean --force',
    variables: ['npm_config_cache', 'NPM_CONFIG_CACHE'],
    config: [/^(?:-\S+ )*(?:config |c )?set /, /^cache(?:=|$)/],
    cure: (command, verb) =>
      verb === 'cache' && command.args.some(({ value }) => value === 'clean'),
  },
);

export const MANAGERS: readonly CacheManager[] = [
  NPM,
  manager(
    ['conda', 'mamba', 'micromamba'],
    ['install', 'create', 'update', 'env create', 'env update'],
    {
      tool: 'conda',
      folders: ['/opt/conda/pkgs', '/pkgs'],
      // An image that has one of them need not have the others.
      append: ({ name }) => `${name} clean -afy`,
      variables: ['CONDA_PKGS_DIRS'],
      config: [/^config /, /^pkgs_dirs$/],
      cure: (_, verb) => verb === 'clean',
    },
  ),
  manager(
    ['composer'],
    ['install', 'require', 'update', 'create-project', 'global install', 'global require'],
    {
      tool: 'Composer',
      // The official image keeps it below /tmp.
      folders: ['.composer', '.cache', '/tmp/cache'],
      append: 'composer clear-cache',
      variables: ['COMPOSER_CACHE_DIR'],
      config: [/^(?:-\S+ )*(?:global )?config /, /^cache-(?:files-)?dir$/],
      cure: (_, verb) => /^(?:clear-?cache|cc)$/.test(verb ?? ''),
    },
  ),
  manager(['uv'], ['sync', 'add', 'pip install', 'pip sync', 'tool install'], {
    tool: 'uv',
    folders: ['.cache'],
    append: 'uv cache clean',
    variables: ['UV_NO_CACHE', 'UV_CACHE_DIR'],
    off: ['n', 'no-cache-dir'],
    cure: (_, verb) => verb === 'cache',
  }),
  manager(['poetry'], ['install', 'sync', 'add', 'update'], {
    tool: 'Poetry',
    folders: ['.cache'],
    append: 'poetry cache clear --all --no-interaction pypi',
    variables: ['POETRY_CACHE_DIR', 'POETRY_NO_CACHE'],
    config: [/^config /, /^cache-dir$/],
    cure: (_, verb) => verb === 'cache',
  }),
  manager(['pipenv'], ['install', 'sync', 'update'], {
    tool: 'pipenv',
    folders: ['.cache'],
    append: 'rm -rf ~/.cache/pip ~/.cache/pipenv',
    variables: ['PIPENV_CACHE_DIR', 'PIP_CACHE_DIR', 'PIP_NO_CACHE_DIR'],
    off: ['clear'],
    cure: (command) => hasFlag(command, 'clear'),
  }),
  manager(['pdm'], ['install', 'sync', 'add', 'update'], {
    tool: 'PDM',
    folders: ['.cache'],
    append: 'pdm cache clear',
    variables: ['PDM_CACHE_DIR'],
    config: [/^config /, /^cache_dir$/],
    cure: (_, verb) => verb === 'cache',
  }),
  // hadolint's DL3060 sees `yarn install` alone. These are Yarn 1: others may run packages from their cache.
  manager(['yarn'], yarnClassic, {
    tool: 'Yarn',
    folders: ['.cache'],
    append: 'yarn cache clean',
    variables: ['YARN_CACHE_FOLDER'],
    off: ['cache-folder'],
    config: [/^config set /, /^cache-folder$/],
    cure: (_, verb) => verb === 'cache',
  }),
  manager(['bundle', 'bundler'], ['install', 'update'], {
    tool: 'Bundler',
    folders: ['/cache', '/bundle'],
    append: 'rm -rf "$(bundle exec gem env gemdir)/cache"',
    variables: [],
    isShared: true,
    cure: () => false,
  }),
  manager(['gem'], gemInstall, {
    tool: 'RubyGems',
    folders: ['/cache', '/bundle'],
    append: 'rm -rf "$(gem env gemdir)/cache"',
    variables: [],
    isShared: true,
    cure: () => false,
  }),
  manager(['go'], goInstall, {
    tool: 'go',
    folders: ['/go/pkg', '/root/.cache', '.cache/go-build'],
    append: 'go clean -cache -modcache',
    variables: ['GOCACHE', 'GOMODCACHE'],
    isShared: true,
    home: /(?:^|\/)(?:go|golang|base|universal)(?:-|$)/,
    works: /^(?:build|fix|generate|get|list|mod|run|test|vet|work)$/,
    cure: (_, verb) => verb === 'clean',
  }),
  manager(['cargo'], ['install'], {
    tool: 'cargo',
    folders: ['cargo', '/registry'],
    append: 'rm -rf "${CARGO_HOME:-$HOME/.cargo}/registry"',
    variables: [],
    isShared: true,
    home: /(?:^|\/)(?:rust|base|universal)(?:-|$)/,
    works: /^(?:b|bench|build|c|check|chef|clippy|doc|fetch|r|run|t|test|update|vendor)$/,
    cure: (_, verb) => verb === 'cache',
  }),
  manager(['pacman'], pacmanSync, {
    tool: 'pacman',
    folders: ['/var/cache/pacman'],
    append: 'rm -rf /var/cache/pacman/pkg/*',
    variables: [],
    off: ['cachedir', 'root', 'print', 'p'],
    cure: (command) => cleanings(command) > 1 && !hasFlag(command, 'noconfirm'),
    fails: (command) => {
      const times = cleanings(command);
      if (times === 0) return undefined;
      return times === 1
        ? '`pacman -Sc` keeps the packages that are installed.'
        : '`--noconfirm` answers `pacman -Scc` with its default, no: use `yes | pacman -Scc`.';
    },
  }),
  manager(['tdnf'], ['install', 'update', 'upgrade'], {
    tool: 'tdnf',
    folders: ['/var/cache/tdnf'],
    append: 'tdnf clean all',
    variables: [],
    off: ['installroot'],
    cure: (_, verb) => verb === 'clean',
  }),
];

/** `yarn --frozen-lockfile` and `yarn global add`. */
function yarnClassic(command: ShellCommand): ShellWord | undefined {
  const [verb, second] = asked(command);
  if (verb) return `${verb.value} ${second?.value}` === 'global add' ? verb : undefined;
  return command.args.find(({ value }) => /^--(?:frozen|pure)-lockfile$/.test(value));
}

/** `gem install` of more than Bundler, which is little. */
function gemInstall(command: ShellCommand): ShellWord | undefined {
  const found = packagesOf(command, GEM);
  return found?.packages.some(({ value }) => !/^bundler(?::|$)/.test(value))
    ? found.word
    : undefined;
}

/** `go install` of a program that is no part of the project. */
function goInstall(command: ShellCommand): ShellWord | undefined {
  const [verb, ...packages] = asked(command);
  const isOther = verb?.value === 'install' && packages.some(({ value }) => value.includes('@'));
  return isOther ? verb : undefined;
}

/** `pacman -S` that installs something, or upgrades all. */
function pacmanSync(command: ShellCommand): ShellWord | undefined {
  const word = command.args.find(({ value }) => /^-S[uyw]*$/.test(value) || value === '--sync');
  const isUpgrade = word?.value.includes('u') === true || hasFlag(command, 'sysupgrade');
  return isUpgrade || asked(command).length > 0 ? word : undefined;
}

/** How often pacman is told to clean: once takes away old packages, twice asks whether to take away all. */
function cleanings({ args }: ShellCommand): number {
  const isSync = args.some(({ value }) => /^(?:-\w*S|--sync$)/.test(value));
  const said = args.flatMap(({ value }) =>
    value === '--clean' ? 'c' : (/^-\w+$/.exec(value)?.[0].match(/c/g) ?? []),
  );
  return isSync ? said.length : 0;
}
