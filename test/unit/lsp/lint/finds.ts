import type { Finding, Fix, Rule } from '../../../../src/lsp/server/rules/rule.ts';

/** A rule that finds each occurrence of a word. */
export function finds(id: string, word: string, more: Partial<Rule> & { fix?: Fix } = {}): Rule {
  const { fix, ...rest } = more;
  return {
    id,
    severity: 'warning',
    title: id,
    why: id,
    examples: [{ bad: word, good: '' }],
    check: ({ tree: { source } }) => {
      const found: Finding[] = [];
      for (let at = source.indexOf(word); at >= 0; at = source.indexOf(word, at + 1))
        found.push({
          span: { start: at, end: at + word.length },
          message: id,
          ...(fix && { fixes: [fix] }),
        });
      return found;
    },
    ...rest,
  };
}
