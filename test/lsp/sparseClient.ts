import type {
  ClientCapabilities,
  CodeAction,
  Command,
  CompletionItem,
  CompletionList,
} from 'vscode-languageserver/node';
import { CodeActionRequest, CompletionRequest } from 'vscode-languageserver/node';
import type { Doc, Session } from './harness.ts';
import { connect } from './harness.ts';

/** Fixable, deprecated, and explained on a page. */
export const TEXT = 'FROM scratch AS one\nMAINTAINER me\nFROM scratch\nCOPY --from=one /a /b\n';

export async function withClient<T>(
  capabilities: ClientCapabilities,
  use: (session: Session) => Promise<T>,
  initializationOptions?: unknown,
): Promise<T> {
  const session = await connect({ capabilities, initializationOptions });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

export const everything = ({ document }: Doc) => ({
  range: { start: { line: 0, character: 0 }, end: document.positionAt(Number.MAX_SAFE_INTEGER) },
  context: { diagnostics: [] },
});

export const actionsOf = async (doc: Doc): Promise<(Command | CodeAction)[]> =>
  (await doc.request(CodeActionRequest.type, everything(doc))) ?? [];

export const isCommand = (one: Command | CodeAction): one is Command =>
  typeof one.command === 'string';

export async function itemsAt(doc: Doc, marker: string): Promise<CompletionItem[]> {
  const found: CompletionItem[] | CompletionList | null = await doc.at(
    CompletionRequest.type,
    marker,
    { after: true },
  );
  return Array.isArray(found) ? found : (found?.items ?? []);
}
