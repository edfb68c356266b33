import { describe, expect, it } from 'vitest';
import { compareBuilds, formatDifference } from '../../../../src/engine/builds/compare.ts';
import type { Comparison } from '../../../../src/engine/builds/compare.ts';
import type { BuildStep } from '../../../../src/engine/builds/model.ts';
import { build, step } from './made.ts';
import { replay, request } from './recorded.ts';
import type { RecordedName } from './recorded.ts';

const real = (a: RecordedName, b: RecordedName) =>
  compareBuilds(replay(a).build(), replay(b).build());
const lost = ({ lost }: Comparison) => lost.map(({ after }) => after?.name.split(' ', 3).join(' '));
const reasons = (comparison: Comparison) =>
  comparison.reasons.map(({ cause, step, sentence }) => [cause, step.lines?.[0], sentence]);

describe('two real builds', () => {
  it('are the same when nothing changed', () => {
    const comparison = real('new-again', 'new-again');
    expect(comparison).toMatchObject({ lost: [], reasons: [], slower: 0 });
    expect(comparison.steps.every(({ before, after }) => before === after || before)).toBe(true);
  });

  it('have gained cache when the first made it', () => {
    const gained = real('new-main', 'new-again').steps.filter(({ cache }) => cache === 'gained');
    expect(gained).toHaveLength(15);
  });

  it('lost their cache where a file changed', () => {
    const comparison = real('new-again', 'new-changed');
    expect(lost(comparison)[0]).toBe('[build 4/8] COPY');
    expect(comparison.lost).toHaveLength(11);
    expect(reasons(comparison)).toEqual([
      ['files', 19, 'Files that COPY [a.txt, b c.txt, ./] takes have changed.'],
    ]);
  });

  it('lost it where an argument has another value, and not beyond what that made the same', () => {
    const comparison = real('new-again', 'new-arg');
    expect(lost(comparison)).toEqual([
      '[build 6/8] RUN',
      '[build 7/8] RUN',
      '[build 8/8] COPY',
      '[build 9/8] RUN',
    ]);
    expect(comparison.reasons).toHaveLength(1);
    expect(comparison.reasons[0]).toMatchObject({ cause: 'instruction', step: { index: 6 } });
    expect(comparison.reasons[0]?.before?.instruction).toContain('hello world 1.2');
  });
});

describe('two builds', () => {
  const cached = { state: 'cached' } as const;
  const from = (digest: string) =>
    step(`[1/3] FROM a@sha256:${digest}`, [0, 1], { id: `from ${digest}`, ...cached });
  const run = (name: string, input: BuildStep, more: Partial<BuildStep> = {}) =>
    step(name, [1, 3], { inputs: [input.id], ...more });

  it('differ by their base', () => {
    const a = run('[2/3] RUN x', from('1'), cached);
    const b = run('[2/3] RUN x', from('2'), { id: 'other' });
    const { reasons } = compareBuilds(build([from('1'), a]), build([from('2'), b]));
    expect(reasons).toMatchObject([
      { cause: 'base', step: { id: 'from 2' }, before: { id: 'from 1' } },
    ]);
  });

  it('differ by what cannot be seen', () => {
    const a = run('[2/3] RUN x', from('1'), cached);
    const { reasons } = compareBuilds(
      build([from('1'), a]),
      build([from('1'), run('[2/3] RUN x', from('1'))]),
    );
    expect(reasons.map(({ cause }) => cause)).toEqual(['hidden']);
  });

  it('differ by an instruction put in between', () => {
    const x = run('[2/3] RUN x', from('1'));
    const y = run('[3/3] RUN y', x);
    const added = run('[2/4] RUN new', from('1'));
    const moved = run('[3/4] RUN x', added, { id: 'x2' });
    const last = run('[4/4] RUN y', moved, { id: 'y2' });
    const comparison = compareBuilds(
      build([from('1'), x, y]),
      build([from('1'), added, moved, last]),
    );
    expect(comparison.lost.map(({ after }) => after?.id)).toEqual(['x2', 'y2']);
    expect(comparison.reasons).toMatchObject([{ cause: 'new', step: { id: '[2/4] RUN new' } }]);
  });

  it('differ by being told to', () => {
    const a = run('[2/3] RUN x', from('1'));
    const { reasons } = compareBuilds(
      build([from('1'), a]),
      build([from('1'), a], { request: { ...request, noCache: true } }),
    );
    expect(reasons.map(({ cause }) => cause)).toEqual(['no-cache']);
  });

  it('match what is the same by its words, what is reworded by its place, and count time', () => {
    const a = [
      step('[a 1/2] RUN x', [0, 2]),
      step('[a 2/2] RUN y', [2, 3]),
      step('[b 1/1] RUN gone', [0, 1]),
    ];
    const b = [step('[a 1/2] RUN z', [0, 1]), step('[a 2/2] RUN y', [1, 6], { id: 'y' })];
    const { steps, slower } = compareBuilds(
      build(a, { ended: 3000 }),
      build(b, { started: 1000, ended: 7000 }),
    );
    expect(steps.map((one) => [one.before?.id, one.after?.id, one.reworded, one.slower])).toEqual([
      ['[a 1/2] RUN x', '[a 1/2] RUN z', true, -1000],
      ['[a 2/2] RUN y', 'y', false, 4000],
      ['[b 1/1] RUN gone', undefined, false, -1000],
    ]);
    expect(slower).toBe(3000);
    expect([slower, -4200, 50].map(formatDifference)).toEqual([
      '3.0 s slower',
      '4.2 s faster',
      'as fast',
    ]);
  });
});
