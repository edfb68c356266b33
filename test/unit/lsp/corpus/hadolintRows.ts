import type { HadolintConfig } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import { NO_HADOLINT_CONFIG } from '../../../../src/lsp/server/lint/hadolintConfig.ts';
import type { LabelType } from '../../../../src/lsp/server/rules/rule.ts';

/** An assertion of hadolint's own tests: whether a rule finds something in a text. */
export interface Row {
  readonly id: string;
  /** `*` for any rule of hadolint's, `SC*` for any of ShellCheck's. */
  readonly rule: string;
  readonly dockerfile: string;
  /** The text that is meant where `onbuild` is true. */
  readonly dockerfile_onbuild?: string;
  readonly onbuild: boolean;
  readonly expect: boolean;
  /** How many findings there should be, where the test says so. */
  readonly count?: number;
  /** A configuration as hadolint's own tests write it. */
  readonly config?: string;
}

/** The text that a row is about. */
export function textOf({ onbuild, dockerfile, dockerfile_onbuild }: Row): string {
  return onbuild ? (dockerfile_onbuild ?? dockerfile) : dockerfile;
}

const TYPES: Readonly<Record<string, LabelType>> = {
  RawText: 'text',
  Url: 'url',
  Spdx: 'spdx',
  GitHash: 'hash',
  Rfc3339: 'rfc3339',
  SemVer: 'semver',
  Email: 'email',
};

/** The configuration of a row. Throws at one that it doesn't know. */
export function configOf({ config = 'def' }: Row): HadolintConfig {
  const known = /\b(?:def|allowedRegistries|labelSchema|strictLabels|ignoreRules)\b/g;
  const others = config
    .replaceAll(known, '')
    .replaceAll(
      /"[^"]*"|Map\.fromList|(?:Rule\.)?\b(?:RawText|Url|Spdx|GitHash|Rfc3339|SemVer|Email)\b|True/g,
      '',
    );
  if (/\w/.test(others)) throw new Error(`Unknown configuration: ${config}`);
  const listOf = (name: string) =>
    [
      ...(new RegExp(`${name} = \\[([^\\]]*)\\]`).exec(config)?.[1] ?? '').matchAll(/"([^"]*)"/g),
    ].map((match) => match[1] ?? '');
  const labels = [...config.matchAll(/\( "([^"]*)" , (?:Rule\.)?(\w+) \)/g)];
  return {
    ...NO_HADOLINT_CONFIG,
    ignored: listOf('ignoreRules'),
    trustedRegistries: listOf('allowedRegistries'),
    labelSchema: new Map(labels.map((match) => [match[1] ?? '', TYPES[match[2] ?? ''] ?? 'text'])),
    strictLabels: config.includes('strictLabels = True'),
  };
}
