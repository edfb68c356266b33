import type {
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensEdit,
} from 'vscode-languageserver/node';
import type { Tokens } from './encodeTokens.ts';
import { PIECE } from './encodeTokens.ts';

/** Remembers what a client was told last of each document, so that it need be told only what differs. */
export interface TokenAnswers {
  /** All tokens of a document. */
  readonly full: (uri: string, tokens: Tokens) => SemanticTokens;
  /** What differs from the answer of that id; all tokens where another was the last. */
  readonly delta: (
    uri: string,
    tokens: Tokens,
    previousResultId: string,
  ) => SemanticTokens | SemanticTokensDelta;
  readonly drop: (uri: string) => void;
}

/** LSP 3.17, `textDocument/semanticTokens/full` and `…/full/delta`. */
export function createTokenAnswers(): TokenAnswers {
  const last = new Map<string, { readonly resultId: string; readonly tokens: Tokens }>();
  let answers = 0;
  const remember = (uri: string, tokens: Tokens): string => {
    const resultId = String(++answers);
    last.set(uri, { resultId, tokens });
    return resultId;
  };
  const full: TokenAnswers['full'] = (uri, tokens) => ({
    resultId: remember(uri, tokens),
    data: numbersOf(tokens),
  });
  return {
    full,
    delta(uri, tokens, previousResultId) {
      const known = last.get(uri);
      return known?.resultId === previousResultId
        ? { resultId: remember(uri, tokens), edits: editsOf(known.tokens, tokens) }
        : full(uri, tokens);
    },
    drop: (uri) => void last.delete(uri),
  };
}

/** Tokens as one list of numbers, from the one at `from` to before the one at `to`. */
export function numbersOf(tokens: Tokens, from = 0, to = lengthOf(tokens)): number[] {
  const numbers = Array.from<number>({ length: Math.max(0, to - from) });
  for (let i = from; i < to; i++) numbers[i - from] = numberAt(tokens, i);
  return numbers;
}

/** The one edit that makes `after` of `before`, or none: what they begin and end with alike stays. */
function editsOf(before: Tokens, after: Tokens): SemanticTokensEdit[] {
  const [old, now] = [lengthOf(before), lengthOf(after)];
  const shorter = Math.min(old, now);
  let start = 0;
  while (start < shorter && numberAt(before, start) === numberAt(after, start)) start++;
  if (start === old && start === now) return [];
  let same = 0;
  while (
    same < shorter - start &&
    numberAt(before, old - 1 - same) === numberAt(after, now - 1 - same)
  )
    same++;
  return [{ start, deleteCount: old - same - start, data: numbersOf(after, start, now - same) }];
}

const numberAt = (tokens: Tokens, i: number) =>
  tokens[Math.floor(i / PIECE)]?.[i % PIECE] as number;

const lengthOf = (tokens: Tokens) =>
  Math.max(0, tokens.length - 1) * PIECE + (tokens.at(-1)?.length ?? 0);
