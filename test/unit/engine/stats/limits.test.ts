import { describe, expect, test } from 'vitest';
import { limitsBody } from '../../../../src/engine/stats/limits.ts';
import type { ContainerLimits } from '../../../../src/engine/stats/limits.ts';

const MB = 1024 * 1024;
const now: ContainerLimits = {
  memory: 64 * MB,
  swap: 96 * MB,
  cpus: 1.5,
  period: 0,
  pids: 100,
  restart: 'on-failure',
  retries: 3,
  machine: { memory: 1000 * MB, cpus: 4 },
};
const body = (change: object, from: Partial<ContainerLimits> = {}) => {
  const before = { ...now, ...from };
  return limitsBody(before, { ...before, ...change });
};

describe('what the engine is told', () => {
  test('is what changes, and nothing when nothing does', () => {
    expect(body({})).toEqual({});
    expect(body({ pids: 5 })).toEqual({ PidsLimit: 5 });
    expect(body({ cpus: 0.25 })).toEqual({ NanoCpus: 250_000_000 });
    expect(body({ cpus: 0.25 }, { period: 50_000 })).toEqual({ CpuQuota: 12_500 });
    expect(body({ restart: 'always' })).toEqual({
      RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
    });
    expect(body({ retries: 5 })).toEqual({
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
    });
  });

  test('leaves as much swap beside memory as there was', () => {
    expect(body({ memory: 200 * MB })).toEqual({ Memory: 200 * MB, MemorySwap: 232 * MB });
    expect(body({ memory: 200 * MB }, { swap: -1 })).toMatchObject({ MemorySwap: -1 });
    expect(body({ memory: 200 * MB }, { memory: 0, swap: 0 })).toMatchObject({
      MemorySwap: 400 * MB,
    });
    expect(body({ memory: 200 * MB }, { swap: 64 * MB })).toMatchObject({ MemorySwap: 200 * MB });
  });

  test('widens to all that there is what cannot be taken away', () => {
    expect(body({ memory: 0 })).toMatchObject({ Memory: 1000 * MB });
    expect(body({ cpus: 0 })).toEqual({ NanoCpus: 4e9 });
    expect(body({ pids: 0 })).toEqual({ PidsLimit: -1 });
    expect(body({ memory: 0, cpus: 0, pids: 0 }, { memory: 0, cpus: 0, pids: 0 })).toEqual({});
  });
});
