import type { CancellationToken } from 'vscode-languageserver/node';
import {
  CodeLensRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  LSPErrorCodes,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  ResponseError,
  SelectionRangeRequest,
  SignatureHelpRequest,
} from 'vscode-languageserver/node';
import type { LayersAnswer } from '../../../util/imageRequest.ts';
import { LAYERS } from '../../../util/imageRequest.ts';
import { suitEdit } from '../client/edits.ts';
import type { Client } from '../client/suit.ts';
import {
  suitCompletion,
  suitFolds,
  suitHover,
  suitSignatures,
  suitSymbols,
} from '../client/suit.ts';
import type { Parsed } from '../documents.ts';
import type { Reported } from '../lint/lint.ts';
import type { On } from '../on.ts';
import type { BuildContext } from '../rules/rule.ts';
import type { SettingsReader } from '../settingsReader.ts';
import { completion } from './completion/completion.ts';
import type { World } from './completion/world.ts';
import { composeDefinition, composeLinks } from './compose/links.ts';
import { foldingRanges } from './folding.ts';
import { hover } from './hover/hover.ts';
import type { IgnoreFeatures } from './ignore/ignore.ts';
import type { Images } from './images.ts';
import { inlayHints, layerHints } from './inlay.ts';
import { codeLenses } from './lens.ts';
import { documentLinks } from './links.ts';
import { definition, documentHighlight, prepareRename, references, rename } from './names.ts';
import { signatureHelp } from './signature.ts';
import { documentSymbols, flatSymbols } from './outline.ts';
import { selectionRanges } from './selection.ts';

export interface EditingContext {
  /** What the client is like, known from `initialize` on. */
  readonly client: () => Client;
  readonly settings: SettingsReader;
  readonly images: Images;
  /** The build context of a document; undefined for one that isn't on disk. */
  readonly contextOf: (uri: string) => Promise<BuildContext | undefined>;
  /** What the rules find in a document. */
  readonly found: (parsed: Parsed) => Promise<readonly Reported[]>;
  /** The text of a file that is open. */
  readonly openText: (path: string) => string | undefined;
  readonly ignore: IgnoreFeatures;
  /** What the last build's layers weighed. Called only when the client answers that. */
  readonly layers: (uri: string, token: CancellationToken) => Promise<LayersAnswer>;
}

function completionSupport({ capabilities }: Client): World['support'] {
  const item = capabilities.textDocument?.completion?.completionItem;
  return {
    snippets: item?.snippetSupport === true,
    insertReplace: item?.insertReplaceSupport === true,
  };
}

/** Registers what helps to read and write a Dockerfile: completion, hover, names, structure. */
export function registerEditing(on: On, context: EditingContext): void {
  const { client, settings, images, contextOf, found, openText, ignore, layers } = context;
  const hierarchy = () =>
    client().capabilities.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
  const worldOf = async (parsed: Parsed, token: CancellationToken): Promise<World> => ({
    support: completionSupport(client()),
    context: () => contextOf(parsed.document.uri),
    found: () => found(parsed),
    images,
    registries: (await settings.get(parsed.document.uri)).completion.registries,
    token,
  });
  on(
    CompletionRequest.type,
    [],
    async (parsed, { position }, token) =>
      suitCompletion(await completion(parsed, position, await worldOf(parsed, token)), client()),
    {
      dockerignore: async (document, { position }) =>
        suitCompletion(await ignore.completion(document, position), client()),
    },
  );
  on(
    HoverRequest.type,
    null,
    async (parsed, { position }, token) =>
      suitHover(await hover(parsed, position, await worldOf(parsed, token)), client()),
    {
      dockerignore: async (document, { position }) =>
        suitHover(await ignore.hover(document, position), client()),
    },
  );
  on(SignatureHelpRequest.type, null, (parsed, { position }) =>
    suitSignatures(signatureHelp(parsed, position), client()),
  );
  on(DefinitionRequest.type, null, (parsed, { position }) => definition(parsed, position), {
    compose: (document, { position }) => composeDefinition(document, position, openText),
  });
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
    return edit && (suitEdit(edit, client()) ?? null);
  });
  on(DocumentSymbolRequest.type, [], (parsed) =>
    hierarchy() ? suitSymbols(documentSymbols(parsed), client()) : flatSymbols(parsed),
  );
  on(FoldingRangeRequest.type, [], (parsed) => suitFolds(foldingRanges(parsed), client()));
  on(SelectionRangeRequest.type, [], (parsed, { positions }) => selectionRanges(parsed, positions));
  on(DocumentLinkRequest.type, [], (parsed) => documentLinks(parsed, contextOf), {
    compose: (document) => composeLinks(document, openText),
  });
  on(InlayHintRequest.type, [], async (parsed, { range }, token) => {
    const { uri } = parsed.document;
    if (!(await settings.get(uri)).inlayHints.enabled) return [];
    const answer = client().has(LAYERS) ? await layers(uri, token) : null;
    return [...inlayHints(parsed, range), ...layerHints(parsed, range, answer)];
  });
  on(CodeLensRequest.type, [], async (parsed) =>
    (await settings.get(parsed.document.uri)).codeLens.enabled
      ? codeLenses(parsed, client().has)
      : [],
  );
}
