import type { TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocumentEdit as DocumentEdit } from 'vscode-languageserver/node';
import type { Client } from './suit.ts';

/**
 * An edit in the form that a client takes. One that knows versions gets those of the documents as they were read, and
 * refuses the edit when it has changed them since then. Undefined when the edit creates a file and the client doesn't.
 */
export function suitEdit(edit: WorkspaceEdit, client: Client): WorkspaceEdit | undefined {
  const known = client.capabilities.workspace?.workspaceEdit;
  const changes = edit.documentChanges ?? Object.entries(edit.changes ?? {}).map(toDocumentEdit);
  const operations = changes.flatMap((one) => (DocumentEdit.is(one) ? [] : one.kind));
  if (known?.documentChanges !== true) {
    if (operations.length > 0) return undefined;
    return { changes: joined(changes.filter((one) => DocumentEdit.is(one))) };
  }
  if (operations.some((one) => !known.resourceOperations?.includes(one))) return undefined;
  const versioned = (one: TextDocumentEdit): TextDocumentEdit => {
    const { uri } = one.textDocument;
    return { ...one, textDocument: { uri, version: client.versionOf(uri) ?? null } };
  };
  return { documentChanges: changes.map((one) => (DocumentEdit.is(one) ? versioned(one) : one)) };
}

const toDocumentEdit = ([uri, edits]: [string, TextEdit[]]): TextDocumentEdit => ({
  textDocument: { uri, version: null },
  edits,
});

function joined(edits: readonly TextDocumentEdit[]): Record<string, TextEdit[]> {
  const changes: Record<string, TextEdit[]> = {};
  for (const { textDocument, edits: some } of edits)
    changes[textDocument.uri] = [
      ...(changes[textDocument.uri] ?? []),
      ...some.filter((one): one is TextEdit => 'newText' in one),
    ];
  return changes;
}
