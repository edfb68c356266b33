import { posix } from 'node:path';
import { copiesOf, excludedFrom } from '../../context/sources.ts';
import type { Copy } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import { resolved, targetOf } from './copyTarget.ts';
import { ignoreFix } from './ignoreFix.ts';
import { installOf } from './installs.ts';

/** Installed packages that the machine's own replace. */
export const hostDependencies: Rule = {
  id: 'stevedore/host-dependencies',
  severity: 'warning',
  title: 'COPY overwrites installed packages with those of this machine',
  why: 'A `node_modules` or `.venv` in the build context holds packages built for the machine it lies on, often another system or processor. `COPY .` after the install puts them over the ones that were just installed, and the container fails on what was compiled. List the folder in `.dockerignore`; the context gets smaller and faster, too.',
  examples: [
    {
      bad: 'FROM node:22.11.0\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n',
      good: 'FROM node:22.11.0\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY src ./src\n',
      files: { 'package.json': '{}', 'node_modules/a/index.js': '', 'src/main.js': '' },
    },
    {
      bad: 'FROM node:22.11.0 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\n\nFROM node:22.11.0\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY . .\n',
      good: 'FROM node:22.11.0 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\n\nFROM node:22.11.0\nWORKDIR /app\nCOPY . .\nCOPY --from=deps /app/node_modules ./node_modules\n',
      files: { 'package.json': '{}', 'node_modules/a/index.js': '', 'src/main.js': '' },
    },
  ],
  check: () => [],
  async checkContext(file, context) {
    const found = file.once(copiesOf).map((copy) => overwritten(file, copy, context));
    return (await Promise.all(found)).flatMap((finding) => finding ?? []);
  },
};

const FOLDERS: Readonly<Record<string, string>> = {
  npm: 'node_modules',
  yarn: 'node_modules',
  pnpm: 'node_modules',
  bun: 'node_modules',
  poetry: '.venv',
  uv: '.venv',
  pdm: '.venv',
  composer: 'vendor',
  mix: 'deps',
};

async function overwritten(
  file: Dockerfile,
  copy: Copy,
  context: BuildContext,
): Promise<Finding | undefined> {
  const whole = copy.fromContext && copy.sources.find(({ path }) => path === '.');
  if (!whole) return undefined;
  const { instruction } = copy;
  const isExcluded = excludedFrom(instruction, '.');
  const written = targetOf(file, instruction);
  const target = written === undefined ? undefined : resolved(file, instruction, written);
  for (const install of file.once(installs)[instruction.stage]?.values() ?? []) {
    const { packages } = install;
    if (install.start > instruction.start || !mayBe(install.folder, target)) continue;
    if (context.ignoredBy(packages) !== undefined || (await context.kind(packages)) !== 'directory')
      continue;
    // An empty one, or one whose files are left out, does no harm.
    const [entry] = await context.list(packages);
    const path = entry && `${packages}/${entry.name}`;
    if (path === undefined || isExcluded(path) || context.ignoredBy(path) !== undefined) continue;
    const place = context.ignoreFile ?? '.dockerignore';
    return {
      fixes: await ignoreFix(context, [packages]),
      span: whole.word,
      message: `This copies this machine’s "${packages}" over the one that ${install.cause}. List it in ${place}.`,
    };
  }
  return undefined;
}

interface Installed {
  /** The folder of packages. */
  readonly packages: string;
  /** What has put it there, in a sentence. */
  readonly cause: string;
  readonly start: number;
  /** Where that folder is; undefined where it cannot be told. */
  readonly folder: string | undefined;
}

const mayBe = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other;

/** A folder of packages that another stage has installed, where COPY gives it that name here. */
function takenOver(file: Dockerfile, copy: Instruction): Installed | undefined {
  const from = copy.flags.find(({ name }) => name.toLowerCase() === 'from')?.value;
  const target = from && targetOf(file, copy)?.replace(/\/+$/, '');
  const packages = target && posix.basename(target);
  if (!packages || !Object.values(FOLDERS).includes(packages)) return undefined;
  return {
    packages,
    cause: `COPY --from=${from.text.slice(0, 60)} has put there`,
    start: copy.start,
    folder: resolved(file, copy, posix.dirname(target)),
  };
}

/** Where a command of a RUN installs; a command before it may go elsewhere. */
function folderOf(file: Dockerfile, run: Instruction, command: ShellCommand): string | undefined {
  const before = file.shell(run)?.commands ?? [];
  const moves = before.some(({ name }) => name === 'cd' || name === 'pushd');
  // One that is told of a folder reads more than can be told.
  const isElsewhere = installOf(command)?.manifests === undefined;
  return moves || isElsewhere ? undefined : resolved(file, run, '.');
}

/** What is installed into each folder first, in each stage and those it starts from. */
function installs(file: Dockerfile): readonly ReadonlyMap<string, Installed>[] {
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
      const { name, start } = instruction;
      const taken = name === 'COPY' ? takenOver(file, instruction) : undefined;
      if (taken) note(taken);
      if (name !== 'RUN') continue;
      for (const command of file.shell(instruction)?.commands ?? []) {
        const packages = FOLDERS[installOf(command)?.tool ?? ''];
        if (packages === undefined) continue;
        const folder = folderOf(file, instruction, command);
        note({ packages, cause: `${command.name} has installed`, start, folder });
      }
    }
  }
  return byStage;
}
