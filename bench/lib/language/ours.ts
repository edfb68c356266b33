import type { Position } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parseDocument } from '../../../src/lsp/server/documents.ts';
import { format } from '../../../src/lsp/server/features/format.ts';
import { semanticTokens } from '../../../src/lsp/server/features/tokens.ts';
import { NO_HADOLINT_CONFIG } from '../../../src/lsp/server/lint/hadolintConfig.ts';
import { lintConfig } from '../../../src/lsp/server/lint/levels.ts';
import type { Reported } from '../../../src/lsp/server/lint/lint.ts';
import { lint } from '../../../src/lsp/server/lint/lint.ts';
import { RULES } from '../../../src/lsp/server/rules/all.ts';

const config = lintConfig(NO_HADOLINT_CONFIG, {});

/** A document of a text. */
export function documentOf(text: string): TextDocument {
  return TextDocument.create('file:///Dockerfile', 'dockerfile', 1, text);
}

/** Parses a text and runs every rule. Throws what a rule throws. */
export function diagnose(document: TextDocument): Reported[] {
  return lint(parseDocument(document).file(), RULES, config, (_, error) => {
    throw error;
  });
}

/** The work that can be measured without a connection; each parses the document anew. */
export const OURS: Readonly<Record<string, (document: TextDocument) => unknown>> = {
  diagnostics: diagnose,
  'semantic tokens': (document) => semanticTokens(parseDocument(document)),
  formatting: (document) => format(parseDocument(document), { tabSize: 4, insertSpaces: true }),
};

/** Where requests point at: a variable in the middle of the file. */
export function middleOf(document: TextDocument): Position {
  const text = document.getText();
  const at = text.indexOf('$', text.length / 2);
  return document.positionAt((at < 0 ? text.indexOf('FROM') : at) + 2);
}
