import { expect, test } from 'vitest';
import { brief } from '../../../src/util/brief.ts';

test.each([
  ['RUN --mount=type=cache,target=/x --network=none make', 'RUN make'],
  ['RUN --mount=type=cache', 'RUN --mount=type=cache'],
  ['RUN --mount=type=cache,target="/a b" make', 'RUN make'],
  ["RUN --mount='type=cache,target=/a \" b' --network=none make", 'RUN make'],
  ['RUN --mount="type=cache,target=/a\\" b" make', 'RUN make'],
  ['RUN --mount=type=cache,target=/a\\ b make "c d"', 'RUN make "c d"'],
  ['RUN --mount=type=cache,target="/a b make', 'RUN --mount=type=cache,target="/a b make'],
  ['COPY --from=a /b /c', 'COPY --from=a /b /c'],
])('in short %s is %s', (instruction, words) => {
  expect(brief(instruction)).toBe(words);
});

test('takes no longer for what looks like flags again and again', () => {
  for (const part of ['""', "'", '\\ ', ' --a="', ' --a=""', '\\"'])
    expect(brief(`RUN --a=${part.repeat(20_000)}`)).toMatch(/^RUN/);
});
