import { posix } from 'node:path';
import { copiesOf, excludedFrom } from '../../context/sources.ts';
import type { Copy, Source } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { BuildContext, Finding, Rule } from '../rule.ts';
import { resolved, targetOf } from './copyTarget.ts';
import { ignoreFix } from './ignoreFix.ts';
import { installedFolders } from './installedFolders.ts';
import type { Installed } from './installedFolders.ts';

/** Installed packages that the machine's own replace. */
export const hostDependencies: Rule = {
  id: 'stevedore/host-dependencies',
  severity: 'warning',
  title: 'COPY overwrites installed packages with those of this machine',
  why: 'A `node_modules` or `.venv` in the build context holds packages built for the machine it lies on, often another system or processor. `COPY .` after the install puts them over the ones that were just installed, and the container fails on what was compiled. The `obj` of a .NET project names paths of that machine, so that what was restored is not found. List the folder in `.dockerignore`; the context gets smaller and faster, too.',
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
    {
      bad: 'FROM mcr.microsoft.com/dotnet/sdk:8.0.404\nWORKDIR /src\nCOPY Web/Web.csproj Web/\nRUN dotnet restore Web\nCOPY . .\n',
      good: 'FROM mcr.microsoft.com/dotnet/sdk:8.0.404\nWORKDIR /src\nCOPY Web/Web.csproj Web/\nRUN dotnet restore Web\nCOPY --exclude=**/obj . .\n',
      files: { 'Web/Web.csproj': '', 'Web/obj/project.assets.json': '{}', 'Web/main.cs': '' },
    },
  ],
  check: () => [],
  async checkContext(file, context) {
    const found = file.once(copiesOf).map((copy) => overwritten(file, copy, context));
    return (await Promise.all(found)).flatMap((finding) => finding ?? []);
  },
};

async function overwritten(
  file: Dockerfile,
  copy: Copy,
  context: BuildContext,
): Promise<Finding | undefined> {
  if (!copy.fromContext) return undefined;
  const { instruction } = copy;
  const installs = file.once(installedFolders)[instruction.stage];
  const before = [...(installs?.values() ?? [])].filter(({ start }) => start < instruction.start);
  if (before.length === 0) return undefined;
  const written = targetOf(file, instruction);
  const target = written === undefined ? undefined : resolved(file, instruction, written);
  for (const source of copy.sources) {
    const { path, wildcards, word } = source;
    if (path === undefined || wildcards || (await context.kind(path)) !== 'directory') continue;
    for (const install of before) {
      const folders = await foldersOf(install, source, target, context);
      const found = await sent(folders, copy, path, context);
      const [folder] = found;
      if (folder === undefined) continue;
      const place = context.ignoreFile ?? '.dockerignore';
      const bins = install.perProject ? found.map((one) => one.replace(/obj$/, 'bin')) : [];
      const more = await sent(bins, copy, path, context);
      return {
        fixes: await ignoreFix(context, [...more, ...found].sort()),
        span: word,
        message: `This copies this machine’s "${folder}" over ${install.cause}. List it in ${place}.`,
      };
    }
  }
  return undefined;
}

/** The folders of the context that a source brings to where something is installed. */
async function foldersOf(
  install: Installed,
  { path: source = '.' }: Source,
  target: string | undefined,
  context: BuildContext,
): Promise<string[]> {
  const { folder, packages, proofs, perProject } = install;
  const isKnown = folder !== undefined && target !== undefined;
  // What is not known may well be one place, but of a folder of the context there is more than one.
  if (!isKnown && source !== '.' && !perProject) return [];
  if (perProject)
    return isKnown && !isWithin(folder, target) && !isWithin(target, folder)
      ? []
      : await projects(source, context);
  if (isKnown && !isWithin(folder, target)) return [];
  const below = isKnown ? posix.relative(target, folder) : '.';
  const path = posix.join(source, below, packages);
  const others = install.perWorkspace
    ? await workspaces(posix.dirname(path), packages, context)
    : [];
  if ((await context.kind(path)) !== 'directory') return others;
  const names = new Set((await context.list(path)).map(({ name }) => name));
  return !proofs || proofs.some((name) => names.has(name)) ? [path, ...others] : others;
}

/** How many workspaces are looked at. */
const MOST_WORKSPACES = 200;

/** The folders of packages that the workspaces of a project have. */
async function workspaces(
  project: string,
  packages: string,
  context: BuildContext,
): Promise<string[]> {
  const file = (name: string) => posix.join(project, name);
  const hasMany =
    (await context.kind(file('pnpm-workspace.yaml'))) === 'file' ||
    (await context.read(file('package.json')))?.includes('"workspaces"') === true;
  if (!hasMany) return [];
  const { paths } = await context.sent();
  const homes = paths
    .filter(
      (path) => path.endsWith('/package.json') && (project === '.' || isWithin(path, project)),
    )
    .map((path) => posix.dirname(path))
    .filter((path) => path !== project);
  const found: string[] = [];
  for (const home of homes.slice(0, MOST_WORKSPACES)) {
    const path = `${home}/${packages}`;
    if ((await context.kind(path)) === 'directory') found.push(path);
  }
  return found;
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** What `dotnet restore` has left beside the projects in a folder of the context. */
async function projects(source: string, context: BuildContext): Promise<string[]> {
  const { paths } = await context.sent();
  const homes = new Set(
    paths.filter((path) => /\.(?:cs|fs|vb)proj$/.test(path)).map((path) => posix.dirname(path)),
  );
  return paths.flatMap((path) => {
    const folder = posix.dirname(path);
    const isRestored = path.endsWith('obj/project.assets.json') && homes.has(posix.dirname(folder));
    return isRestored && (source === '.' || isWithin(path, source)) ? [folder] : [];
  });
}

/** Those of some folders of which something is copied: an empty one, or one whose files are left out, does no harm. */
async function sent(
  folders: readonly string[],
  { instruction }: Copy,
  source: string,
  context: BuildContext,
): Promise<string[]> {
  const isExcluded = excludedFrom(instruction, source);
  const found: string[] = [];
  for (const folder of folders) {
    const [entry] = await context.list(folder);
    const path = entry && `${folder}/${entry.name}`;
    if (path === undefined || context.ignoredBy(folder) !== undefined) continue;
    if (!isExcluded(path) && context.ignoredBy(path) === undefined) found.push(folder);
  }
  return found;
}
