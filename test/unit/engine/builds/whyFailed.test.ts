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
      'RUN <<EOF (set -e...) on line 6 ended with exit code 1.',
    );
    const blamed = { ...failure, lines: [16, 19] as const };
    expect(whyFailed(build({ state: 'failed', steps: [heredoc], failure: blamed }))).toContain(
      'on line 16 ',
    );
  });

  test('is told in a line, however long the instruction is', () => {
    const long = { ...heredoc, instruction: `RUN ${'make all\n'.repeat(100)}` };
    const why = whyFailed(build({ state: 'failed', steps: [long], failure })) ?? '';
    expect(why).toMatch(/^RUN make all make.*… on line 6 ended with exit code 1\.$/);
    expect(why.length).toBeLessThan(120);
  });

  test.each([
    [
      126,
      'exit code 126: its command could not be run: it is not a program, or must not be executed',
    ],
    [127, 'exit code 127: its command was not found'],
    [137, 'exit code 137: it was killed, most often because memory ran out'],
    [139, 'exit code 139, SIGSEGV: it crashed on memory that is not its own'],
    [3, 'exit code 3'],
  ])('says what exit code %i means, where that is known', (exitCode, words) => {
    expect(whyFailed(build({ steps: [heredoc], failure: { ...failure, exitCode } }))).toBe(
      `RUN <<EOF (set -e...) on line 6 ended with ${words}.`,
    );
  });

  test('is told without the script where the command could not be run at all', () => {
    const failure = { message, step: 'a', notRun: 'unable to find user x.' };
    expect(whyFailed(build({ steps: [heredoc], failure }))).toBe(
      'RUN <<EOF (set -e...) on line 6 could not be run: unable to find user x.',
    );
  });

  test.each([
    [
      'COPY --chown=1:2 --from=tools /x /y',
      'COPY --chown=1:2 --from=tools /x /y on line 6: tools has no /x.',
    ],
    ['COPY --from=0 /x /y', 'COPY --from=0 /x /y on line 6: stage 0 has no /x.'],
    ['COPY --from=0a /x /y', 'COPY --from=0a /x /y on line 6: 0a has no /x.'],
    [
      'COPY x /y',
      'COPY x /y on line 6: the build context has no /x, or .dockerignore leaves it out.',
    ],
    [
      'COPY ../x /y',
      'COPY ../x /y on line 6: the build context has no /x, or .dockerignore leaves it out. Its paths begin there, and .. leads no further.',
    ],
    [
      'RUN --mount=type=cache,target=/c --mount=type=bind,source=x,target=/y make',
      'RUN make on line 6: the build context has no /x for its --mount, or .dockerignore leaves it out.',
    ],
    [
      'RUN --mount=type=bind,from=tools,src=/x,target=/y make',
      'RUN make on line 6: tools has no /x for its --mount.',
    ],
    ['RUN --mount=type=bind,source=z,target=/y make', 'It is not there.'],
    [
      'ADD x /y',
      'ADD x /y on line 6: the build context has no /x, or .dockerignore leaves it out.',
    ],
  ])('says where what is to be copied is missing: %s', (instruction, why) => {
    const steps = [{ ...heredoc, instruction }];
    const failure = { message: 'It is not there.', step: 'a', missing: '/x' };
    expect(whyFailed(build({ steps, failure }))).toBe(why);
  });

  test('names the address of what could not be fetched', () => {
    const { stage: _, index: __, ...source } = step({ id: 'a', instruction: 'http://h/x' });
    const answered = { message: 'The server answered 404.', step: 'a' };
    expect(whyFailed(build({ steps: [source], failure: answered }))).toBe(
      'http://h/x: The server answered 404.',
    );
    const adds = step({ id: 'a', instruction: 'ADD http://h/x /', lines: [2, 2] });
    expect(whyFailed(build({ steps: [adds], failure: answered }))).toBe(
      'ADD http://h/x / on line 2: The server answered 404.',
    );
    const frontend = step({ id: 'a', instruction: 'resolve image config for docker-image://x' });
    expect(whyFailed(build({ steps: [frontend], failure: answered }))).toBe(answered.message);
    const named = { message: 'The engine could not fetch http://h/x: it is away.', step: 'a' };
    expect(whyFailed(build({ steps: [source], failure: named }))).toBe(named.message);
  });

  test('is told of the command, and not of its flags', () => {
    const flags =
      '--mount=type=secret,id=npm,target=/root/.npmrc --mount=type=cache,target=/root/.npm';
    const flagged = { ...heredoc, instruction: `RUN ${flags} npm ci` };
    expect(whyFailed(build({ steps: [flagged], failure }))).toBe(
      'RUN npm ci on line 6 ended with exit code 1.',
    );
  });

  test('is what the builder says where that is all that is known, and nothing where nothing failed', () => {
    expect(whyFailed(build({ state: 'failed', steps: [], failure }))).toBe(message);
    const missing = { message: 'It is not there.', step: 'a', missing: '/x' };
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
