import { copiesOf } from '../../context/sources.ts';
import type { Source } from '../../context/sources.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { instructionAt } from '../../parser/tree.ts';
import { deletes, leftover } from '../hadolint/leftovers.ts';
import { isHomeMounted, isMounted, variable } from '../hadolint/sites.ts';
import type { Finding, Rule } from '../rule.ts';
import { asRemoval } from './asRemoval.ts';
import { baseRepository } from './baseRepository.ts';
import { MANAGERS, NPM } from './cacheManagers.ts';
import type { CacheManager } from './cacheManagers.ts';
import { shippedStages } from './shipped.ts';

/**
 * Downloads that nobody needs again. hadolint looks after those of apt, apk, yum, dnf, zypper, pip and `yarn install`. What
 * Maven, Gradle, NuGet, cargo and go download for a build they also run it from; pnpm and Bun link it.
 */
export const packageCache: Rule = {
  id: 'stevedore/package-cache-in-layer',
  severity: 'info',
  title: 'A package manager leaves its cache in the image',
  why: 'What npm, Composer, conda, uv, Poetry, Bundler, pacman and their like download they keep, for a next time that an image does not have. The cache has to go in the same RUN, for a later one cannot make a layer smaller; or mount it (`RUN --mount=type=cache,target=/root/.npm`), which is quicker as well.',
  examples: [
    {
      bad: 'FROM node:22.11.0\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\n',
      good: 'FROM node:22.11.0\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci && npm cache clean --force\n',
      fixed: true,
    },
    {
      bad: 'FROM continuumio/miniconda3:24.9.2-0\nRUN conda install -y numpy=2.1.3\n',
      good: 'FROM continuumio/miniconda3:24.9.2-0\nRUN conda install -y numpy=2.1.3 && conda clean -afy\n',
      fixed: true,
    },
  ],
  check: (file) => MANAGERS.flatMap((manager) => leftBy(file, manager)),
  async checkContext(file, context) {
    if (!file.commands().has('npm')) return [];
    const npmrc = '.npmrc';
    const text = context.ignoredBy(npmrc) === undefined ? await context.read(npmrc) : undefined;
    if (text === undefined || !/^[ \t]*cache[ \t]*=/m.test(text)) return [];
    const copies = file
      .once(copiesOf)
      .filter(({ fromContext, sources }) => fromContext && sources.some(takesNpmrc));
    const from = firsts(
      file,
      copies.map(({ instruction: { stage, start } }) => ({ stage, start })),
    );
    return leftBy(file, NPM).flatMap((finding) => {
      const { start } = finding.span;
      const first = from.get(instructionAt(file.tree, start)?.stage ?? NO_STAGE);
      return first !== undefined && first < start
        ? [{ ...finding, fixes: [], withdraws: true as const }]
        : [];
    });
  },
};

const takesNpmrc = ({ path }: Source) => path === '.' || path === '.npmrc' || path === '.npmrc*';

/** What a package manager leaves in the layers that are shipped. */
function leftBy(file: Dockerfile, manager: CacheManager): Finding[] {
  const shipped = file.once(shippedStages);
  const runs = new Map(
    manager.names.flatMap((name) =>
      (file.commands().get(name) ?? []).map(({ run, shell }) => [run, shell] as const),
    ),
  );
  const elsewhere = configuredIn(file, manager);
  const atWork = stagesAtWork(file, manager);
  return [...runs].flatMap(([run, shell]) => {
    const site = { file, run, shell };
    const until = elsewhere.get(run.stage) ?? Number.POSITIVE_INFINITY;
    if (run.parent || !shipped.has(run.stage) || atWork.has(run.stage)) return [];
    const set = manager.variables.some(
      (name) =>
        variable(site, name) !== undefined || shell.assignments.some((one) => one.name === name),
    );
    // What is mounted where a variable says may be the cache, which a fix would then empty.
    if (set || isMounted(site, '$') || isHomeMounted(site)) return [];
    const homes = HOMES.flatMap((name) => variable(site, name) || []);
    const folders = [...manager.folders, ...homes];
    return leftover(site, {
      ...manager,
      cause: (command) => (command.start < until ? manager.cause(command) : undefined),
      cure: (command) =>
        manager.cure(command) ||
        CLEANER.test(command.name) ||
        deletes(asRemoval(file, command), folders),
      folders,
    });
  });
}

/** The stages that a package manager is in to work with, by what they ask of it or by the image that they start from. */
function stagesAtWork(file: Dockerfile, { names, works, home }: CacheManager): ReadonlySet<number> {
  const commands = names.flatMap((name) => file.commands().get(name) ?? []);
  const found = new Set<number>();
  for (const { command, run } of commands) {
    if (found.has(run.stage)) continue;
    const stage = home && file.stageOf(run);
    const base = stage && baseRepository(file, stage);
    if (works(command) || (stage && (!base || home.test(base.repository)))) found.add(run.stage);
  }
  return found;
}

/** From where on each stage has a cache somewhere else, as a command says in it or in one that it starts from. */
function configuredIn(
  file: Dockerfile,
  { names, configures }: CacheManager,
): ReadonlyMap<number, number> {
  const said = names.flatMap((name) => file.commands().get(name) ?? []);
  return firsts(
    file,
    said
      .filter(({ command, run }) => !run.parent && configures(command))
      .map(({ command: { start }, run: { stage } }) => ({ stage, start })),
  );
}

/** Where the first of some places is in each stage that has one; at 0 in those that start from such a stage. */
function firsts(
  file: Dockerfile,
  places: readonly { readonly stage: number; readonly start: number }[],
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { stage, start } of places)
    found.set(stage, Math.min(start, found.get(stage) ?? start));
  if (found.size === 0) return found;
  // A base is an earlier stage.
  for (const stage of file.tree.stages)
    if (found.has(file.baseOf(stage)?.index ?? NO_STAGE)) found.set(stage.index, 0);
  return found;
}

const NO_STAGE = -2;

/** A script of one's own that cleans up; what it takes away isn't told. */
const CLEANER = /(?:^|\/)[\w-]*clean[\w-]*(?:\.sh)?$/;

/** Variables that name a folder in which some of them keep their cache. */
const HOMES = ['COMPOSER_HOME', 'XDG_CACHE_HOME', 'CARGO_HOME'];
