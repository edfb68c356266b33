import type { ClientCapabilities, ServerCapabilities } from 'vscode-languageserver/node';
import { CodeActionKind, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { APPLY_EDIT, takesActions } from './client/suit.ts';
import { FIX_ALL } from './features/actions.ts';
import { LEGEND } from './features/tokens.ts';
import { OPEN_RULE } from './rules/links.ts';

/**
 * What the server offers to a client that declares these capabilities: options of an offer only to those that ask for
 * them, and to be told of saved documents to those that tell of no other files.
 */
export function capabilitiesFor(client: ClientCapabilities): ServerCapabilities {
  const { textDocument, workspace } = client;
  const watches = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
  const takes = takesActions(client);
  return {
    ...EVERYBODY,
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      ...(watches ? {} : { save: true }),
    },
    renameProvider:
      textDocument?.rename?.prepareSupport === true ? { prepareProvider: true } : true,
    codeActionProvider: takes ? { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] } : true,
    executeCommandProvider: { commands: takes ? [OPEN_RULE] : [OPEN_RULE, APPLY_EDIT] },
  };
}

const EVERYBODY: ServerCapabilities = {
  completionProvider: {
    resolveProvider: true,
    triggerCharacters: ['=', ',', '$', '{', '-', '/', ':', '@', ';'],
  },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: [' ', '[', ',', '-', '=', '"'] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  documentLinkProvider: {},
  selectionRangeProvider: true,
  inlayHintProvider: true,
  codeLensProvider: {},
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
  semanticTokensProvider: { legend: LEGEND, full: { delta: true }, range: true },
};
