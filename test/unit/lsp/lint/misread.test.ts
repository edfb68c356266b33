import { expect, it } from 'vitest';
import { RULES } from '../../../../src/lsp/server/rules/all.ts';
import { reported } from './reported.ts';

const RULE = /^stevedore\/(?:swallowed-instruction|repeated-keyword)$/;

/** The rules whose fixes are offered for what a file holds, but for those that put right what is misread. */
function offering(lines: string): string[] {
  const found = reported(`FROM a:1.1\n${lines}\n`, undefined, RULES);
  expect(found.some(({ rule }) => RULE.test(rule))).toBe(true);
  return found.flatMap(({ rule, fixes = [] }) => (RULE.test(rule) || !fixes[0] ? [] : rule));
}

it.each([
  'ENTRYPOINT app x \\\nEXPOSE 80',
  'HEALTHCHECK CMD curl x \\\nEXPOSE 80',
  'CMD CMD node x',
  'ADD ADD --chown=1:1 a /b',
  'ENV A b \\\nRUN make',
  'ENV ENV A=b',
  'MAINTAINER x \\\nRUN y',
  'RUN apt-get update \\\nCOPY a /b',
  'COPY a /b \\\nCOPY c /d',
])('no fix of another rule touches what is misread in %j', (lines) => {
  expect(offering(lines)).toEqual([]);
});

it('leaves fixes before it, and of other instructions, as they are', () => {
  expect(offering('RUN apt-get install curl \\\nCOPY a /b')).toContain('DL3014');
  expect(offering('RUN RUN a\nENV A b')).toEqual(['LegacyKeyValueFormat']);
});
