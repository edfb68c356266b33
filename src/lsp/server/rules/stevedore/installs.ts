import { hasFlag, isFlag, operands } from '../../shell/command.ts';
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

/** What a command installs of what the project lists; undefined for all others, those with packages named too. */
export function installOf(command: ShellCommand): Install | undefined {
  const { name, args } = command;
  if (hasFlag(command, 'help', 'version', 'g', 'global')) return undefined;
  const words = operands(command, NODE_VALUES).map(({ value }) => value);
  const [verb, ...rest] = words;
  const bare = rest.length === 0;
  switch (name) {
    case 'npm':
      if (!bare || (verb !== 'ci' && verb !== 'install' && verb !== 'i')) return undefined;
      return { tool: 'npm', manifests: ['package*.json'] };
    case 'yarn':
      if (!bare || (verb !== undefined && verb !== 'install') || !onlyFlags(command))
        return undefined;
      return { tool: 'yarn', manifests: ['package.json', 'yarn.lock'] };
    case 'pnpm':
      if (!bare || (verb !== 'install' && verb !== 'i')) return undefined;
      return { tool: 'pnpm', manifests: ['package.json', 'pnpm-lock.yaml'] };
    case 'bun':
      return bare && verb === 'install'
        ? { tool: 'bun', manifests: ['package.json', 'bun.lock*'] }
        : undefined;
    case 'pip':
    case 'pip3':
      return verb === 'install' ? pip(command) : undefined;
    case 'python':
    case 'python3':
      return words[0] === 'pip' && words[1] === 'install' ? pip(command) : undefined;
    case 'go':
      return verb === 'mod' && rest[0] === 'download' && rest.length === 1
        ? { tool: 'go', manifests: ['go.mod', 'go.sum'] }
        : undefined;
    case 'bundle':
      return bare && verb === 'install'
        ? { tool: 'bundle', manifests: ['Gemfile', 'Gemfile.lock'] }
        : undefined;
    case 'composer':
      return bare && verb === 'install' ? { tool: 'composer', manifests: undefined } : undefined;
    case 'poetry':
      return bare && verb === 'install' ? { tool: 'poetry', manifests: undefined } : undefined;
    case 'uv':
      return bare && verb === 'sync' ? { tool: 'uv', manifests: undefined } : undefined;
    case 'pipenv':
      return bare && (verb === 'install' || verb === 'sync')
        ? { tool: 'pipenv', manifests: ['Pipfile', 'Pipfile.lock'] }
        : undefined;
    case 'cargo':
      return bare && verb === 'fetch' ? { tool: 'cargo', manifests: undefined } : undefined;
    case 'dotnet':
      return verb === 'restore' ? { tool: 'dotnet', manifests: undefined } : undefined;
    case 'mvn':
    case 'mvnw':
    case './mvnw':
      return args.some(({ value }) => /^dependency:(?:go-offline|resolve)/.test(value))
        ? { tool: 'mvn', manifests: undefined }
        : undefined;
    case 'mix':
      return verb === 'deps.get' ? { tool: 'mix', manifests: ['mix.exs', 'mix.lock'] } : undefined;
    default:
      return undefined;
  }
}

/** `pip install -r FILE`, with nothing of the project itself. */
function pip(command: ShellCommand): Install | undefined {
  const files: string[] = [];
  const { args } = command;
  for (let index = 0; index < args.length; index++) {
    const { value, literal } = args[index] as (typeof args)[number];
    // `.`, `-e .` and paths need the sources.
    if (/^(?:\.|\/|-e$|--editable)/.test(value)) return undefined;
    const file = /^--requirement=(.*)|^-r(.+)/.exec(value);
    if (file) files.push(file[1] ?? file[2] ?? '');
    else if (value === '-r' || value === '--requirement') {
      const next = args[++index];
      if (!next?.literal) return undefined;
      files.push(next.value);
    } else if (!literal) return undefined;
  }
  if (files.length === 0 || files.some((file) => file.startsWith('/') || file.includes('..')))
    return undefined;
  return { tool: 'pip', manifests: files };
}

function onlyFlags({ args }: ShellCommand): boolean {
  return args.every(({ value }) => isFlag(value) || value === 'install' || /^\S+$/.test(value));
}
