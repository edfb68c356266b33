import { copiesOf } from '../../context/sources.ts';
import type { Copy } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
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
};

async function overwritten(
  file: Dockerfile,
  copy: Copy,
  context: BuildContext,
): Promise<Finding | undefined> {
  const whole = copy.fromContext && copy.sources.find(({ path }) => path === '.');
  if (!whole) return undefined;
  const excluded = copy.instruction.flags.filter(({ name }) => name === 'exclude');
  for (const [folder, install] of file.once(installedFolders)[copy.instruction.stage] ?? []) {
    if (install.start > copy.instruction.start) continue;
    if (excluded.some(({ value }) => value?.text.includes(folder))) continue;
    if (context.ignoredBy(folder) !== undefined || (await context.kind(folder)) !== 'directory')
      continue;
    // An empty one, or one whose files are left out, does no harm.
    const [entry] = await context.list(folder);
    if (!entry || context.ignoredBy(`${folder}/${entry.name}`) !== undefined) continue;
    const place = context.ignoreFile ?? '.dockerignore';
    return {
      fixes: await ignoreFix(context, [folder]),
      span: whole.word,
      message: `This copies this machine’s "${folder}" over the one that ${install.name} has installed. List it in ${place}.`,
    };
  }
  return undefined;
}

interface Installed {
  readonly name: string;
  readonly start: number;
}

/** What is installed into which folder first, in each stage and those it starts from. */
function installedFolders(file: Dockerfile): readonly ReadonlyMap<string, Installed>[] {
  const byStage: Map<string, Installed>[] = [];
  // A base is an earlier stage.
  for (const stage of file.tree.stages) {
    const known = new Map(byStage[file.baseOf(stage)?.index ?? -1]);
    byStage.push(known);
    for (const run of stage.instructions) {
      if (run.name !== 'RUN') continue;
      for (const command of file.shell(run)?.commands ?? []) {
        const folder = FOLDERS[installOf(command)?.tool ?? ''];
        if (folder !== undefined && !known.has(folder))
          known.set(folder, { name: command.name, start: run.start });
      }
    }
  }
  return byStage;
}
