import type { Finding, Fix } from '../rules/rule.ts';

export type Edit = Fix['edits'][number];

/**
 * The edits of as many fixes as go together, in order of the text: none overlaps another, and of two that insert at one
 * place the first is taken, for their order would be a guess. What is left out can be fixed in a second pass.
 */
export function combine(fixes: readonly Fix[]): { edits: readonly Edit[]; taken: number } {
  const byPlace = fixes
    .filter(({ edits }) => edits.length > 0)
    .map(({ edits }) =>
      edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end),
    )
    .sort((a, b) => startOf(a) - startOf(b));
  const taken: Edit[] = [];
  let count = 0;
  for (const edits of byPlace) {
    if (!isFree(edits, taken)) continue;
    taken.push(...edits);
    // Nearly always in order already, so this costs a comparison an edit.
    taken.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    count += 1;
  }
  return { edits: taken, taken: count };
}

const startOf = (edits: readonly Edit[]): number => edits[0]?.span.start ?? 0;

/** Whether none of `edits` touches one of `taken` or another of its own; both are in order. */
function isFree(edits: readonly Edit[], taken: readonly Edit[]): boolean {
  let previous: Edit | undefined;
  for (const edit of edits) {
    // Its own may stand side by side: an insertion in front of what is replaced.
    if (previous && previous.span.end > edit.span.start) return false;
    previous = edit;
    // From the end: those before this fix's place are not far from it.
    for (let index = taken.length - 1; index >= 0; index--) {
      const other = taken[index];
      if (!other || other.span.end < edit.span.start) break;
      if (collide(other, edit)) return false;
    }
  }
  return true;
}

function collide({ span: a }: Edit, { span: b }: Edit): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}

/** Fixes with the line ends of the text that they are for: rules write `\n`. */
export function withLineEnds(fixes: readonly Fix[], source: string): readonly Fix[] {
  const writesLines = ({ text }: Edit) => text.includes('\n');
  if (!fixes.some(({ edits }) => edits.some(writesLines))) return fixes;
  if (source[source.indexOf('\n') - 1] !== '\r') return fixes;
  const convert = ({ span, text }: Edit) => ({ span, text: text.replace(/\r?\n/g, '\r\n') });
  return fixes.map((fix) => ({ ...fix, edits: fix.edits.map(convert) }));
}

/** The text after edits that are in order and don't overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { span, text: inserted } of edits) {
    pieces.push(text.slice(at, span.start), inserted);
    at = span.end;
  }
  return pieces.join('') + text.slice(at);
}

/** The fix of a finding that may be applied unseen. */
export function safeFixOf({ fixes = [] }: Finding): Fix | undefined {
  return fixes.find(({ safe }) => safe);
}

/** Passes after which a text is left as it is: fixes that never come to rest would be a fault of rules. */
const MOST_PASSES = 10;

/**
 * A text after its safe fixes, those that a fix makes possible included.
 * @param find what is found in a text
 */
export async function fixAll(
  text: string,
  find: (text: string) => Promise<readonly Finding[]> | readonly Finding[],
): Promise<{ text: string; fixed: number }> {
  let current = text;
  let fixed = 0;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const fixes = (await find(current)).flatMap((finding) => safeFixOf(finding) ?? []);
    const { edits, taken } = combine(fixes);
    const next = applyEdits(current, edits);
    if (next === current) break;
    current = next;
    fixed += taken;
  }
  return { text: current, fixed };
}
