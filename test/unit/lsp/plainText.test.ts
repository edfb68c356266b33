import { describe, expect, it } from 'vitest';
import { plainText } from '../../../src/lsp/server/client/plainText.ts';
import { INSTRUCTIONS } from '../../../src/lsp/server/data/instructions.ts';
import { code, md } from '../../../src/util/format.ts';

describe('Markdown as plain text', () => {
  it.each([
    ['A `RUN` of ``a`b``.', 'A RUN of a`b.'],
    [
      '[Reference](https://x.example/#run) and [a `b`](c)',
      'Reference (https://x.example/#run) and a b (c)',
    ],
    ['**bold**, *slanted* and 2 * 3 * 4', 'bold, slanted and 2 * 3 * 4'],
    ['```dockerfile\nRUN a `b` **c**\n```\nafter', 'RUN a `b` **c**\nafter'],
    ['````\n```\n````', '```'],
    ['# Title\n- point', 'Title\n- point'],
    ['snake_case_name and \\_x\\_', 'snake_case_name and _x_'],
    ['[https://x.example](https://x.example)', 'https://x.example'],
    ['an [open and `tick', 'an [open and `tick'],
  ])('%j is %j', (markdown, plain) => {
    expect(plainText(markdown)).toBe(plain);
  });

  it('gives back what was escaped or put in a code span', () => {
    for (const text of ['a*b_c`d', '[x](y)', '`', '<b>&amp;', '**x**', '\\'])
      expect([plainText(md(text)), plainText(code(text))]).toEqual([text, text]);
  });

  it('leaves no marks in what is said of instructions', () => {
    for (const { doc } of Object.values(INSTRUCTIONS))
      expect(plainText(doc)).not.toMatch(/`|\]\(|\*\*/);
  });
});
