import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Parsed } from './documents.ts';
import type { Configs } from './lint/configs.ts';
import type { FoundConfig } from './lint/findHadolintConfig.ts';
import { NO_HADOLINT_CONFIG } from './lint/hadolintConfig.ts';
import { fixAll } from './lint/fixes.ts';
import { carryLate, lintContext, withLate } from './lint/late.ts';
import type { Late } from './lint/late.ts';
import { lintConfig } from './lint/levels.ts';
import type { LintConfig, Reported } from './lint/lint.ts';
import { lint } from './lint/lint.ts';
import { createDockerfile } from './model/dockerfile.ts';
import { parse } from './parser/parse.ts';
import { RULES } from './rules/all.ts';
import type { BuildContext, Rule } from './rules/rule.ts';
import type { Settings } from './settings.ts';
import type { SettingsReader } from './settingsReader.ts';

interface World {
  readonly settings: SettingsReader;
  readonly configs: Configs;
  readonly contextOf: (uri: string) => Promise<BuildContext | undefined>;
  /** What other programs find; rejects when they fail. */
  readonly programs: (parsed: Parsed, settings: Settings, signal: AbortSignal) => Promise<Late>;
  readonly log: (context: string, error: unknown) => void;
  /** Told of each configuration that a document takes. */
  readonly onConfig: (found: FoundConfig) => void;
}

export interface Checks {
  /** What is found in a version of a document without waiting for anything slow. */
  now(parsed: Parsed): Promise<readonly Reported[]>;
  /** The same with what takes longer; undefined when that finds nothing new. */
  later(parsed: Parsed): Promise<readonly Reported[] | undefined>;
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
  readonly found: readonly Reported[];
}

/** Checks documents by all rules, each version once. */
export function createChecks(world: World): Checks {
  const { log } = world;
  const states = new Map<string, State>();
  const fresh = new WeakSet<State>();
  /** What stops the slow work on a document, of which only the latest version's is wanted. */
  const running = new Map<string, AbortController>();
  const onError = (uri: string) => (rule: Rule, error: unknown) =>
    log(`rule ${rule.id} ${uri}`, error);

  const find = (parsed: Parsed, config: LintConfig, late: Late): readonly Reported[] =>
    // Of a text that isn't read there is nothing to find but that it is empty.
    parsed.extent === 'normal'
      ? lint(parsed.file(), withLate(RULES, late), config, onError(parsed.document.uri))
      : [];

  const keep = (state: State): State => {
    states.set(state.parsed.document.uri, state);
    fresh.add(state);
    return state;
  };

  const stateOf = async (parsed: Parsed): Promise<State> => {
    const { uri } = parsed.document;
    const known = states.get(uri);
    if (known?.parsed === parsed && fresh.has(known)) return known;
    const settings = await world.settings.get(uri);
    const config = await configOf(uri, settings, world);
    const late = known ? carryLate(known.late, known.parsed.tree, parsed.tree) : new Map();
    return keep({ parsed, settings, config, late, found: find(parsed, config, late) });
  };

  return {
    now: async (parsed) => (await stateOf(parsed)).found,
    async later(parsed) {
      const before = await stateOf(parsed);
      const { uri } = parsed.document;
      const { settings, config } = before;
      running.get(uri)?.abort();
      const controller = new AbortController();
      running.set(uri, controller);
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
      const late = new Map([...files, ...programs]);
      // Another version, or other settings, have come in between.
      if (states.get(uri) !== before || !fresh.has(before)) return undefined;
      if (late.size === 0 && before.late.size === 0) return undefined;
      return keep({ ...before, late, found: find(parsed, config, late) }).found;
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
      running.get(uri)?.abort();
      running.delete(uri);
    },
    clear() {
      // The late findings stay to be carried over: most of them will be found again.
      for (const state of states.values()) fresh.delete(state);
    },
  };
}

async function configOf(uri: string, settings: Settings, world: World): Promise<LintConfig> {
  if (!settings.lint.hadolintConfig || !uri.startsWith('file:'))
    return { ...lintConfig(NO_HADOLINT_CONFIG, settings.lint.rules), beyondErrors: true };
  const found = await world.configs.of(dirname(fileURLToPath(uri)));
  world.onConfig(found);
  return { ...lintConfig(found.config, settings.lint.rules), beyondErrors: true };
}
