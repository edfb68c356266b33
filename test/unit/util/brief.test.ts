import { expect, test } from 'vitest';
import { brief } from '../../../src/util/brief.ts';

test.each([
  ['RUN --mount=type=cache,target=/x --network=none make', 'RUN make'],
  ['RUN --mount=type=cache', 'RUN --mount=type=cache'],
  ['COPY --from=a /b /c', 'COPY --from=a /b /c'],
])('in short %s is %s', (instruction, words) => {
  expect(brief(instruction)).toBe(words);
});
