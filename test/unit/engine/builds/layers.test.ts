import { describe, expect, test } from 'vitest';
import { layersOf } from '../../../../src/engine/builds/layers.ts';
import type { Build } from '../../../../src/engine/builds/model.ts';
import type { HistoryEntry } from '../../../../src/engine/imageHistory.ts';
import { readOutline } from '../../../../src/util/dockerfileOutline.ts';
import { build, step } from '../../views/samples.ts';

const text = `FROM base AS deps
WORKDIR /app
COPY package.json .
RUN npm ci
FROM deps
RUN npm run build
CMD ["node"]
`;
const steps = [
  step({ id: 'w', stage: 'deps', index: 2, total: 4, instruction: 'WORKDIR /app', duration: 10 }),
  step({
    id: 'c',
    stage: 'deps',
    index: 3,
    total: 4,
    instruction: 'COPY package.json .',
    state: 'cached',
    duration: 0,
  }),
  step({ id: 'n', stage: 'deps', index: 4, total: 4, instruction: 'RUN npm ci', duration: 4200 }),
  step({
    id: 'b',
    stage: '1',
    index: 1,
    total: 1,
    instruction: 'RUN npm run build',
    duration: 900,
  }),
];
const buildkit: HistoryEntry[] = [
  { createdBy: 'ADD rootfs.tar / # buildkit', size: 9_000 },
  { createdBy: 'RUN /bin/sh -c of the base # buildkit', size: 1_000 },
  { createdBy: 'WORKDIR /app', size: 0 },
  { createdBy: 'COPY package.json . # buildkit', size: 300 },
  { createdBy: 'RUN /bin/sh -c npm ci # buildkit', size: 5_000_000 },
  { createdBy: 'RUN /bin/sh -c npm run build # buildkit', size: 70_000 },
  { createdBy: 'CMD ["node"]', size: 0 },
];
const classic: HistoryEntry[] = [
  { createdBy: '/bin/sh -c #(nop) ADD file:abc in / ', size: 9_000 },
  { createdBy: '/bin/sh -c #(nop) WORKDIR /app', size: 0 },
  { createdBy: '/bin/sh -c #(nop) COPY file:abc in . ', size: 300 },
  { createdBy: '|1 A=1 /bin/sh -c npm ci', size: 5_000_000 },
  { createdBy: '/bin/sh -c npm run build', size: 70_000 },
  { createdBy: '/bin/sh -c #(nop)  CMD ["node"]', size: 0 },
];

describe('what instructions came to', () => {
  test.each([
    ['BuildKit', buildkit],
    ['the classic builder', classic],
  ])('with the sizes of layers as %s writes them down', (_, history) => {
    expect(layersOf(readOutline(text), build({ steps }), history, undefined)).toEqual([
      { line: 1, size: 0, duration: 10 },
      { line: 2, size: 300, cached: true },
      { line: 3, size: 5_000_000, duration: 4200 },
      { line: 5, size: 70_000, duration: 900 },
    ]);
  });

  test('with the sizes of an only stage, which BuildKit never names', () => {
    const named = 'FROM base AS app\nRUN make\n';
    const only = [step({ id: 'm', stage: '0', index: 2, total: 2, instruction: 'RUN make' })];
    const history = [{ createdBy: 'RUN /bin/sh -c make # buildkit', size: 400 }];
    const sizes = (over: Partial<Build['request']>) => {
      const one = build({ steps: only, request: { ...build().request, ...over } });
      return layersOf(readOutline(named), one, history, undefined).map(({ size }) => size);
    };
    expect(sizes({})).toEqual([400]);
    expect(sizes({ target: 'app' })).toEqual([400]);
  });

  test('with the sizes of an only stage of the classic builder, which has its name', () => {
    const steps = [step({ id: 'm', stage: 'app', index: 2, total: 2, instruction: 'RUN make' })];
    const one = build({ steps, builder: 'classic' });
    const history = [{ createdBy: '/bin/sh -c make', size: 400 }];
    const outline = readOutline('FROM base AS app\nRUN make\n');
    expect(layersOf(outline, one, history, undefined).map(({ size }) => size)).toEqual([400]);
  });

  test('without sizes where no image came of it, and for stages that are not in it', () => {
    const found = layersOf(readOutline(text), build({ steps }), [], undefined);
    expect(found.every(({ size }) => size === undefined)).toBe(true);
    const { request } = build();
    const only = build({ steps, request: { ...request, target: 'deps' } });
    const sizes = layersOf(readOutline(text), only, buildkit.slice(0, 5), undefined);
    expect(sizes.map(({ line, size }) => [line, size])).toEqual([
      [1, 0],
      [2, 300],
      [3, 5_000_000],
      [5, undefined],
    ]);
  });

  test('at the lines where the instructions stand now; others have none', () => {
    const edited = `# A comment.\n${text.replace('RUN npm ci\n', 'RUN npm ci\nRUN something new\n')}`;
    const found = layersOf(readOutline(edited), build({ steps }), buildkit, undefined);
    expect(found.map(({ line, size }) => [line, size])).toEqual([
      [2, 0],
      [3, 300],
      [4, 5_000_000],
      [7, 70_000],
    ]);
  });

  test('with the reason why a step was not in the cache', () => {
    const before = build({
      id: 'earlier',
      steps: steps.map((one) => ({ ...one, id: `${one.id}0` })),
    });
    const reworded = steps.map((one) =>
      one.id === 'n' ? { ...one, instruction: 'RUN npm ci --quiet', inputs: ['c'] } : one,
    );
    const now = text.replace('npm ci', 'npm ci --quiet');
    const found = layersOf(readOutline(now), build({ steps: reworded }), [], before);
    expect(found.find(({ line }) => line === 3)?.why).toBe(
      'RUN npm ci --quiet was RUN npm ci before.',
    );
  });

  test('nothing of a step that failed or never ran, nor of a base image that was there', () => {
    const odd = [
      step({ id: 'f', stage: '0', index: 1, total: 2, instruction: 'FROM a', duration: 20 }),
      step({ id: 'x', stage: '0', index: 2, total: 2, instruction: 'RUN x', state: 'failed' }),
    ];
    expect(layersOf(readOutline('FROM a\nRUN x\n'), build({ steps: odd }), [], undefined)).toEqual(
      [],
    );
  });
});
