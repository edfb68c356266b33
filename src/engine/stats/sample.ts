import { isRaw, readFields } from '../mapping/reader.ts';
import type { Reader } from '../mapping/reader.ts';

/** What a container had used in all when it was looked at; one line of `GET /containers/{id}/stats`. */
export interface Sample {
  /** When it was looked at, by the engine's clock; milliseconds since the epoch. */
  readonly at: number;
  readonly cpu: Cpu;
  /** As it was at the sample before, where the engine tells. */
  readonly cpuBefore: Cpu | undefined;
  /** Bytes in use, without what is cached of files and can be let go of. */
  readonly memory: number;
  /** Bytes that it may use: its own limit, else all that the machine has; undefined when it isn't told. */
  readonly limit: number | undefined;
  /** Bytes of all its networks, and of all its block devices. */
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
  /** Processes and threads; undefined when they aren't counted. */
  readonly pids: number | undefined;
}

export interface Cpu {
  /** Nanoseconds that all cores together have worked for the container. */
  readonly used: number;
  /** Nanoseconds that all cores together have had, idle ones too; undefined where the engine tells nothing to go by. */
  readonly all: number | undefined;
  /** Cores; undefined when they aren't told. */
  readonly cores: number | undefined;
}

/** Without a limit the kernel says as many bytes as it can count. */
const NO_LIMIT = 2 ** 60;
/** Windows counts in steps of so many nanoseconds. */
const WINDOWS_STEP = 100;

/**
 * Reads a line of the stream, of Docker (cgroup v1 and v2, or Windows) or Podman. Undefined for what isn't one: the engine
 * sends lines without a time for a container that doesn't run. A field that is missing or malformed costs that field.
 */
export function readSample(line: unknown): Sample | undefined {
  if (!isRaw(line)) return undefined;
  const reader = readFields(line);
  const at = Date.parse(reader.text('read'));
  // Go's zero time, the year 1, stands where nothing was looked at.
  if (!(at > 0)) return undefined;
  const windows = (reader.number('num_procs') ?? 0) > 0;
  const memory = reader.inside('memory_stats');
  const storage = reader.inside('storage_stats');
  const networks = Object.values(reader.object('networks') ?? {}).filter(isRaw);
  const network = (field: string) =>
    networks.reduce((sum, one) => sum + (readFields(one).number(field) ?? 0), 0);
  const limit = memory.number('limit') ?? 0;
  const blocks = blockBytes(reader.inside('blkio_stats'));
  return {
    at,
    cpu: readCpu(reader, 'cpu_stats', windows),
    cpuBefore: hasBefore(reader, windows) ? readCpu(reader, 'precpu_stats', windows) : undefined,
    memory: windows ? (memory.number('privateworkingset') ?? 0) : memoryInUse(memory),
    limit: limit > 0 && limit < NO_LIMIT ? limit : undefined,
    received: network('rx_bytes'),
    sent: network('tx_bytes'),
    read: windows ? (storage.number('read_size_bytes') ?? 0) : blocks.read,
    written: windows ? (storage.number('write_size_bytes') ?? 0) : blocks.written,
    pids: reader.inside('pids_stats').number('current'),
  };
}

/** The first sample of a stream has nothing before it, which the engine says by zeros. */
function hasBefore(reader: Reader, windows: boolean): boolean {
  if (windows) return Date.parse(reader.text('preread')) > 0;
  return (reader.inside('precpu_stats').number('system_cpu_usage') ?? 0) > 0;
}

function readCpu(reader: Reader, field: string, windows: boolean): Cpu {
  const cpu = reader.inside(field);
  const usage = cpu.inside('cpu_usage');
  const used = usage.number('total_usage') ?? 0;
  if (windows) {
    const time = Date.parse(reader.text(field === 'cpu_stats' ? 'read' : 'preread'));
    // There a hundred percent are all cores, so that they count as one.
    const all = time * 1e6 * (reader.number('num_procs') ?? 1);
    return { used: used * WINDOWS_STEP, all, cores: 1 };
  }
  // Podman tells a share of its own, and counts as the cores' time what is something else (seen on 4.3).
  const podman = cpu.number('cpu') !== undefined;
  const all = podman ? 0 : (cpu.number('system_cpu_usage') ?? 0);
  const listed = reader.object(field)?.['cpu_usage'];
  const each = isRaw(listed) && Array.isArray(listed['percpu_usage']) ? listed['percpu_usage'] : [];
  // Docker before 17.09 and some others tell no number of cores, but one figure for each.
  const cores = cpu.number('online_cpus') || each.length;
  return { used, all: all || undefined, cores: cores || undefined };
}

/**
 * Usage without the page cache that is not in active use, as the docker command counts it: `total_inactive_file` on cgroup
 * v1, `inactive_file` on v2 (docker/cli, cli/command/container/stats_helpers.go, calculateMemUsageUnixNoCache).
 */
function memoryInUse(memory: Reader): number {
  const usage = memory.number('usage') ?? 0;
  const stats = memory.inside('stats');
  for (const field of ['total_inactive_file', 'inactive_file']) {
    const cached = stats.number(field);
    if (cached !== undefined && cached < usage) return usage - cached;
  }
  return usage;
}

function blockBytes(blocks: Reader): { read: number; written: number } {
  const sums = { read: 0, written: 0 };
  for (const entry of blocks.objects('io_service_bytes_recursive')) {
    const reader = readFields(entry);
    const bytes = reader.number('value') ?? 0;
    // `Read` and `Write` on cgroup v1, `read` and `write` on v2.
    const op = reader.text('op')[0]?.toLowerCase();
    if (op === 'r') sums.read += bytes;
    else if (op === 'w') sums.written += bytes;
  }
  return sums;
}
