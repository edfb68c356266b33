import type { FormatStyle } from './features/format.ts';
import type { Group } from './rules/problem.ts';

export type Level = 'error' | 'warning' | 'information' | 'hint' | 'off';

/** What `stevedore.dockerfile` holds for the server. */
export interface Settings {
  readonly diagnostics: { readonly enabled: boolean } & Readonly<
    Record<Exclude<Group, 'syntax'>, Level>
  >;
  readonly completion: {
    /** Whether registries are asked over the network for names, tags and digests. */
    readonly registries: boolean;
  };
  readonly inlayHints: { readonly enabled: boolean };
  readonly codeLens: { readonly enabled: boolean };
  readonly format: { readonly enabled: boolean } & FormatStyle;
}

export const DEFAULTS: Settings = {
  diagnostics: { enabled: true, suspicious: 'warning', style: 'warning', deprecated: 'warning' },
  completion: { registries: true },
  inlayHints: { enabled: true },
  codeLens: { enabled: true },
  format: { enabled: true, keywords: 'keep' },
};

const LEVELS: ReadonlySet<string> = new Set(['error', 'warning', 'information', 'hint', 'off']);

const KEYWORDS = ['keep', 'upper', 'lower'] as const;

/** Reads what the client answered; what isn't of the right type keeps its default. */
export function readSettings(value: unknown): Settings {
  const diagnostics = record(record(value)['diagnostics']);
  const format = record(record(value)['format']);
  const level = (name: Exclude<Group, 'syntax'>): Level => {
    const given = diagnostics[name];
    return typeof given === 'string' && LEVELS.has(given)
      ? (given as Level)
      : DEFAULTS.diagnostics[name];
  };
  return {
    diagnostics: {
      enabled: diagnostics['enabled'] !== false,
      suspicious: level('suspicious'),
      style: level('style'),
      deprecated: level('deprecated'),
    },
    completion: { registries: record(record(value)['completion'])['registries'] !== false },
    inlayHints: { enabled: isOn(record(value)['inlayHints']) },
    codeLens: { enabled: isOn(record(value)['codeLens']) },
    format: {
      enabled: format['enabled'] !== false,
      keywords: KEYWORDS.find((name) => name === format['keywords']) ?? DEFAULTS.format.keywords,
    },
  };
}

const isOn = (group: unknown): boolean => record(group)['enabled'] !== false;

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
