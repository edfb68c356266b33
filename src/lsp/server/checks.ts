import { dirname } from 'node:path';
import { fileOf } from './context/fileOf.ts';
import type { Parsed } from './documents.ts';
import type { Configs } from './lint/configs.ts';
import type { FoundConfig } from './lint/findHadolintConfig.ts';
import { NO_HADOLINT_CONFIG } from './lint/hadolintConfig.ts';
import { applyEdits, fixAll } from './lint/fixes.ts';
import { ABOUT_COMMENTS, looksAtComments } from './lint/ignoring.ts';
import type { Ignoring } from './lint/ignoring.ts';
import { carryLate, joinLate, lintContext, lintImages, withLate } from './lint/late.ts';
import type { Late } from './lint/late.ts';
import { lintConfig } from './lint/levels.ts';
import type { LintConfig, Reported } from './lint/lint.ts';
import { lint } from './lint/lint.ts';
import { createDockerfile } from './model/dockerfile.ts';
import type { Dockerfile } from './model/dockerfile.ts';
import { parse } from './parser/parse.ts';
import { RULES } from './rules/all.ts';
import type { BuildContext, KnownImages, Rule } from './rules/rule.ts';
import type { Settings } from './settings.ts';
import type { SettingsReader } from './settingsReader.ts';

interface World {
  readonly settings: SettingsReader;
  readonly configs: Configs;
  readonly contextOf: (uri: string) => Promise<BuildContext | undefined>;
  /** What other programs find; rejects when they fail. */
  readonly programs: (parsed: Parsed, settings: Settings, signal: AbortSignal) => Promise<Late>;
  /** What is known of images; undefined when nobody can be asked. */
  readonly images: (settings: Settings, signal: AbortSignal) => KnownImages | undefined;
  readonly log: (context: string, error: unknown) => void;
  /** Told of each configuration that a document takes. */
  readonly onConfig: (found: FoundConfig) => void;
}

export interface Checks {
  /** What is found in a version of a document without waiting for anything slow. */
  now(parsed: Parsed): Promise<readonly Reported[]>;
  /** The same with what takes longer; undefined when that finds nothing new. */
  later(parsed: Parsed): Promise<readonly Reported[] | undefined>;
  /** The same with what engine and registries tell, which may take long; it goes on beside `later`. */
  images(parsed: Parsed): Promise<readonly Reported[] | undefined>;
  /** What comments that silence rules do to a document. */
  ignoring(parsed: Parsed): Promise<Ignoring>;
  /** The whole text after all safe fixes. */
  fixAll(parsed: Parsed): Promise<string>;
  drop(uri: string): void;
  /** Forgets what was found: settings or files have changed. */
  clear(): void;
}

/** The latest that is known of a document. */
interface State {
  readonly parsed: Parsed;
  readonly settings: Settings;
  readonly config: LintConfig;
  readonly late: Late;
  /** What images told, apart from the other late findings, for either may come first. */
  readonly ofImages: Late;
  readonly found: readonly Reported[];
}

/** Checks documents by all rules, each version once. */
export function createChecks(world: World): Checks {
  const { log } = world;
  const states = new Map<string, State>();
  const fresh = new WeakSet<State>();
  /** What stops the slow work on a document, of which only the latest version's is wanted. */
  const running = new Map<string, AbortController>();
  const asking = new Map<string, AbortController>();
  const onError = (uri: string) => (rule: Rule, error: unknown) =>
    log(`rule ${rule.id} ${uri}`, error);

  const keep = (state: Omit<State, 'found'>): State => {
    const { parsed, config, late, ofImages } = state;
    const { uri } = parsed.document;
    const rules = withLate(RULES, joinLate(late, ofImages));
    // Of a text that isn't read there is nothing to find but that it is empty.
    const found = parsed.checked ? lint(parsed.file(), rules, config, onError(uri)) : [];
    const kept = { ...state, found };
    states.set(uri, kept);
    fresh.add(kept);
    return kept;
  };

  /** The state with what slow work has found, unless another version or other settings have come in between. */
  const add = (before: State, more: Partial<Pick<State, 'late' | 'ofImages'>>) => {
    const now = states.get(before.parsed.document.uri);
    if (!now || !fresh.has(now) || now.parsed !== before.parsed || now.config !== before.config)
      return undefined;
    const isNothing = Object.entries(more).every(
      ([part, late]) => late.size === 0 && now[part as keyof typeof more].size === 0,
    );
    return isNothing ? undefined : keep({ ...now, ...more }).found;
  };

  const stateOf = async (parsed: Parsed): Promise<State> => {
    const { uri } = parsed.document;
    const known = states.get(uri);
    if (known?.parsed === parsed && fresh.has(known)) return known;
    const settings = await world.settings.get(uri);
    const config = await configOf(uri, settings, world);
    const carry = (late: Late | undefined): Late =>
      known && late ? carryLate(late, known.parsed.tree, parsed.tree) : new Map();
    const [late, ofImages] = [carry(known?.late), carry(known?.ofImages)];
    return keep({ parsed, settings, config, late, ofImages });
  };

  return {
    now: async (parsed) => (await stateOf(parsed)).found,
    async later(parsed) {
      const before = await stateOf(parsed);
      const { uri } = parsed.document;
      const { settings, config } = before;
      const controller = instead(running, uri);
      const failing = (what: string) => (error: unknown) => {
        if (!controller.signal.aborted) log(`${what} ${uri}`, error);
        return new Map<Rule, []>();
      };
      const inContext = async (): Promise<Late> => {
        const context = await world.contextOf(uri);
        return context
          ? lintContext(parsed.file(), RULES, context, config, onError(uri))
          : new Map();
      };
      const [files, programs] = await Promise.all([
        inContext().catch(failing('build context')),
        world.programs(parsed, settings, controller.signal).catch(failing('programs')),
      ]);
      return add(before, { late: joinLate(files, programs) });
    },
    async images(parsed) {
      const before = await stateOf(parsed);
      const { uri } = parsed.document;
      const { signal } = instead(asking, uri);
      const images = world.images(before.settings, signal);
      const ofImages: Late = images
        ? await lintImages(parsed.file(), RULES, images, before.config, onError(uri))
        : new Map();
      return signal.aborted ? undefined : add(before, { ofImages });
    },
    async ignoring(parsed) {
      const { config } = await stateOf(parsed);
      const found = (file: Dockerfile) =>
        lint(file, ABOUT_COMMENTS, config, onError(parsed.document.uri)).length;
      return {
        takesPragmas: config.ignorePragmas !== true,
        adds: (edits) => {
          if (!looksAtComments(parsed.tree, config)) return false;
          const after = parse(applyEdits(parsed.document.getText(), edits));
          return found(createDockerfile(after)) > found(parsed.file());
        },
      };
    },
    async fixAll(parsed) {
      const { config, found } = await stateOf(parsed);
      const source = parsed.document.getText();
      const { text } = await fixAll(source, (current) =>
        current === source
          ? found
          : lint(createDockerfile(parse(current)), RULES, config, onError(parsed.document.uri)),
      );
      return text;
    },
    drop(uri) {
      states.delete(uri);
      for (const work of [running, asking]) {
        work.get(uri)?.abort();
        work.delete(uri);
      }
    },
    clear() {
      // The late findings stay to be carried over: most of them will be found again.
      for (const state of states.values()) fresh.delete(state);
    },
  };
}

/** Stops the work that is under way on a document, for other work. */
function instead(work: Map<string, AbortController>, uri: string): AbortController {
  work.get(uri)?.abort();
  const controller = new AbortController();
  work.set(uri, controller);
  return controller;
}

async function configOf(uri: string, settings: Settings, world: World): Promise<LintConfig> {
  const path = fileOf(uri);
  if (!settings.lint.hadolintConfig || path === undefined)
    return { ...lintConfig(NO_HADOLINT_CONFIG, settings.lint.rules), beyondErrors: true };
  const found = await world.configs.of(dirname(path));
  world.onConfig(found);
  return { ...lintConfig(found.config, settings.lint.rules), beyondErrors: true };
}
