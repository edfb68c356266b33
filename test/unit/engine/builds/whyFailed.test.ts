import { describe, expect, test } from 'vitest';
import { whyFailed, withoutCommand } from '../../../../src/engine/builds/whyFailed.ts';
import { build, step } from '../../views/samples.ts';

const script = 'set -e\\nls /none\\n';
const message = `process "/bin/sh -c ${script}" did not complete successfully: exit code: 1.`;
const failure = { message, step: 'a', exitCode: 1 };
const heredoc = step({
  id: 'a',
  instruction: 'RUN <<EOF (set -e...)',
  state: 'failed',
  error: message,
  lines: [6, 9],
});

describe('why a build failed', () => {
  test('is told of the instruction, and not by its whole script', () => {
    expect(whyFailed(build({ state: 'failed', steps: [heredoc], failure }))).toBe(
      'RUN <<EOF (set -e...) in line 6 ended with exit code 1.',
    );
    const blamed = { ...failure, lines: [16, 19] as const };
    expect(whyFailed(build({ state: 'failed', steps: [heredoc], failure: blamed }))).toContain(
      'in line 16 ',
    );
  });

  test('is told in a line, however long the instruction is', () => {
    const long = { ...heredoc, instruction: `RUN ${'make all\n'.repeat(100)}` };
    const why = whyFailed(build({ state: 'failed', steps: [long], failure })) ?? '';
    expect(why).toMatch(/^RUN make all make.*… in line 6 ended with exit code 1\.$/);
    expect(why.length).toBeLessThan(120);
  });

  test('is what the builder says where that is all that is known, and nothing where nothing failed', () => {
    expect(whyFailed(build({ state: 'failed', steps: [], failure }))).toBe(message);
    const missing = { message: '/x is not where the instruction copies from.', step: 'a' };
    expect(whyFailed(build({ steps: [heredoc], failure: missing }))).toBe(missing.message);
    expect(whyFailed(build())).toBeUndefined();
  });
});

describe('what a builder says of a step', () => {
  test.each([
    [message, 'exit code 1'],
    ['process "/bin/sh -c a\nb" did not complete successfully: exit code: 137', 'exit code 137'],
    ['executor failed running [/bin/sh -c a]: exit code: 7', 'exit code 7'],
    ["The command '/bin/sh -c a' returned a non-zero code: 7", 'exit code 7'],
    ['failed to read exit code: 7', 'failed to read exit code: 7'],
    ['"/x": not found', '"/x": not found'],
  ])('%j', (error, words) => {
    expect(withoutCommand(error)).toBe(words);
  });
});
