import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { INSTRUCTIONS } from '../../data/instructions.ts';
import type { Parsed } from '../../documents.ts';
import type { CompletionSupport, Offer } from './items.ts';

/** The instructions that may stand at `offset`, in the case that is typed or that the file uses. */
export function keywordOffers(
  parsed: Parsed,
  offset: number,
  support: CompletionSupport,
  prefix: string,
): Offer[] {
  const first = parsed.tree.stages[0];
  const isHead = !first || first.from.start >= offset;
  return offersOf(isHead ? ['FROM', 'ARG'] : Object.keys(INSTRUCTIONS), {
    lower: isLower(parsed, prefix),
    support,
  });
}

const NOT_TRIGGERED = new Set(['FROM', 'ONBUILD', 'MAINTAINER']);

/** The instructions that ONBUILD takes. */
export function triggerOffers(parsed: Parsed, support: CompletionSupport, prefix: string): Offer[] {
  const names = Object.keys(INSTRUCTIONS).filter((name) => !NOT_TRIGGERED.has(name));
  return offersOf(names, { lower: isLower(parsed, prefix), support });
}

function offersOf(
  names: readonly string[],
  { lower, support }: { lower: boolean; support: CompletionSupport },
): Offer[] {
  return names.flatMap((name): Offer[] => {
    const facts = INSTRUCTIONS[name];
    if (!facts) return [];
    const { doc, snippets } = facts;
    const cased = lower ? name.toLowerCase() : name;
    if (!support.snippets) return [{ label: cased, kind: Kind.Keyword, doc, insert: cased }];
    // AS goes with FROM.
    const rest = (text: string) => (lower ? text.replace(' AS ', ' as ') : text).slice(name.length);
    return snippets.map(({ label, insert }) => ({
      label: cased + rest(label),
      insert: cased + rest(insert),
      kind: Kind.Keyword,
      detail: name,
      doc,
      snippet: true,
      // A client keeps its list as long as something in it fits: none may once a blank is behind the keyword.
      filter: cased,
    }));
  });
}

/** Lower case when the person types it, or when she has typed nothing and most of the file is so. */
function isLower({ tree }: Parsed, prefix: string): boolean {
  if (prefix !== '') return prefix === prefix.toLowerCase();
  const lower = tree.instructions.filter(
    ({ keyword }) => keyword.text === keyword.text.toLowerCase(),
  );
  return lower.length * 2 > tree.instructions.length;
}
