import {
  CodeActionRequest,
  DocumentFormattingRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { On } from '../on.ts';
import type { Problem } from '../rules/problem.ts';
import type { SettingsReader } from '../settingsReader.ts';
import { codeActions } from './diagnostics.ts';
import type { EditingContext } from './editing.ts';
import { registerEditing } from './editing.ts';
import { format, formatOnType, formatRange } from './format.ts';
import { semanticTokens } from './tokens.ts';

interface Context {
  readonly editing: EditingContext;
  readonly settings: SettingsReader;
  readonly problems: (parsed: Parsed) => readonly Problem[];
}

/** Registers every feature that answers a request about a document. */
export function registerFeatures(on: On, { editing, settings, problems }: Context): void {
  registerEditing(on, editing);
  on(SemanticTokensRequest.type, { data: [] }, (parsed) => ({ data: semanticTokens(parsed) }));
  on(CodeActionRequest.type, [], async (parsed, { range }) =>
    codeActions(parsed, problems(parsed), range, await settings.get(parsed.document.uri)),
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
