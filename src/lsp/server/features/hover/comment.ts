import { md } from '../../../../util/format.ts';
import { CHECK_OPTIONS, PRAGMAS } from '../../data/pragmas.ts';
import { RULES } from '../../rules/all.ts';
import { homePage } from '../../rules/links.ts';
import type { Span } from '../../parser/tree.ts';
import { link, paragraphs } from './markdown.ts';

/** The pragma, option or rule that the comment at `span` names at `offset`, and what it means. */
export function commentText(
  source: string,
  span: Span,
  offset: number,
): { span: Span; text: string } | undefined {
  const text = source.slice(span.start, span.end);
  const head = /^#\s*(hadolint\s+(?:(?:global|stage)\s+)?(?:ignore|shell)|check)\s*=/i.exec(text);
  const name = head?.[1]?.toLowerCase().replace(/\s+/g, ' ');
  if (!head || name === undefined) return undefined;
  if (offset < span.start + head[0].length) {
    const doc = PRAGMAS[name === 'check' ? 'check=skip=' : `${name}=`]?.doc;
    return doc === undefined
      ? undefined
      : { span: { start: span.start, end: span.start + head[0].length - 1 }, text: doc };
  }
  for (const word of text.matchAll(/[\w/-]+/g)) {
    const start = span.start + word.index;
    const end = start + word[0].length;
    if (offset < start || offset > end || start < span.start + head[0].length) continue;
    const found = ruleText(word[0]) ?? (name === 'check' ? CHECK_OPTIONS[word[0]] : undefined);
    if (found !== undefined) return { span: { start, end }, text: found };
  }
  return undefined;
}

/** What a rule says, by its id or the name that another tool has for it. */
function ruleText(id: string): string | undefined {
  const rule = RULES.find((one) => one.id === id) ?? RULES.find(({ same }) => same === id);
  if (!rule) return undefined;
  const page = homePage(id);
  return paragraphs(`**${md(id)}**: ${rule.title}.`, rule.why, page && link('Its page', page));
}
