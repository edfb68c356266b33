import { describe, expect, it } from 'vitest';
import { activity, buildTime, groupSteps, timeOf } from '../../../../src/engine/builds/stages.ts';
import { build, running, step } from './made.ts';
import { replay } from './recorded.ts';

describe('the groups of a build', () => {
  it('are what goes before, the stages in the order of the Dockerfile, and exporting', () => {
    const groups = groupSteps(replay('new-main').build());
    expect(groups.map(({ kind, stage, steps }) => [kind, stage, steps.length])).toEqual([
      ['internal', undefined, 7],
      ['stage', 'base', 1],
      ['stage', 'build', 9],
      ['stage', 'nothing', 2],
      ['stage', '3', 3],
      ['export', undefined, 1],
    ]);
    expect(groups[2]?.steps.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('are apart for each platform', () => {
    const steps = ['[linux/arm64 a 1/1] RUN x', '[linux/amd64 a 1/1] RUN x'];
    const groups = groupSteps(build(steps.map((name) => step(name, [0, 1]))));
    expect(groups.map(({ key, platform }) => [key, platform])).toEqual([
      ['stage a linux/arm64', 'linux/arm64'],
      ['stage a linux/amd64', 'linux/amd64'],
    ]);
  });
});

describe('what a build does', () => {
  const half = running('[internal] load build context', 1, {
    transfers: [{ id: 't', current: 50, total: 100 }],
  });
  const steps = [
    step('[internal] load x', [0, 1]),
    step('[a 1/3] RUN a', [1, 2], { state: 'cached', duration: 0 }),
    running('[a 2/3] RUN npm ci\nx', 2),
    half,
    step('[a 3/3] RUN c', undefined),
  ];

  it('is one line', () => {
    expect(activity(build(steps))).toBe('2/5 · RUN npm ci x +1');
    expect(activity(build(steps), 15)).toBe('2/5 · RUN n… +1');
    expect(activity(build(steps.slice(0, 2)))).toBe('2/2');
    const flagged = running('[a 1/1] RUN --mount=type=cache,target=/root/.npm npm ci', 1);
    expect(activity(build([flagged]))).toBe('0/1 · RUN npm ci');
    expect(activity(build([half]))).toBe('0/1 · [internal] load build context');
  });

  it('takes time by the engine’s clock', () => {
    const skewed = build(steps, { state: 'running', skew: 500 });
    const times = steps.map((one) => timeOf(one, skewed, 4500));
    expect(times).toEqual([1000, 0, 2000, 3000, 0]);
    expect(timeOf(half, skewed, 0)).toBe(0);
    expect(buildTime(skewed, 4500)).toBe(4000);
    expect(buildTime({ ...skewed, ended: 3000 }, 4500)).toBe(3000);
  });
});
