import type { Tree } from '../parser/tree.ts';
import { toSpan } from '../parser/tree.ts';
import { unquote } from '../parser/words.ts';
import type { Problem } from './problem.ts';

/** MAINTAINER, with a fix that says the same as a label. */
export function maintainerProblems({ instructions, escape }: Tree): Problem[] {
  return instructions.flatMap((instruction): Problem[] => {
    const { name, keyword, logical, args } = instruction;
    if (name !== 'MAINTAINER') return [];
    const value = unquote(logical.text.slice(args.from, args.to)).replaceAll(/["$\\`]/g, (char) =>
      char === '"' || char === '$' || char === escape ? escape + char : char,
    );
    const label = keyword.text === name ? 'LABEL' : 'label';
    const fix = {
      title: `Change to ${label} org.opencontainers.image.authors`,
      edits: [
        { span: keyword, text: label },
        {
          span: toSpan(logical, args.from, args.to),
          text: `org.opencontainers.image.authors="${value}"`,
        },
      ],
    };
    const fixes = args.from < args.to && logical.starts.length === 1 ? [fix] : [];
    const message = 'MAINTAINER is deprecated: use the label org.opencontainers.image.authors.';
    return [
      {
        code: 'MaintainerDeprecated',
        group: 'deprecated',
        span: keyword,
        message,
        tag: 'deprecated',
        fixes,
      },
    ];
  });
}
