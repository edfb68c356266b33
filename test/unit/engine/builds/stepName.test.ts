import { expect, it } from 'vitest';
import { parseStepName } from '../../../../src/engine/builds/stepName.ts';

it.each([
  ['[build 2/5] RUN make', { stage: 'build', index: 2, total: 5, instruction: 'RUN make' }],
  ['[build  2/10] RUN x', { stage: 'build', index: 2, total: 10, instruction: 'RUN x' }],
  ['[ 2/10] RUN x', { stage: '0', index: 2, total: 10, instruction: 'RUN x' }],
  ['[stage-1 3/4] COPY a b', { stage: '1', index: 3, total: 4, instruction: 'COPY a b' }],
  ['[build 9/8] RUN x', { stage: 'build', index: 9, total: 8, instruction: 'RUN x' }],
  [
    '[linux/arm64 build 2/5] RUN x',
    { platform: 'linux/arm64', stage: 'build', index: 2, total: 5, instruction: 'RUN x' },
  ],
  [
    '[linux/amd64->arm/v7 2/5] RUN x',
    { platform: 'linux/amd64->arm/v7', stage: '0', index: 2, total: 5, instruction: 'RUN x' },
  ],
  [
    '[linux/arm64 internal] load metadata for x',
    { platform: 'linux/arm64', instruction: '[internal] load metadata for x' },
  ],
  ['[internal] load build context', { instruction: '[internal] load build context' }],
  ['[auth] library/a:pull token for r.io', { instruction: '[auth] library/a:pull token for r.io' }],
  ['exporting to image', { instruction: 'exporting to image' }],
  [
    '[a 1/2] RUN [ -e x ] && echo "[b 2/3] y"\nz',
    { stage: 'a', index: 1, total: 2, instruction: 'RUN [ -e x ] && echo "[b 2/3] y"\nz' },
  ],
  ['[a/b/c', { instruction: '[a/b/c' }],
  ['', { instruction: '' }],
])('the name %j is taken apart', (name, parts) => {
  expect(parseStepName(name)).toEqual(parts);
});
