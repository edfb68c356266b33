import type { DocumentLink, Location, Position } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { touches } from '../../parser/tree.ts';
import type { Meant } from './resolve.ts';
import { meaningsIn } from './resolve.ts';

type OpenText = (path: string) => string | undefined;

/** Links from `build`, `dockerfile`, `target` and the names of `args` to the Dockerfile, its stage, its ARG. */
export async function composeLinks(
  document: TextDocument,
  openText: OpenText,
): Promise<DocumentLink[]> {
  const found = await meaningsIn(document, openText);
  return found.map((meant) => ({
    range: rangeOf(document, meant),
    // The form in which editors take a line, both counting from 1.
    target: meant.range
      ? `${meant.uri}#L${meant.range.start.line + 1},${meant.range.start.character + 1}`
      : meant.uri,
  }));
}

/** What the word at a position means in the Dockerfile. */
export async function composeDefinition(
  document: TextDocument,
  position: Position,
  openText: OpenText,
): Promise<Location | null> {
  const offset = document.offsetAt(position);
  const found = await meaningsIn(document, openText);
  const meant = found.find(({ word }) => touches(word, offset));
  const start = { line: 0, character: 0 };
  return meant ? { uri: meant.uri, range: meant.range ?? { start, end: start } } : null;
}

function rangeOf(document: TextDocument, { word }: Meant): DocumentLink['range'] {
  return { start: document.positionAt(word.start), end: document.positionAt(word.end) };
}
