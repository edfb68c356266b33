import type { Position, SignatureHelp } from 'vscode-languageserver/node';
import { DockerSignatures } from 'dockerfile-language-service/lib/dockerSignatures';
import type { Parsed } from '../documents.ts';
import { instructionAt } from '../documents.ts';

const NOTHING: SignatureHelp = { signatures: [] };

/** The forms of the instruction at a position and which of their parts the position is in. */
export function signatureHelp(parsed: Parsed, position: Position): SignatureHelp {
  if (parsed.extent !== 'normal') return NOTHING;
  const at = instructionAt(parsed.tree, parsed.document.offsetAt(position));
  // The service parses all of the text it is given; the instruction alone is enough, with the escape directive before it.
  const { document, tree } = parsed;
  if (!at) return tree.directives.length > 0 ? whole(parsed, position) : NOTHING;
  if (at.heredocs.length > 0) return NOTHING;
  const first = document.positionAt(at.start).line;
  const head = tree.escape === '`' ? '# escape=`\n' : '';
  const text = head + tree.source.slice(document.offsetAt({ line: first, character: 0 }), at.end);
  if (text.length > 16_384) return NOTHING;
  const line = position.line - first + (head ? 1 : 0);
  return new DockerSignatures().computeSignatures(text, { line, character: position.character });
}

function whole(parsed: Parsed, position: Position): SignatureHelp {
  const last = parsed.tree.directives.at(-1);
  const text = parsed.tree.source.slice(0, last?.end ?? 0);
  return new DockerSignatures().computeSignatures(text, position);
}
