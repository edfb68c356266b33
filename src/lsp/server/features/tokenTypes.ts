import type { Span } from '../parser/tree.ts';

/**
 * Of tokens that cover the same stretch the one whose type is the last here is told: a variable that is the whole of a
 * string still is a variable.
 */
export const TYPES = [
  'keyword',
  'comment',
  'macro',
  'parameter',
  'property',
  'class',
  'namespace',
  'label',
  'operator',
  'function',
  'string',
  'variable',
] as const;
export const MODIFIERS = ['declaration', 'deprecated'] as const;

export type TokenType = (typeof TYPES)[number];

/** A bit for each modifier of the legend. */
export const DECLARATION = 1;
export const DEPRECATED = 2;

/** Takes a token of the document; an empty one is left out. */
export type AddToken = (span: Span, type: TokenType, modifiers?: number) => void;
