import type {
  ClientCapabilities,
  CodeAction,
  Command,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Hover,
  MarkupContent,
  PublishDiagnosticsParams,
  SignatureHelp,
} from 'vscode-languageserver/node';
import { CompletionItemKind, MarkupContent as Markup } from 'vscode-languageserver/node';
import { SUGGEST } from '../../../util/imageRequest.ts';
import { suitEdit } from './edits.ts';
import { plainText } from './plainText.ts';

/** What a client is like: what it declared, which commands of its own it says it has, and the documents it has open. */
export interface Client {
  readonly capabilities: ClientCapabilities;
  readonly has: (name: string) => boolean;
  /** The version of an open document. */
  readonly versionOf: (uri: string) => number | undefined;
}

/** The server's command that applies an edit, for clients that take commands where others take actions. */
export const APPLY_EDIT = 'stevedore.dockerfile.applyEdit';

/** Whether a client takes code actions, and not commands only. */
export const takesActions = ({ textDocument }: ClientCapabilities): boolean =>
  textDocument?.codeAction?.codeActionLiteralSupport !== undefined;

type Formats = readonly string[] | undefined;

/** Markdown in the form that a client prefers; one that doesn't say reads plain text. */
function suitText<T extends string | MarkupContent>(text: T, formats: Formats): T | MarkupContent {
  if (!Markup.is(text) || text.kind === 'plaintext' || formats?.[0] === 'markdown') return text;
  return { kind: 'plaintext', value: plainText(text.value) };
}

/** A hover as a client can show it. */
export function suitHover(hover: Hover | null, { capabilities }: Client): Hover | null {
  if (!hover || !Markup.is(hover.contents)) return hover;
  const formats = capabilities.textDocument?.hover?.contentFormat;
  return { ...hover, contents: suitText(hover.contents, formats) };
}

/** The last kind that clients know which don't say which they know (LSP 3.17, CompletionClientCapabilities). */
const LAST_KIND = CompletionItemKind.Reference;
const KNOWN_KINDS: Readonly<Partial<Record<CompletionItemKind, CompletionItemKind>>> = {
  [CompletionItemKind.Folder]: CompletionItemKind.File,
  [CompletionItemKind.EnumMember]: CompletionItemKind.Enum,
  [CompletionItemKind.Constant]: CompletionItemKind.Value,
  [CompletionItemKind.Struct]: CompletionItemKind.Class,
};

/** Suggestions with no more than a client knows: its kinds of items, and commands of its own. */
export function suitCompletion(
  found: CompletionItem[] | CompletionList,
  client: Client,
): CompletionItem[] | CompletionList {
  const kinds = client.capabilities.textDocument?.completion?.completionItemKind?.valueSet;
  const isKnown = (kind: CompletionItemKind) => kinds?.includes(kind) ?? kind <= LAST_KIND;
  const suitItem = ({ kind, command, ...item }: CompletionItem): CompletionItem => {
    const known =
      kind === undefined || isKnown(kind) ? kind : (KNOWN_KINDS[kind] ?? CompletionItemKind.Text);
    return {
      ...item,
      ...(known === undefined ? {} : { kind: known }),
      ...(command && (command.command !== SUGGEST || client.has(SUGGEST)) ? { command } : {}),
    };
  };
  if (Array.isArray(found)) return found.map(suitItem);
  return { ...found, items: found.items.map(suitItem) };
}

/** A suggestion whose documentation has just been added. */
export function suitResolved(item: CompletionItem, { capabilities }: Client): CompletionItem {
  const formats = capabilities.textDocument?.completion?.completionItem?.documentationFormat;
  const { documentation } = item;
  return documentation ? { ...item, documentation: suitText(documentation, formats) } : item;
}

/** Signatures as a client can show them: one that takes no places of parameters gets their texts. */
export function suitSignatures(
  help: SignatureHelp | null,
  { capabilities }: Client,
): SignatureHelp | null {
  if (!help) return help;
  const known = capabilities.textDocument?.signatureHelp?.signatureInformation;
  const formats = known?.documentationFormat;
  const takesPlaces = known?.parameterInformation?.labelOffsetSupport === true;
  const signatures = help.signatures.map(({ parameters, documentation, ...signature }) => ({
    ...signature,
    ...(documentation ? { documentation: suitText(documentation, formats) } : {}),
    ...(parameters && {
      parameters: parameters.map(({ label, documentation }) => ({
        label: takesPlaces || typeof label === 'string' ? label : signature.label.slice(...label),
        ...(documentation ? { documentation: suitText(documentation, formats) } : {}),
      })),
    }),
  }));
  return { ...help, signatures };
}

function suitDiagnostic(
  { codeDescription, tags, ...diagnostic }: Diagnostic,
  { textDocument }: ClientCapabilities,
): Diagnostic {
  const known = textDocument?.publishDiagnostics;
  const taken = tags?.filter((tag) => known?.tagSupport?.valueSet.includes(tag)) ?? [];
  return {
    ...diagnostic,
    ...(codeDescription && known?.codeDescriptionSupport ? { codeDescription } : {}),
    ...(taken.length > 0 ? { tags: taken } : {}),
  };
}

/** Diagnostics with no more than a client knows. */
export function suitDiagnostics(
  { version, ...params }: PublishDiagnosticsParams,
  { capabilities }: Client,
): PublishDiagnosticsParams {
  const takesVersion = capabilities.textDocument?.publishDiagnostics?.versionSupport === true;
  return {
    ...params,
    ...(version !== undefined && takesVersion ? { version } : {}),
    diagnostics: params.diagnostics.map((one) => suitDiagnostic(one, capabilities)),
  };
}

/**
 * Actions with no more than a client knows; commands of the server's for one that takes no actions. Those whose edits
 * it could not apply are left out.
 */
export function suitActions(
  actions: readonly CodeAction[],
  client: Client,
): (CodeAction | Command)[] {
  const { capabilities } = client;
  const { codeAction } = capabilities.textDocument ?? {};
  return actions.flatMap(
    ({ edit, command, isPreferred, diagnostics, ...action }): (CodeAction | Command)[] => {
      const suited = edit && suitEdit(edit, client);
      if (edit && !suited) return [];
      if (takesActions(capabilities))
        return [
          {
            ...action,
            ...(isPreferred !== undefined && codeAction?.isPreferredSupport ? { isPreferred } : {}),
            ...(diagnostics && {
              diagnostics: diagnostics.map((one) => suitDiagnostic(one, capabilities)),
            }),
            ...(suited && { edit: suited }),
            ...(command && { command }),
          },
        ];
      const { title } = action;
      if (!suited) return command ? [{ ...command, title }] : [];
      return capabilities.workspace?.applyEdit === true
        ? [{ title, command: APPLY_EDIT, arguments: [suited, title] }]
        : [];
    },
  );
}

/** An outline with no more tags than a client knows. */
export function suitSymbols(symbols: readonly DocumentSymbol[], client: Client): DocumentSymbol[] {
  const known = client.capabilities.textDocument?.documentSymbol?.tagSupport?.valueSet ?? [];
  return symbols.map(({ tags, children, ...symbol }) => {
    const taken = tags?.filter((tag) => known.includes(tag)) ?? [];
    return {
      ...symbol,
      ...(taken.length > 0 ? { tags: taken } : {}),
      ...(children && { children: suitSymbols(children, client) }),
    };
  });
}

/** The longest of the folds, in their order, when a client wants no more than some. */
export function suitFolds(folds: FoldingRange[], { capabilities }: Client): FoldingRange[] {
  const most = capabilities.textDocument?.foldingRange?.rangeLimit ?? folds.length;
  if (folds.length <= most) return folds;
  const length = ({ startLine, endLine }: FoldingRange) => endLine - startLine;
  const longest = new Set(folds.toSorted((a, b) => length(b) - length(a)).slice(0, most));
  return folds.filter((fold) => longest.has(fold));
}
