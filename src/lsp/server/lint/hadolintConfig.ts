import type { LabelType, Severity } from '../rules/rule.ts';

/** hadolint's configuration, from a file or the environment; all of it may be absent. */
export interface HadolintConfig {
  /** Ids of rules that are off. */
  readonly ignored: readonly string[];
  readonly override: Readonly<Record<Severity, readonly string[]>>;
  /** From which level on findings fail a check. */
  readonly failureThreshold: Severity | undefined;
  readonly noFail: boolean | undefined;
  readonly trustedRegistries: readonly string[];
  readonly labelSchema: ReadonlyMap<string, LabelType>;
  readonly strictLabels: boolean | undefined;
  readonly disableIgnorePragma: boolean | undefined;
}

/** Something in a configuration that can't be used. Offsets count in its text; lines and columns from 1. */
export interface ConfigProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  /** hadolint passes over it without a word. */
  readonly passedOver?: true;
}

export const NO_HADOLINT_CONFIG: HadolintConfig = {
  ignored: [],
  override: { error: [], warning: [], info: [], style: [] },
  failureThreshold: undefined,
  noFail: undefined,
  trustedRegistries: [],
  labelSchema: new Map(),
  strictLabels: undefined,
  disableIgnorePragma: undefined,
};

export const LEVELS: readonly Severity[] = ['error', 'warning', 'info', 'style'];

/** The level that hadolint's name of a threshold means: what is at or over `ignore` and `none` is all that is found. */
export function toThreshold(name: string): Severity | undefined {
  return name === 'ignore' || name === 'none' ? 'style' : LEVELS.find((level) => level === name);
}
