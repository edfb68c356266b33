import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figuresOf } from '../../../../src/engine/stats/figures.ts';
import { readSample } from '../../../../src/engine/stats/sample.ts';

/** As Docker 28 tells on cgroup v2, and 20.10 on v1, in so far as it is read. */
const line = (change: object = {}) => ({
  read: '2026-11-28T19:10:25.030796394Z',
  preread: '2026-11-28T19:10:24.014734232Z',
  num_procs: 0,
  pids_stats: { current: 3, limit: 100 },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'read', value: 1000 },
      { major: 8, minor: 0, op: 'write', value: 500 },
      { major: 8, minor: 16, op: 'Read', value: 24 },
      { major: 8, minor: 16, op: 'Total', value: 9999 },
      { major: 8, minor: 16, op: '', value: 9999 },
    ],
  },
  cpu_stats: {
    cpu_usage: { total_usage: 1_500_000_000, percpu_usage: [1, 2, 3, 4] },
    system_cpu_usage: 104_000_000_000,
    online_cpus: 2,
  },
  precpu_stats: {
    cpu_usage: { total_usage: 1_000_000_000 },
    system_cpu_usage: 102_000_000_000,
    online_cpus: 2,
  },
  memory_stats: { usage: 5_000_000, limit: 67_108_864, stats: { inactive_file: 1_000_000 } },
  networks: { eth0: { rx_bytes: 70, tx_bytes: 7 }, eth1: { rx_bytes: 30, tx_bytes: 3 } },
  ...change,
});

const figures = (change: object, before?: object) => {
  const [sample, earlier] = [readSample(line(change)), before && readSample(line(before))];
  if (!sample) throw new Error('it is a sample');
  return figuresOf(sample, earlier);
};

describe('a sample', () => {
  test('says what docker stats says', () => {
    const { cpu, memory, limit, totals, pids } = figures({});
    // Half a second of the two that both cores had: 25% of two cores.
    expect(cpu).toBeCloseTo(50);
    expect(memory).toBe(4_000_000);
    expect(limit).toBe(67_108_864);
    expect(totals).toEqual({ received: 100, sent: 10, read: 1024, written: 500 });
    expect(pids).toBe(3);
  });

  test('leaves the cache out by the name that each version of cgroups has for it', () => {
    const memory = (stats: object) =>
      figures({ memory_stats: { usage: 900, limit: 1000, stats } }).memory;
    expect(memory({ total_inactive_file: 300, inactive_file: 1 })).toBe(600);
    expect(memory({ inactive_file: 300 })).toBe(600);
    // More than all is no figure to go by.
    expect(memory({ total_inactive_file: 1000, inactive_file: 100 })).toBe(800);
    expect(memory({ inactive_file: 1000 })).toBe(900);
    expect(memory({})).toBe(900);
  });

  test('counts the cores by their figures where their number is not told', () => {
    const cpu_stats = { ...line().cpu_stats, online_cpus: 0 };
    expect(figures({ cpu_stats }).cpu).toBeCloseTo(100);
  });

  test('that is the first of a stream tells no CPU: its zeros are no time before it', () => {
    const precpu_stats = { cpu_usage: { total_usage: 0 } };
    expect(figures({ precpu_stats }).cpu).toBeUndefined();
    expect(figures({ precpu_stats }).rates).toBeUndefined();
  });

  test('of a container that was started anew tells no less than nothing', () => {
    const cpu_stats = { ...line().cpu_stats, cpu_usage: { total_usage: 5 } };
    expect(figures({ cpu_stats }).cpu).toBe(0);
  });

  test('of Podman is counted by the time that passed, for what it tells of the cores is none', () => {
    const at = (read: string, used: number) => ({
      read,
      cpu_stats: {
        cpu_usage: { total_usage: used },
        system_cpu_usage: 45_005_324_563_700 + used,
        online_cpus: 2,
        cpu: 831.28,
      },
      precpu_stats: { cpu_usage: { total_usage: 0 }, system_cpu_usage: 44_999_913_556_162 },
    });
    const before = at('2026-11-28T19:11:21Z', 122_000_000);
    const precpu_stats = before.cpu_stats;
    const now = { ...at('2026-11-28T19:11:26Z', 5_122_000_000), precpu_stats };
    expect(figures(now, before).cpu).toBeCloseTo(100);
    expect(figures(now).cpu).toBeUndefined();
  });

  test('of Windows is counted too', () => {
    const cpu = (total_usage: number) => ({ cpu_usage: { total_usage } });
    const {
      cpu: percent,
      memory,
      totals,
    } = figures({
      read: '2026-11-28T19:11:22Z',
      preread: '2026-11-28T19:11:21Z',
      num_procs: 4,
      cpu_stats: cpu(30_000_000),
      precpu_stats: cpu(10_000_000),
      memory_stats: { privateworkingset: 77 },
      storage_stats: { read_size_bytes: 5, write_size_bytes: 6 },
    });
    expect(percent).toBeCloseTo(50);
    expect(memory).toBe(77);
    expect(totals).toMatchObject({ read: 5, written: 6 });
  });

  test('without a limit has none, however the engine says so', () => {
    const limit = (limit: unknown) => figures({ memory_stats: { usage: 1, limit } }).limit;
    expect([0, 2 ** 63, 2 ** 64, '5', undefined].map(limit)).toEqual(Array(5).fill(undefined));
  });

  test('of a container that does not run is none', () => {
    expect(readSample(line({ read: '0001-01-01T00:00:00Z' }))).toBeUndefined();
    expect(readSample({ message: 'no such container' })).toBeUndefined();
  });

  test('may hold anything at all', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const names = Object.keys(line());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), json), json, (change, other) => {
        const sample = readSample({ ...line(), ...change });
        readSample(other);
        if (!sample) return;
        const { cpu, memory, limit } = figuresOf(sample, sample);
        expect(cpu === undefined || cpu >= 0).toBe(true);
        expect(Number.isFinite(memory)).toBe(true);
        expect(limit === undefined || limit > 0).toBe(true);
      }),
    );
  });
});

describe('rates', () => {
  test('are by the times of the samples', () => {
    const { rates } = figures(
      {},
      {
        read: '2026-11-28T19:10:23.030796394Z',
        networks: { eth0: { rx_bytes: 60, tx_bytes: 10 } },
        blkio_stats: { io_service_bytes_recursive: [{ op: 'Read', value: 24 }] },
      },
    );
    expect(rates).toEqual({ received: 20, sent: 0, read: 500, written: 250 });
  });

  test('are unknown where the counters went back, or no time has passed', () => {
    const earlier = '2026-11-28T19:10:23.030796394Z';
    const networks = { eth0: { rx_bytes: 5000, tx_bytes: 0 } };
    expect(figures({}, { read: earlier, networks }).rates).toBeUndefined();
    expect(figures({}, {}).rates).toBeUndefined();
  });

  test('are never below nothing, and add up to what came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 2, maxLength: 20 }), (gains) => {
        let total = 0;
        const samples = gains.map((gain, n) => {
          total += gain;
          const read = new Date(1_795_000_000_000 + n * 1010).toISOString();
          const networks = { eth0: { rx_bytes: total, tx_bytes: 0 } };
          return readSample(line({ read, networks }));
        });
        let came = 0;
        for (const [n, sample] of samples.entries()) {
          const before = samples[n - 1];
          if (!sample || !before) continue;
          came += (figuresOf(sample, before).rates?.received ?? 0) * 1.01;
        }
        expect(came).toBeCloseTo(total - (gains[0] ?? 0), 3);
      }),
    );
  });
});
