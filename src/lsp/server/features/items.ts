import type { CompletionItem, CompletionItemKind, TextEdit } from 'vscode-languageserver/node';
import { CompletionItemKind as Kind, InsertTextFormat } from 'vscode-languageserver/node';
import { DIRECTIVES, INSTRUCTIONS } from '../data/instructions.ts';
import type { Parsed } from '../documents.ts';

/** What the client can show, as it said when it connected. */
export interface CompletionSupport {
  readonly snippets: boolean;
}

/** Where completion happens: what is typed so far and the place of it. */
export interface Typed {
  readonly parsed: Parsed;
  readonly prefix: string;
  readonly start: number;
  readonly end: number;
}

export interface Offer {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly insert?: string;
  readonly detail?: string;
  readonly doc?: string | undefined;
  readonly snippet?: boolean;
  /** Asks for the next completion at once, as after `--from=`. */
  readonly again?: boolean;
  readonly filter?: string;
}

/** Makes completion items of the offers that begin with what is typed, in their order. */
export function items(typed: Typed, offers: readonly Offer[], limit = 500): CompletionItem[] {
  const { prefix, parsed, start, end } = typed;
  const range = parsed.range({ start, end });
  const wanted = prefix.toLowerCase();
  const found = offers.filter(({ label, filter }) =>
    (filter ?? label).toLowerCase().startsWith(wanted),
  );
  return found.slice(0, limit).map((offer, index) => {
    const textEdit: TextEdit = { range, newText: offer.insert ?? offer.label };
    return {
      label: offer.label,
      kind: offer.kind,
      textEdit,
      sortText: String(index).padStart(4, '0'),
      filterText: offer.filter ?? offer.label,
      insertTextFormat: offer.snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
      ...(offer.detail ? { detail: offer.detail } : {}),
      ...(offer.doc ? { data: { doc: offer.doc } } : {}),
      ...(offer.again
        ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } }
        : {}),
    };
  });
}

/** Adds the documentation that was left out of the list. */
export function resolve(item: CompletionItem): CompletionItem {
  const data: unknown = item.data;
  if (typeof data !== 'object' || data === null || !('doc' in data) || typeof data.doc !== 'string')
    return item;
  return { ...item, documentation: { kind: 'markdown', value: data.doc } };
}

/** The keywords, or only those that may come before the first FROM, in upper or lower case. */
export function keywordOffers(
  support: CompletionSupport,
  lower: boolean,
  names?: readonly string[],
): Offer[] {
  return Object.entries(INSTRUCTIONS).flatMap(([name, { doc, snippets }]) => {
    if (names && !names.includes(name)) return [];
    const cased = lower ? name.toLowerCase() : name;
    if (!support.snippets) return [{ label: cased, kind: Kind.Keyword, doc, insert: cased }];
    return snippets.map(({ label, insert }) => ({
      label: cased + label.slice(name.length),
      insert: cased + insert.slice(name.length),
      kind: Kind.Keyword,
      detail: name,
      doc,
      snippet: true,
    }));
  });
}

/** The parser directives by name. */
export function directiveOffers(): Offer[] {
  return Object.entries(DIRECTIVES).map(([name, { doc }]) => ({
    label: name,
    insert: `${name}=`,
    kind: Kind.Property,
    doc,
    again: true,
  }));
}
