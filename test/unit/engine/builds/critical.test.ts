import { describe, expect, it } from 'vitest';
import { advise } from '../../../../src/engine/builds/advice.ts';
import { criticalPath } from '../../../../src/engine/builds/critical.ts';
import { build, running, step } from './made.ts';
import { replay } from './recorded.ts';

const CONTEXT = '[internal] load build context';
const steps = [
  step('[internal] load definition', [0, 1]),
  step(CONTEXT, [1, 5], { transfers: [{ id: 't', current: 3_000_000, total: 0 }] }),
  step('[a 1/3] FROM x', [1, 2]),
  step('[a 2/3] COPY . .', [5, 6], { inputs: [CONTEXT, '[a 1/3] FROM x'] }),
  step('[a 3/3] RUN make', [6, 16], { inputs: ['[a 2/3] COPY . .'] }),
  step('[b 1/2] RUN y', [2, 10], { inputs: ['[a 1/3] FROM x'] }),
  step('[b 2/2] COPY --from=a /o /', [16, 17], { inputs: ['[b 1/2] RUN y', '[a 3/3] RUN make'] }),
  step('[c 1/1] RUN never', undefined),
  step('exporting to image', [17, 20]),
];

describe('the critical path', () => {
  it('is what bounds the build', () => {
    const { steps: path, length, slack } = criticalPath(build(steps), 0);
    expect(path).toEqual([
      '[internal] load definition',
      CONTEXT,
      '[a 2/3] COPY . .',
      '[a 3/3] RUN make',
      '[b 2/2] COPY --from=a /o /',
      'exporting to image',
    ]);
    expect(length).toBe(20_000);
    expect(slack.get('[b 1/2] RUN y')).toBe(6000);
    expect(slack.get('[a 1/3] FROM x')).toBe(3000);
    expect(path.map((id) => slack.get(id))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(slack.has('[c 1/1] RUN never')).toBe(false);
  });

  it('counts what still runs up to now', () => {
    const { length } = criticalPath(
      build([
        ...steps.slice(0, 4),
        running('[a 3/3] RUN make', 6, { inputs: ['[a 2/3] COPY . .'] }),
      ]),
      30_000,
    );
    expect(length).toBe(30_000);
  });

  it('goes through a real build to its slow step', () => {
    const real = replay('new-main').build();
    const { steps: path, slack } = criticalPath(real, 0);
    const names = path.map((id) => real.steps.find((one) => one.id === id)?.instruction);
    expect(names.at(-1)).toBe('exporting to image');
    expect(names).toContain('RUN sleep 1; echo done');
    expect(slack.size).toBe(real.steps.length);
  });

  it('comes to an end with steps in a circle, and with none', () => {
    const circle = [
      step('a', [0, 1], { inputs: ['b'] }),
      step('b', [1, 2], { inputs: ['a'] }),
      step('c', [0, 1], { inputs: ['c'] }),
    ];
    expect(criticalPath(build(circle), 0)).toMatchObject({ steps: [], length: 0 });
    expect(criticalPath(build([]), 0)).toMatchObject({ steps: [], length: 0 });
  });
});

describe('advice', () => {
  it('names what costs most first, and why it ran', () => {
    const cached = step('[d 1/1] RUN z', [1, 1], { state: 'cached' });
    expect(advise(build([...steps, cached]), 0).map(({ sentence }) => sentence)).toEqual([
      'RUN make took 10.0 s, 50 % of the build: it ran again because COPY . . before it was not cached.',
      'Sending the build context took 4.0 s (3 MB, 20 % of the build): leave out what the build doesn’t need.',
      'Exporting took 3.0 s, 15 % of the build.',
      '[internal] load definition took 1.0 s, 5 % of the build.',
      'COPY . . took 1.0 s, 5 % of the build.',
      'COPY --from=a /o / took 1.0 s, 5 % of the build: it ran again because COPY . . before it was not cached.',
    ]);
  });

  it('blames no lost cache where nothing was cached, as in a first build', () => {
    const base = step('[d 1/1] FROM z', [1, 1], { state: 'cached' });
    const [first] = advise(build([...steps, base]), 0);
    expect(first?.sentence).toBe('RUN make took 10.0 s, 50 % of the build.');
    expect(first?.cause).toBeUndefined();
  });

  it('names the command of a RUN, and not its flags', () => {
    const flags = '--mount=type=cache,target=/root/.cache,sharing=locked --network=none';
    const [only] = advise(build([step(`[a 1/1] RUN ${flags} make`, [0, 10])]), 0);
    expect(only?.sentence).toBe('RUN make took 10.0 s, 100 % of the build.');
  });

  it('says nothing of what was cached or short', () => {
    const quick = steps.map((one) =>
      one.index === undefined ? { ...one, duration: 1 } : { ...one, state: 'cached' as const },
    );
    expect(advise(build(quick), 0)).toEqual([]);
  });
});
