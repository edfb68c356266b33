import type { ClientCapabilities } from 'vscode-languageserver/node';
import {
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  LSPErrorCodes,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  SemanticTokensRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { On } from '../on.ts';
import type { Problem } from '../rules/problem.ts';
import type { SettingsReader } from '../settingsReader.ts';
import { completion } from './completion.ts';
import { codeActions } from './diagnostics.ts';
import { format, formatOnType, formatRange } from './format.ts';
import { hover, signatureHelp } from './hover.ts';
import { definition, documentHighlight, prepareRename, references, rename } from './names.ts';
import { documentLinks, documentSymbols, flatSymbols, foldingRanges } from './structure.ts';
import { semanticTokens } from './tokens.ts';

interface Context {
  /** What the client can do, known from `initialize` on. */
  readonly client: () => ClientCapabilities;
  readonly settings: SettingsReader;
  readonly problems: (parsed: Parsed) => readonly Problem[];
}

/** Registers every feature that answers a request about a document. */
export function registerFeatures(on: On, { client, settings, problems }: Context): void {
  const snippets = () => client().textDocument?.completion?.completionItem?.snippetSupport === true;
  const hierarchy = () =>
    client().textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
  on(CompletionRequest.type, [], (parsed, { position }) =>
    completion(parsed, position, { snippets: snippets() }),
  );
  on(HoverRequest.type, null, (parsed, { position }) => hover(parsed, position));
  on(SignatureHelpRequest.type, null, (parsed, { position }) => signatureHelp(parsed, position));
  on(DefinitionRequest.type, null, (parsed, { position }) => definition(parsed, position));
  on(ReferencesRequest.type, [], (parsed, { position, context }) =>
    references(parsed, position, context.includeDeclaration),
  );
  on(DocumentHighlightRequest.type, [], (parsed, { position }) =>
    documentHighlight(parsed, position),
  );
  on(PrepareRenameRequest.type, null, (parsed, { position }) => prepareRename(parsed, position));
  on(RenameRequest.type, null, (parsed, { position, newName }) => {
    const edit = rename(parsed, position, newName);
    if (typeof edit === 'string') throw new ResponseError(LSPErrorCodes.RequestFailed, edit);
    return edit;
  });
  on(DocumentSymbolRequest.type, [], (parsed) =>
    hierarchy() ? documentSymbols(parsed) : flatSymbols(parsed),
  );
  on(FoldingRangeRequest.type, [], foldingRanges);
  on(DocumentLinkRequest.type, [], documentLinks);
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
