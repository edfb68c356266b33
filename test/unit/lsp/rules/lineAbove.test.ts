import { describe, expect, it } from 'vitest';
import { fixed } from './hadolint/found.ts';

/** A text of which the lines between `«` and `»` are those that a fix should put in. */
const without = (text: string) => text.replace(/«[^»]*»/g, '');
const withLines = (text: string) => text.replace(/[«»]/g, '');

const SHELL = 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n';

describe('a fix that puts a line above an instruction', () => {
  it.each([
    ['DL4006', `FROM debian:12\n«${SHELL}»# hadolint ignore=DL3008\nRUN a | b\n`],
    ['DL4006', `FROM debian:12\n# why\n«${SHELL}»  # hadolint ignore=DL3008\n  RUN a | b\n`],
    [
      'DL4006',
      `FROM debian:12\n«${SHELL}»# hadolint ignore=DL3008\n# check=skip=JSONArgsRecommended\nRUN a | b\n`,
    ],
    ['DL4006', `FROM debian:12\n«${SHELL}»# check=skip=UndefinedVar\n\n# why\nRUN a | b\n`],
    ['DL4006', `FROM debian:12\n# check=skip=UndefinedVar\n#\n«${SHELL}»RUN a | b\n`],
    ['DL4006', `FROM debian:12\n# hadolint ignore=DL3008\n# why\n«${SHELL}»RUN a | b\n`],
    ['DL4006', `FROM debian:12\n# hadolint ignore=DL3008\n\n«${SHELL}»RUN a | b\n`],
    [
      'DL4006',
      `FROM debian:12\n# hadolint shell=bash\n«SHELL ["bash", "-o", "pipefail", "-c"]\n»# hadolint ignore=DL3008\nRUN a | b\n`,
    ],
    [
      'stevedore/arg-not-in-stage',
      'FROM debian:12\nRUN x\n«ARG TARGETARCH\n»# hadolint ignore=SC2086\nRUN echo $TARGETARCH\n',
    ],
    ['UndefinedVar', 'FROM debian:12\n«ARG NAME\n»# hadolint ignore=DL3045\nCOPY x $NAME\n'],
    [
      'UndefinedArgInFrom',
      '# escape=\\\n# x\n«ARG NAME\n»# hadolint ignore=DL3006\nFROM debian:$NAME\n',
    ],
  ])('%s: stands above the comments that silence others in it: %j', async (id, text) => {
    expect(await fixed(id, without(text))).toContain(withLines(text));
  });

  it('of DL3003 leaves the comment with the rest of the RUN', async () => {
    expect(
      await fixed('DL3003', 'FROM a:1\n# hadolint ignore=DL3008\nRUN cd /x && b && c\n'),
    ).toEqual(['FROM a:1\nWORKDIR /x\n# hadolint ignore=DL3008\nRUN b && c\n']);
  });

  it('of cache-busting-order moves the comment along with the install, and none of COPY', async () => {
    const copy = '# hadolint ignore=DL3045\nCOPY . .\n';
    const run = '# hadolint ignore=DL3016\nRUN npm ci\n';
    expect(await fixed('stevedore/cache-busting-order', `FROM a:1\n${copy}${run}RUN x\n`)).toEqual([
      `FROM a:1\nCOPY package*.json .npmrc* ./\n${run}${copy}RUN x\n`,
    ]);
  });
});
