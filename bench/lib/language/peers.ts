import { DockerfileLanguageServiceFactory } from 'dockerfile-language-service';
import { validate } from 'dockerfile-utils';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { middleOf } from './ours.ts';

const service = DockerfileLanguageServiceFactory.createLanguageService();
const options = { tabSize: 4, insertSpaces: true };
const identifier = { uri: 'file:///Dockerfile' };

/** The same work by dockerfile-utils and dockerfile-language-service. */
export const PEERS: Readonly<Record<string, (document: TextDocument) => unknown>> = {
  diagnostics: (document) => validate(document.getText()),
  'semantic tokens': (document) => service.computeSemanticTokens(document.getText()),
  formatting: (document) => service.format(document.getText(), options),
  symbols: (document) => service.computeSymbols(identifier, document.getText()),
  folding: (document) => service.computeFoldingRanges(document.getText()),
  links: (document) => service.computeLinks(document.getText()),
  hover: (document) => service.computeHover(document.getText(), middleOf(document)),
  highlights: (document) => service.computeHighlightRanges(document.getText(), middleOf(document)),
  definition: (document) =>
    service.computeDefinition(identifier, document.getText(), middleOf(document)),
  completion: (document) => service.computeCompletionItems(document.getText(), middleOf(document)),
};
