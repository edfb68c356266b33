import { describe, expect, it } from 'vitest';
import { exitMeaning, whyStopped } from '../../../../src/engine/details/why.ts';

describe('why a container stopped', () => {
  it.each([
    [{ Status: 'running', Running: true, ExitCode: 0 }, undefined],
    [{ Status: 'created', ExitCode: 0 }, undefined],
    [{ Status: 'exited', ExitCode: 0 }, 'It ended by itself, without an error'],
    [{ Status: 'exited', ExitCode: 3 }, 'It ended with exit code 3'],
    [{ Status: 'exited', ExitCode: 127 }, 'Its command was not found (exit code 127)'],
    [{ Status: 'exited', ExitCode: 139 }, /^SIGSEGV: .* \(exit code 139\)$/],
    [
      { Status: 'exited', ExitCode: 137, OOMKilled: true },
      'Out of memory: the kernel killed it (exit code 137)',
    ],
    [
      { Status: 'created', ExitCode: 128, Error: 'no such file' },
      'The engine could not start it: no such file',
    ],
    [{ Status: 'restarting', Running: true, Restarting: true, ExitCode: 1 }, /exit code 1/],
    [{ Status: 7, ExitCode: 'x' }, 'It ended by itself, without an error'],
  ])('%j', (state, why) => {
    if (why instanceof RegExp) expect(whyStopped(state)).toMatch(why);
    else expect(whyStopped(state)).toBe(why);
  });

  it('knows no meaning of codes that programs choose', () => {
    for (const code of [0, 1, 2, 128, 200, 255]) expect(exitMeaning(code)).toBeUndefined();
  });
});
