import type {
  CompletionItem,
  CompletionItemKind,
  InsertReplaceEdit,
  TextEdit,
} from 'vscode-languageserver/node';
import { InsertTextFormat } from 'vscode-languageserver/node';
import { SUGGEST } from '../../../../util/imageRequest.ts';
import type { Parsed } from '../../documents.ts';

/** What the client can show, as it said when it connected. */
export interface CompletionSupport {
  readonly snippets: boolean;
  /** People choose whether the rest of the word behind the caret stays. */
  readonly insertReplace: boolean;
}

/** What is typed of a word so far, and the part of the document that a suggestion replaces. */
export interface Typed {
  readonly parsed: Parsed;
  readonly prefix: string;
  readonly start: number;
  readonly end: number;
  /** Nothing of what is completed stands behind its end. */
  readonly whole?: true;
}

export interface Offer {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly insert?: string;
  readonly detail?: string | undefined;
  readonly doc?: string | undefined;
  readonly snippet?: boolean;
  /** Asks for the next completion at once, as after `--from=`. */
  readonly again?: boolean;
  readonly filter?: string;
}

/** Suggestions for one place; `partial` when there may be others once more is typed, or a moment later. */
export interface Offers {
  readonly typed: Typed;
  readonly offers: readonly Offer[];
  readonly partial?: boolean;
}

const LIMIT = 500;

/** Makes completion items of the offers that begin with what is typed, in their order, each label once. */
export function items(
  { typed, offers, partial = false }: Offers,
  support: CompletionSupport,
): {
  items: CompletionItem[];
  isIncomplete: boolean;
} {
  const wanted = typed.prefix.toLowerCase();
  const plain = placeOf(typed, support, '');
  const withSign = placeOf(typed, support, '=');
  const seen = new Set<string>();
  const found = offers.filter(({ label, filter }) => {
    if (seen.has(label) || !(filter ?? label).toLowerCase().startsWith(wanted)) return false;
    seen.add(label);
    return true;
  });
  return {
    items: found
      .slice(0, LIMIT)
      .map((offer, index) => toItem(offer, index, offer.insert?.endsWith('=') ? withSign : plain)),
    isIncomplete: partial || found.length > LIMIT,
  };
}

type EditPlace = Pick<TextEdit, 'range'> | Pick<InsertReplaceEdit, 'insert' | 'replace'>;

/** What may go on behind the caret as part of the word that is completed. */
const REST = /[\w./@+-]*/y;

/** Where a suggestion goes that ends with `sign`: one that stands there already is replaced, not doubled. */
function placeOf(
  { parsed, start, end, whole }: Typed,
  { insertReplace }: CompletionSupport,
  sign: string,
): EditPlace {
  const { source } = parsed.tree;
  const withSign = (at: number) => at + (source.startsWith(sign, at) ? sign.length : 0);
  const insert = parsed.range({ start, end: withSign(end) });
  REST.lastIndex = end;
  const rest = whole || !insertReplace ? '' : (REST.exec(source)?.[0] ?? '');
  if (rest === '') return { range: insert };
  return { insert, replace: parsed.range({ start, end: withSign(end + rest.length) }) };
}

function toItem(offer: Offer, index: number, place: EditPlace): CompletionItem {
  return {
    label: offer.label,
    kind: offer.kind,
    textEdit: { ...place, newText: offer.insert ?? offer.label },
    sortText: String(index).padStart(4, '0'),
    filterText: offer.filter ?? offer.label,
    insertTextFormat: offer.snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(offer.detail ? { detail: offer.detail } : {}),
    ...(offer.doc ? { data: { doc: offer.doc } } : {}),
    ...(offer.again ? { command: { title: 'Suggest', command: SUGGEST } } : {}),
  };
}

/** Adds the documentation that was left out of the list. */
export function resolve(item: CompletionItem): CompletionItem {
  const data: unknown = item.data;
  if (typeof data !== 'object' || data === null || !('doc' in data) || typeof data.doc !== 'string')
    return item;
  return { ...item, documentation: { kind: 'markdown', value: data.doc } };
}
