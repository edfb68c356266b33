import {
  CodeActionRequest,
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver/node';
import { suitActions } from '../client/suit.ts';
import type { Parsed } from '../documents.ts';
import type { On } from '../on.ts';
import type { SettingsReader } from '../settingsReader.ts';
import type { Checks } from '../checks.ts';
import type { Reported } from '../lint/lint.ts';
import { codeActions } from './actions.ts';
import type { UrlOf } from './diagnostics.ts';
import type { EditingContext } from './editing.ts';
import { registerEditing } from './editing.ts';
import { format, formatOnType, formatRange } from './format.ts';
import type { IgnoreFeatures } from './ignore/ignore.ts';
import { tagFixes } from './tagFixes.ts';
import type { TokenAnswers } from './tokenAnswers.ts';
import { numbersOf } from './tokenAnswers.ts';
import { semanticTokens } from './tokens.ts';

interface Context {
  readonly editing: EditingContext;
  readonly ignore: IgnoreFeatures;
  readonly settings: SettingsReader;
  readonly checks: Checks;
  readonly tokens: TokenAnswers;
  readonly urlOf: UrlOf;
}

/** Registers every feature that answers a request about a document. */
export function registerFeatures(
  on: On,
  { editing, ignore, settings, checks, tokens, urlOf }: Context,
): void {
  registerEditing(on, editing);
  on(SemanticTokensRequest.type, { data: [] }, (parsed) =>
    tokens.full(parsed.document.uri, semanticTokens(parsed)),
  );
  on(SemanticTokensDeltaRequest.type, { data: [] }, (parsed, { previousResultId }) =>
    tokens.delta(parsed.document.uri, semanticTokens(parsed), previousResultId),
  );
  on(SemanticTokensRangeRequest.type, { data: [] }, (parsed, { range }) => ({
    data: numbersOf(semanticTokens(parsed, range)),
  }));
  on(
    CodeActionRequest.type,
    [],
    async (parsed, params, token) => {
      const { diagnostics, lint, completion } = await settings.get(parsed.document.uri);
      if (!diagnostics.enabled) return [];
      const found = await checks.now(parsed);
      const fixAll = lint.fixAll ? () => checks.fixAll(parsed) : undefined;
      const { images } = editing;
      const moreFixes = (touched: readonly Reported[]) =>
        tagFixes(parsed, touched, { images, registries: completion.registries, token });
      const ignoring = await checks.ignoring(parsed);
      const given = { found, moreFixes, urlOf, ignoring, fixAll };
      const actions = await codeActions(parsed, params, given);
      return suitActions(actions, editing.client());
    },
    {
      dockerignore: async (document, { range }) =>
        suitActions(await ignore.actions(document, range), editing.client()),
    },
  );
  const styleOf = async ({ document }: Parsed) => (await settings.get(document.uri)).format;
  on(DocumentFormattingRequest.type, [], async (parsed, { options }) => {
    const style = await styleOf(parsed);
    return style.enabled ? format(parsed, options, style) : [];
  });
  on(DocumentRangeFormattingRequest.type, [], async (parsed, { range, options }) => {
    const style = await styleOf(parsed);
    return style.enabled ? formatRange(parsed, range, options, style) : [];
  });
  on(DocumentOnTypeFormattingRequest.type, [], async (parsed, { position, options }) =>
    (await styleOf(parsed)).enabled ? formatOnType(parsed, position, options) : [],
  );
}
