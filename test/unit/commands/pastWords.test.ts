import { describe, expect, it } from 'vitest';
import { pastFailure, pastName, pastWords } from '../../../src/commands/builds/pastWords.ts';
import type { PastBuild } from '../../../src/engine/buildkit/engineHistory.ts';

const past = (more: Partial<PastBuild> = {}): PastBuild => ({
  ref: 'r',
  frontend: '',
  attrs: {},
  buildArgs: [],
  tags: [],
  created: 1_000_000,
  completed: 1_002_500,
  cancelled: false,
  steps: { total: 7, completed: 7, cached: 0 },
  warnings: 0,
  pinned: false,
  ...more,
});

describe('a past build', () => {
  it('is called by its image, else by its Dockerfile and where that stands', () => {
    const attrs = { filename: 'web.Dockerfile', 'vcs:localdir:dockerfile': 'services/web' };
    expect(pastName(past({ tags: ['web:1'], attrs }), 'other:1')).toBe('web:1');
    expect(pastName(past({ attrs }), 'web:2')).toBe('web:2');
    expect(pastName(past({ attrs }), undefined)).toBe('services/web/web.Dockerfile');
    expect(pastName(past({ attrs: { 'vcs:localdir:dockerfile': '.' } }), undefined)).toBe(
      'Dockerfile',
    );
    expect(pastName(past({ attrs: { target: 'test\n' } }), 'web:1')).toBe('web:1 (test )');
  });

  it('says how long it took, what was cached and when it was', () => {
    expect(pastWords(past(), 1060)).toBe('2.5 s  1 min ago');
    const more = { steps: { total: 7, completed: 7, cached: 2 }, warnings: 1, pinned: true };
    expect(pastWords(past(more), 1060)).toBe('2.5 s  2 steps cached  1 warning  kept  1 min ago');
  });

  it('that failed says with what before it says of which command', () => {
    const shell =
      'process "/bin/sh -c make "all" &&\\n  true" did not complete successfully: exit code: 2.';
    expect(pastFailure(shell)).toBe('Exit code 2: make "all" &&\\n  true');
    expect(pastFailure('no such stage')).toBe('no such stage');
  });
});
