import type { Cpu, Sample } from './sample.ts';

/** What a container uses. */
export interface Figures {
  /** When, by the engine's clock; milliseconds since the epoch. */
  readonly at: number;
  /** Percent of one core, so that two busy cores are 200; undefined until there are two samples. */
  readonly cpu: number | undefined;
  /** Bytes. */
  readonly memory: number;
  /** Bytes that it may use at the most; undefined when it isn't told. */
  readonly limit: number | undefined;
  /** Bytes since it was started. */
  readonly totals: Flow;
  /** Bytes a second since the sample before; undefined when there is none, or when the container was started anew since. */
  readonly rates: Flow | undefined;
  readonly pids: number | undefined;
}

/** Bytes that came and went by the network, and that were read and written on block devices. */
export interface Flow {
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
}

/**
 * What a sample says together with the one before it. All times are the samples' own, so that a late answer or another
 * clock changes no figure.
 */
export function figuresOf(sample: Sample, before: Sample | undefined): Figures {
  const { at, memory, limit, pids, received, sent, read, written } = sample;
  const totals = { received, sent, read, written };
  return {
    at,
    cpu: cpuPercent(sample, before),
    memory,
    limit,
    totals,
    rates: before && ratesOf(totals, before, (at - before.at) / 1000),
    pids,
  };
}

/**
 * As the docker command counts it: the container's part of the time that all cores had, times the cores
 * (docker/cli, calculateCPUPercentUnix). Where the engine doesn't tell what the cores had, they had as much as passed.
 */
function cpuPercent(sample: Sample, before: Sample | undefined): number | undefined {
  const { cpu } = sample;
  const earlier: Cpu | undefined = sample.cpuBefore ?? before?.cpu;
  if (!earlier) return undefined;
  const used = cpu.used - earlier.used;
  const all = (cpu.all ?? 0) - (earlier.all ?? 0);
  if (cpu.all !== undefined && earlier.all !== undefined && cpu.cores !== undefined)
    return used > 0 && all > 0 ? (used / all) * cpu.cores * 100 : 0;
  const passed = before ? (sample.at - before.at) * 1e6 : 0;
  if (passed <= 0) return undefined;
  return used > 0 ? (used / passed) * 100 : 0;
}

function ratesOf(now: Flow, before: Flow, seconds: number): Flow | undefined {
  if (!(seconds > 0)) return undefined;
  const rate = (name: keyof Flow) => (now[name] - before[name]) / seconds;
  const rates = {
    received: rate('received'),
    sent: rate('sent'),
    read: rate('read'),
    written: rate('written'),
  };
  // Counters that went back began anew, with another run of the container.
  return Object.values(rates).every((value) => value >= 0) ? rates : undefined;
}
