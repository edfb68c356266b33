import type { CancellationToken, ClientCapabilities } from 'vscode-languageserver/node';
import {
  CompletionRequest,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  LSPErrorCodes,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import type { Parsed } from '../documents.ts';
import type { On } from '../on.ts';
import type { BuildContext } from '../rules/rule.ts';
import type { SettingsReader } from '../settingsReader.ts';
import { completion } from './completion/completion.ts';
import type { World } from './completion/world.ts';
import { hover } from './hover/hover.ts';
import type { Images } from './images.ts';
import { definition, documentHighlight, prepareRename, references, rename } from './names.ts';
import { signatureHelp } from './signature.ts';
import { documentLinks, documentSymbols, flatSymbols, foldingRanges } from './structure.ts';

export interface EditingContext {
  /** What the client can do, known from `initialize` on. */
  readonly client: () => ClientCapabilities;
  readonly settings: SettingsReader;
  readonly images: Images;
  /** The build context of a document; undefined for one that isn't on disk. */
  readonly contextOf: (uri: string) => Promise<BuildContext | undefined>;
}

/** Registers what helps to read and write a Dockerfile: completion, hover, names, structure. */
export function registerEditing(on: On, context: EditingContext): void {
  const { client, settings, images, contextOf } = context;
  const hierarchy = () =>
    client().textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
  const worldOf = async (
    { document: { uri } }: Parsed,
    token: CancellationToken,
  ): Promise<World> => ({
    support: {
      snippets: client().textDocument?.completion?.completionItem?.snippetSupport === true,
    },
    context: () => contextOf(uri),
    images,
    registries: (await settings.get(uri)).completion.registries,
    token,
  });
  on(CompletionRequest.type, [], async (parsed, { position }, token) =>
    completion(parsed, position, await worldOf(parsed, token)),
  );
  on(HoverRequest.type, null, async (parsed, { position }, token) =>
    hover(parsed, position, await worldOf(parsed, token)),
  );
  on(SignatureHelpRequest.type, null, (parsed, { position }) => signatureHelp(parsed, position));
  on(DefinitionRequest.type, null, (parsed, { position }) => definition(parsed, position));
  on(ReferencesRequest.type, [], (parsed, { position, context: { includeDeclaration } }) =>
    references(parsed, position, includeDeclaration),
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
}
