import type { Span } from '../parser/tree.ts';

export const TYPES = [
  'keyword',
  'comment',
  'macro',
  'parameter',
  'property',
  'variable',
  'string',
  'class',
  'namespace',
  'label',
  'operator',
  'function',
] as const;
export const MODIFIERS = ['declaration', 'deprecated'] as const;

type TokenType = (typeof TYPES)[number];

export interface Token extends Span {
  readonly type: TokenType;
  /** A bit for each modifier of the legend. */
  readonly modifiers: number;
}

export const DECLARATION = 1;
export const DEPRECATED = 2;

/** Takes a token of the document; an empty one is left out later. */
export type AddToken = (span: Span, type: TokenType, modifiers?: number) => void;
