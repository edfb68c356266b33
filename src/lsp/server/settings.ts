import type { FormatStyle } from './features/format.ts';
import type { RuleLevels } from './lint/levels.ts';

/** What `stevedore.dockerfile` holds for the server. */
export interface Settings {
  readonly diagnostics: { readonly enabled: boolean };
  readonly lint: {
    readonly rules: RuleLevels;
    /** Whether hadolint's configuration counts. */
    readonly hadolintConfig: boolean;
    /** Whether “fix all” has something to offer. */
    readonly fixAll: boolean;
  };
  readonly shellcheck: {
    readonly enabled: boolean;
    /** The program; empty to look for it on PATH. */
    readonly path: string;
  };
  readonly completion: {
    /** Whether registries are asked over the network for names, tags and digests. */
    readonly registries: boolean;
  };
  readonly inlayHints: { readonly enabled: boolean };
  readonly codeLens: { readonly enabled: boolean };
  readonly format: { readonly enabled: boolean } & FormatStyle;
}

export const DEFAULTS: Settings = {
  diagnostics: { enabled: true },
  lint: { rules: {}, hadolintConfig: true, fixAll: true },
  shellcheck: { enabled: true, path: '' },
  completion: { registries: true },
  inlayHints: { enabled: true },
  codeLens: { enabled: true },
  format: { enabled: true, keywords: 'keep' },
};

const LEVELS: ReadonlySet<unknown> = new Set(['error', 'warning', 'info', 'style', 'off']);

const KEYWORDS = ['keep', 'upper', 'lower'] as const;

/** Reads what the client answered; what isn't of the right type keeps its default. */
export function readSettings(value: unknown): Settings {
  const format = record(record(value)['format']);
  const lint = record(record(value)['lint']);
  const shellcheck = record(record(value)['shellcheck']);
  const path = shellcheck['path'];
  return {
    diagnostics: { enabled: isOn(record(value)['diagnostics']) },
    lint: {
      rules: Object.fromEntries(
        Object.entries(record(lint['rules'])).filter(([, level]) => LEVELS.has(level)),
      ) as RuleLevels,
      hadolintConfig: lint['hadolintConfig'] !== false,
      fixAll: lint['fixAll'] !== false,
    },
    shellcheck: { enabled: isOn(shellcheck), path: typeof path === 'string' ? path : '' },
    completion: { registries: record(record(value)['completion'])['registries'] !== false },
    inlayHints: { enabled: isOn(record(value)['inlayHints']) },
    codeLens: { enabled: isOn(record(value)['codeLens']) },
    format: {
      enabled: format['enabled'] !== false,
      keywords: KEYWORDS.find((name) => name === format['keywords']) ?? DEFAULTS.format.keywords,
    },
  };
}

/** What of the rules' levels counts for nothing, in words: not every editor underlines it. */
export function wrongLevels(value: unknown): string[] {
  const rules = record(record(record(value)['lint'])['rules']);
  return Object.entries(rules).flatMap(([id, level]) =>
    LEVELS.has(level)
      ? []
      : `stevedore.dockerfile.lint.rules: ${JSON.stringify(level)} is no level for ${id}; expected ${[...LEVELS].join(', ')}`,
  );
}

const isOn = (group: unknown): boolean => record(group)['enabled'] !== false;

/** What is no object has no members. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
