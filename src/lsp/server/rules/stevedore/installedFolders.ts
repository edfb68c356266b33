import { table } from '../../../../util/table.ts';
import { posix } from 'node:path';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { hasFlag, operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import { isMounted, variable } from '../hadolint/sites.ts';
import type { Site } from '../hadolint/sites.ts';
import { resolved, targetOf } from './copyTarget.ts';
import { installOf } from './installs.ts';

/** What a build has put into a folder beside the files of the project. */
export interface Installed {
  /** Its path below `folder`. */
  readonly packages: string;
  /** What has put it there, in a sentence. */
  readonly cause: string;
  readonly start: number;
  /** The project's folder; undefined where it cannot be told. */
  readonly folder: string | undefined;
  /** Files of which a folder of that name has one, when the name alone says little. */
  readonly proofs?: readonly string[];
  /** It lies beside each project that there is. */
  readonly perProject?: true;
  /** It may lie in each workspace as well. */
  readonly perWorkspace?: true;
}

type Place = Pick<Installed, 'packages' | 'proofs' | 'perProject' | 'perWorkspace'> & {
  /** Where it is not in the folder that the command runs in. */
  readonly path?: string;
  readonly verb?: string;
};

/** What is installed into each folder first, in each stage and those it starts from. */
export function installedFolders(file: Dockerfile): readonly ReadonlyMap<string, Installed>[] {
  const byStage: Map<string, Installed>[] = [];
  // A base is an earlier stage.
  for (const stage of file.tree.stages) {
    const known = new Map(byStage[file.baseOf(stage)?.index ?? -1]);
    byStage.push(known);
    const note = (one: Installed) => {
      const place = `${one.packages} in ${one.folder ?? ''}`;
      if (!known.has(place)) known.set(place, one);
    };
    for (const instruction of stage.instructions) {
      const taken = instruction.name === 'COPY' ? takenOver(file, instruction) : undefined;
      if (taken) note(taken);
      if (instruction.name !== 'RUN') continue;
      for (const one of installedBy(file, instruction)) note(one);
    }
  }
  return byStage;
}

/** Folders of packages that another stage may hand on. */
const HANDED_ON: ReadonlySet<string> = new Set(['node_modules', '.venv', 'venv', 'vendor', 'deps']);

/** A folder of packages that another stage has installed, where COPY gives it that name here. */
function takenOver(file: Dockerfile, copy: Instruction): Installed | undefined {
  const from = copy.flags.find(({ name }) => name.toLowerCase() === 'from')?.value;
  const target = from && targetOf(file, copy)?.replace(/\/+$/, '');
  const packages = target && posix.basename(target);
  if (!packages || !HANDED_ON.has(packages)) return undefined;
  return {
    packages,
    cause: `the one that COPY --from=${from.text.slice(0, 60)} has put there`,
    start: copy.start,
    folder: resolved(file, copy, posix.dirname(target)),
  };
}

function installedBy(file: Dockerfile, run: Instruction): Installed[] {
  const shell = file.shell(run);
  if (!shell) return [];
  const site = { file, run, shell };
  let moves: ShellCommand[] = [];
  return shell.commands.flatMap((command): Installed[] => {
    if (command.name === 'cd' || command.name === 'pushd') moves = [...moves.slice(-1), command];
    const place = placeOf(command, site);
    if (!place || isMounted(site, `/${place.packages}`)) return [];
    const { path, verb = 'installed', ...rest } = place;
    const { name } = command;
    const cause = `${place.perProject ? 'what' : 'the one that'} ${name} has ${verb}`;
    const folder = folderOf(site, command, moves, path);
    return [{ ...rest, cause, start: run.start, folder }];
  });
}

/** Where a command of a RUN installs; commands before it may have gone elsewhere. */
function folderOf(
  { file, run }: Site,
  command: ShellCommand,
  moves: readonly ShellCommand[],
  path: string | undefined,
): string | undefined {
  if (path?.startsWith('/') === true) return posix.dirname(path);
  const install = installOf(command);
  // One that is told of a folder reads more than can be told.
  if (install && !install.manifests && install.tool !== 'dotnet') return undefined;
  const below = posix.dirname(path ?? 'a');
  const [move, other] = moves;
  if (!move) return resolved(file, run, below);
  const [to] = move.args;
  // Behind the second one nobody knows whether it goes on from the first.
  const isPlain = !other && move.args.length === 1 && to?.literal && /^[^-~]/.test(to.value);
  return isPlain ? resolved(file, run, posix.join(to.value, below)) : undefined;
}

const NODE: Place = { packages: 'node_modules', perWorkspace: true };
const VENV: Place = { packages: '.venv' };
const CARGO = ['CACHEDIR.TAG', '.rustc_info.json'];

/** What a command puts beside the project's files; undefined when it is nothing, or elsewhere. */
function placeOf(command: ShellCommand, site: Site): Place | undefined {
  const make = Object.hasOwn(MAKERS, command.name) ? MAKERS[command.name] : undefined;
  return make ? make(command, site) : toolPlace(command, site);
}

function toolPlace(command: ShellCommand, site: Site): Place | undefined {
  const tool = installOf(command)?.tool ?? '';
  const own = Object.hasOwn(TOOLS, tool) ? TOOLS[tool] : undefined;
  return typeof own === 'function' ? own(command, site) : own;
}

type Maker = (command: ShellCommand, site: Site) => Place | undefined;

/** By the tool that installs what the project lists. */
const TOOLS: Readonly<Record<string, Place | Maker>> = table({
  npm: NODE,
  yarn: NODE,
  pnpm: NODE,
  bun: NODE,
  pdm: VENV,
  uv: (_, site) => (isSet(site, 'UV_PROJECT_ENVIRONMENT') ? undefined : VENV),
  poetry: (_, site) => (makesVenv(site) ? VENV : undefined),
  pipenv: (command, site) =>
    variable(site, 'PIPENV_VENV_IN_PROJECT') && !hasFlag(command, 'system') ? VENV : undefined,
  composer: { packages: 'vendor' },
  bundle: (command, site) =>
    hasFlag(command, 'deployment') || isVendored(site) ? { packages: 'vendor/bundle' } : undefined,
  dotnet: { packages: 'obj', perProject: true, verb: 'restored' },
});

/** By the name of a program that makes such a folder otherwise. */
const MAKERS: Readonly<Record<string, Maker>> = table({
  cargo: (command, site) => {
    const [verb = '', second] = operands(command, new Set()).map(({ value }) => value);
    const builds = /^(?:build|check|test|b|c|t)$/.test(verb) || `${verb} ${second}` === 'chef cook';
    const isElsewhere =
      hasFlag(command, 'target-dir', 'manifest-path') || isSet(site, 'CARGO_TARGET_DIR');
    return builds && !isElsewhere
      ? { packages: 'target', proofs: CARGO, verb: 'built' }
      : undefined;
  },
  mix: (command) => {
    const [verb] = operands(command, new Set()).map(({ value }) => value);
    if (verb === 'deps.get') return { packages: 'deps' };
    return verb === 'deps.compile' ? { packages: '_build', verb: 'built' } : undefined;
  },
  python: pythonVenv,
  python3: pythonVenv,
  virtualenv: (command) => venvAt(operands(command, VENV_VALUES)[0]),
  uv: (command, site) => {
    const [verb, path] = operands(command, VENV_VALUES);
    if (verb?.value !== 'venv') return toolPlace(command, site);
    return path ? venvAt(path) : VENV;
  },
});

const VENV_VALUES = new Set(['-p', '--python', '--prompt']);

function pythonVenv(command: ShellCommand): Place | undefined {
  const [module, path] = operands(command, VENV_VALUES);
  return module?.value === 'venv' ? venvAt(path) : undefined;
}

function venvAt(word: ShellCommand['program'] | undefined): Place | undefined {
  if (!word?.literal || /^[-~.]?$/.test(word.value)) return undefined;
  const path = posix.normalize(word.value).replace(/\/$/, '');
  const packages = posix.basename(path);
  return { packages, path, verb: 'made', ...(packages !== '.venv' && { proofs: ['pyvenv.cfg'] }) };
}

const isAssigned = ({ shell }: Site, name: string): boolean =>
  shell.assignments.some((one) => one.name === name);

const isSet = (site: Site, name: string): boolean =>
  variable(site, name) !== undefined || isAssigned(site, name);

/** Whether Poetry makes an environment, of which it takes one in the project's folder for its own. */
function makesVenv(site: Site): boolean {
  const off = /^(?:0|false)$/i;
  const isSaid = ({ value }: { readonly value: string }) => value === 'virtualenvs.create';
  const said = site.file.commands().get('poetry') ?? [];
  return (
    !off.test(variable(site, 'POETRY_VIRTUALENVS_CREATE') ?? '') &&
    !isAssigned(site, 'POETRY_VIRTUALENVS_CREATE') &&
    !said.some(({ command }) => command.args.some(isSaid))
  );
}

/** Whether Bundler is told to install beside the project's files. */
function isVendored(site: Site): boolean {
  if (variable(site, 'BUNDLE_DEPLOYMENT') && variable(site, 'BUNDLE_PATH') === undefined)
    return true;
  if (/^(?:\.\/)?vendor\/bundle\/?$/.test(variable(site, 'BUNDLE_PATH') ?? '')) return true;
  const said = site.file.commands().get('bundle') ?? [];
  return said.some(
    ({ command }) =>
      command.start <= site.run.end &&
      command.args.some(({ value }) => /^(?:--path=)?(?:\.\/)?vendor\/bundle$/.test(value)),
  );
}
