import type { ServerCapabilities } from 'vscode-languageserver/node';
import { CodeActionKind, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { FIX_ALL } from './features/actions.ts';
import { LEGEND } from './features/tokens.ts';
import { OPEN_RULE } from './rules/links.ts';

/** What the server offers to every client. */
export const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  completionProvider: {
    resolveProvider: true,
    triggerCharacters: ['=', ',', '$', '{', '-', '/', ':', '@', ';'],
  },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: [' ', '[', ',', '-', '=', '"'] },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  documentLinkProvider: {},
  selectionRangeProvider: true,
  inlayHintProvider: true,
  codeLensProvider: {},
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
  executeCommandProvider: { commands: [OPEN_RULE] },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
  semanticTokensProvider: { legend: LEGEND, full: true, range: true },
};
