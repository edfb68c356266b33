import { table } from '../../../../util/table.ts';
import { posix } from 'node:path';
import { copiesOf } from '../../context/sources.ts';
import type { Copy } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Stage } from '../../parser/tree.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import { hasFiles } from '../hadolint/sites.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import { readsMore } from './readsMore.ts';
import { resolved, targetOf } from './copyTarget.ts';
import { WITH_VALUES, installOf } from './installs.ts';
import type { Install } from './installs.ts';
import { wholeLines } from '../edits.ts';
import { lineAbove } from '../lineAbove.ts';

/** An install that every change of the sources repeats. */
export const cacheBustingOrder: Rule = {
  id: 'stevedore/cache-busting-order',
  severity: 'info',
  title: 'All sources are copied before dependencies are installed',
  why: 'A layer is built anew when anything before it has changed. With `COPY . .` in front of the install, a change of one source file downloads every dependency again. Copy what lists the dependencies first, install, then copy the rest; or mount a cache (`RUN --mount=type=cache,…`).',
  examples: [
    {
      bad: 'FROM node:22.11.0\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n',
      good: 'FROM node:22.11.0\nWORKDIR /app\nCOPY package*.json .npmrc* ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n',
      fixed: true,
    },
    {
      bad: 'FROM python:3.13.1\nWORKDIR /app\nCOPY . /app\nRUN pip install --no-cache-dir -r requirements.txt\n',
      good: 'FROM python:3.13.1\nWORKDIR /app\nCOPY requirements.txt /app/\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . /app\n',
      fixed: true,
    },
    {
      bad: 'FROM golang:1.23.4\nWORKDIR /src\nCOPY . .\nRUN go mod download && go build ./...\n',
      good: 'FROM golang:1.23.4\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build ./...\n',
    },
  ],
  check: (file) => tooEarly(file).map(({ finding }) => finding),
  async checkContext(file, context) {
    const found = tooEarly(file).map(async ({ finding, command, install }): Promise<Finding[]> => {
      const { manifests } = install;
      if (!manifests || !(await readsMore([...manifests, ...(install.others ?? [])], context)))
        return [];
      const told = `${again(command)} Copy all that it reads, of local packages too, and install before.`;
      return [
        { ...finding, fixes: [], withdraws: true },
        { ...finding, fixes: [], message: told },
      ];
    });
    return (await Promise.all(found)).flat();
  },
};

/** A COPY that comes too early, with the install that it is too early for. */
interface Early {
  readonly finding: Finding;
  readonly command: ShellCommand;
  readonly install: Install;
}

function tooEarly(file: Dockerfile): Early[] {
  const copies = new Map(file.once(copiesOf).map((copy) => [copy.instruction, copy]));
  return file.tree.stages.flatMap((stage) => inStage(file, stage, copies));
}

function inStage(file: Dockerfile, stage: Stage, copies: ReadonlyMap<Instruction, Copy>): Early[] {
  let whole: Copy | undefined;
  let folder: string | undefined;
  const installHere = (command: ShellCommand) => {
    const install = installOf(command);
    return install && whole ? within(install, folder) : install;
  };
  for (const instruction of stage.instructions) {
    const copy = copies.get(instruction);
    if (!whole && copy?.fromContext && copy.sources.some(({ path }) => path === '.')) {
      whole = copy;
      folder = folderOf(file, copy);
    }
    if (instruction.name !== 'RUN') continue;
    const shell = file.shell(instruction);
    const command = shell?.commands.find((one) => installHere(one));
    const install = command && installHere(command);
    if (!shell || !command || !install) continue;
    // Whoever installs before copying knows, and a mounted cache keeps what was downloaded.
    if (!whole) return [];
    if (hasFiles({ run: instruction })) return [];
    const alone = shell.commands.length === 1 && shell.sound && shell.root().commands.length === 1;
    const source = whole.sources.find(({ path }) => path === '.');
    if (!source) return [];
    const finding: Finding = {
      span: { start: whole.instruction.keyword.start, end: source.word.end },
      message: message(command, install),
      fixes: alone ? move(file, whole, instruction, install) : [],
    };
    return [{ finding, command, install }];
  }
  return [];
}

/** The folder that a COPY fills, with a slash behind it; undefined where it isn't known or can have files of any origin. */
function folderOf(file: Dockerfile, { instruction }: Copy): string | undefined {
  const target = targetOf(file, instruction);
  const folder = target === undefined ? undefined : resolved(file, instruction, target);
  return folder === undefined || folder === '/' ? undefined : `${folder}/`;
}

/** An install of which the files in a folder are all, by their names there; undefined when some are elsewhere. */
function within(install: Install, folder: string | undefined): Install | undefined {
  if (!install.manifests?.some((name) => name.startsWith('/'))) return install;
  const manifests = install.manifests.map((name) => {
    const path = posix.normalize(name);
    return folder !== undefined && path.startsWith(folder) ? path.slice(folder.length) : path;
  });
  return manifests.some((name) => name.startsWith('/')) ? undefined : { ...install, manifests };
}

/** Words behind which another one says what is done. */
const GROUPS = new Set(['mod', 'pip']);

/** What happens at every change. */
function again(run: ShellCommand): string {
  // Up to the word that says what is done.
  const [first, second] = operands(run, WITH_VALUES);
  const verb = first && second && GROUPS.has(first.value) ? second : first;
  const args = run.args.slice(0, verb ? run.args.indexOf(verb) + 1 : 0);
  const command = [run.name, ...args.map(({ value }) => value)].join(' ');
  return `Every change of a file runs "${command.slice(0, 60)}" again.`;
}

function message(run: ShellCommand, { manifests, tool }: Install): string {
  const before = manifests ? ` Copy ${manifests.join(' and ')} and install before.` : HINTS[tool];
  return `${again(run)}${before ?? ' Copy what lists the dependencies and install before.'}`;
}

const HINTS: Readonly<Record<string, string>> = table({
  composer:
    ' Copy composer.json and composer.lock and run "composer install --no-scripts --no-autoloader" before.',
  poetry: ' Copy pyproject.toml and poetry.lock and run "poetry install --no-root" before.',
  uv: ' Copy pyproject.toml and uv.lock and run "uv sync --no-install-project" before.',
  mvn: ' Copy pom.xml and run this before.',
  gradle: ' Copy the build files (build.gradle, settings.gradle) and run this before.',
  dotnet: ' Copy the project files and run this before.',
  nuget: ' Copy the solution, the project files and packages.config and run this before.',
  pdm: ' Copy pyproject.toml and pdm.lock and run "pdm install --no-self" before.',
  cargo: ' Copy Cargo.toml and Cargo.lock and run this before.',
});

/** Puts the manifests' COPY and the RUN in front of the COPY, where nothing between them could matter. */
function move(
  file: Dockerfile,
  copy: Copy,
  run: Instruction,
  { manifests, others = [] }: Install,
): Fix[] {
  const { source } = file.tree;
  const target = copy.target?.word.text;
  const between = file
    .stageOf(run)
    ?.instructions.filter(({ start }) => start > copy.instruction.start && start < run.start);
  if (!manifests || target === undefined || between?.length !== 0 || copy.instruction.json)
    return [];
  // One COPY would put those of a folder beside the others.
  if (copy.count !== 1 || manifests.some((name) => name.includes('/'))) return [];
  const feed = source.includes('\r\n') ? '\r\n' : '\n';
  const flags = copy.instruction.flags.map(({ text }) => `${text} `).join('');
  const directory = target.endsWith('/') ? target : `${target}/`;
  const copied = `${copy.instruction.keyword.text} ${flags}${[...manifests, ...others].join(' ')} ${directory}${feed}`;
  // Comments that silence something in the RUN go along with it.
  const { start } = lineAbove(file, run);
  const removed = wholeLines({ start, end: run.end }, source);
  const text = `${copied}${source.slice(start, run.end)}${feed}`;
  return [
    {
      title: 'Install before copying the rest',
      edits: [
        { span: lineAbove(file, copy.instruction), text },
        { span: removed, text: '' },
      ],
    },
  ];
}
