import type { Finding, Rule } from '../rule.ts';

/** The builder reads lines of up to this many bytes. */
const MOST_BYTES = 65_535;

/** Lines that are longer than the builder reads. */
export const lineTooLong: Rule = {
  id: 'build-error/line-too-long',
  severity: 'error',
  title: 'A line has at most 65,535 bytes',
  why: 'The builder refuses a file with a longer line. Continue it on further lines, or copy its content from a file.',
  examples: [
    {
      bad: `FROM alpine:3\nRUN echo ${'x'.repeat(MOST_BYTES)}\n`,
      good: 'FROM alpine:3\nRUN echo x\n',
    },
  ],
  check: ({ tree: { source } }) => {
    const found: Finding[] = [];
    if (source.length * 3 <= MOST_BYTES) return found;
    for (let start = 0; start < source.length;) {
      const feed = source.indexOf('\n', start);
      const end = feed < 0 ? source.length : feed;
      if (
        (end - start) * 3 > MOST_BYTES &&
        new TextEncoder().encode(source.slice(start, end)).length > MOST_BYTES
      )
        found.push({
          span: { start, end: start + 1 },
          message: 'This line has more than 65,535 bytes, which the builder doesn’t read.',
        });
      start = end + 1;
    }
    return found;
  },
};
