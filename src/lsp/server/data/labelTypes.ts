import type { LabelType } from '../rules/rule.ts';

/** The types of a label that hadolint's label-schema names; no name is any text. */
export const LABEL_TYPES: ReadonlyMap<string, LabelType> = new Map([
  ['text', 'text'],
  ['rawtext', 'rawtext'],
  ['', 'text'],
  ['url', 'url'],
  ['rfc3339', 'rfc3339'],
  ['spdx', 'spdx'],
  ['hash', 'hash'],
  ['semver', 'semver'],
  ['email', 'email'],
]);
