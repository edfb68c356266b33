import type { Client } from '../client.ts';
import { readContainer } from '../containers.ts';
import { EngineError } from '../errors.ts';
import { readFields } from '../mapping/reader.ts';
import { pathText } from '../path.ts';

export const RESTART_POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'] as const;
export type RestartPolicy = (typeof RESTART_POLICIES)[number];

/** What a container may use, and when it is started again. 0: no limit. */
export interface Limits {
  /** Bytes. */
  readonly memory: number;
  /** Cores, such as 1.5. */
  readonly cpus: number;
  readonly pids: number;
  readonly restart: RestartPolicy;
  /** How often `on-failure` starts it again; 0: always. */
  readonly retries: number;
}

/** Limits as they are, with what decides how they can be changed. */
export interface ContainerLimits extends Limits {
  /** Bytes of memory and swap together; -1: as much swap as there is, 0: it was never set. */
  readonly swap: number;
  /** Microseconds of which `cpus` are a part, where the limit was set by period and quota; else 0. */
  readonly period: number;
  /** Of the machine, bytes and cores; 0 where the engine doesn't tell. */
  readonly machine: { readonly memory: number; readonly cpus: number };
}

/** The least that engines take, bytes (moby, daemon/daemon_unix.go: linuxMinMemory). */
export const LEAST_MEMORY = 6 * 1024 * 1024;

/**
 * Reads what a container may use.
 * @throws EngineError
 */
export async function readLimits(
  client: Pick<Client, 'request'>,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerLimits> {
  const [container, info] = await Promise.all([
    readContainer(client, id, signal),
    client.request({ path: '/info', as: 'json', signal }).then((answer) => readFields(answer)),
  ]);
  const host = container.inside('HostConfig');
  const policy = host.inside('RestartPolicy');
  const named = policy.text('Name');
  const quota = host.number('CpuQuota') ?? 0;
  const given = host.number('CpuPeriod') ?? 0;
  const period = given || 100_000;
  const nano = host.number('NanoCpus') ?? 0;
  return {
    memory: host.number('Memory') ?? 0,
    swap: host.number('MemorySwap') ?? 0,
    cpus: nano > 0 ? nano / 1e9 : Math.max(quota, 0) / period,
    period: nano > 0 || (quota <= 0 && given <= 0) ? 0 : period,
    pids: Math.max(host.number('PidsLimit') ?? 0, 0),
    restart: RESTART_POLICIES.find((one) => one === named) ?? 'no',
    retries: policy.number('MaximumRetryCount') ?? 0,
    machine: { memory: info.number('MemTotal') ?? 0, cpus: info.number('NCPU') ?? 0 },
  };
}

/**
 * The body of the call that makes `now` into `wanted`: what stays as it is is left out, for an engine refuses some of it when
 * it is said again. Engines can widen a limit but not take it away (moby ignores 0), so that no limit becomes all that the
 * machine has. Swap stays beside memory as it was: an engine that is told of memory alone refuses more than the two were.
 */
export function limitsBody(now: ContainerLimits, wanted: Limits): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const memory = wanted.memory || (now.memory ? now.machine.memory : 0);
  if (memory !== now.memory && memory > 0) {
    body['Memory'] = memory;
    const beside = now.swap > 0 && now.memory > 0 ? Math.max(now.swap - now.memory, 0) : memory;
    body['MemorySwap'] = now.swap === -1 ? -1 : memory + beside;
  }
  const cpus = wanted.cpus || (now.cpus ? now.machine.cpus : 0);
  // An engine takes a limit in the form only that it was set in.
  if (cpus !== now.cpus && cpus > 0)
    body[now.period ? 'CpuQuota' : 'NanoCpus'] = Math.round(cpus * (now.period || 1e9));
  if (wanted.pids !== now.pids) body['PidsLimit'] = wanted.pids || -1;
  if (wanted.restart !== now.restart || wanted.retries !== now.retries)
    body['RestartPolicy'] = {
      Name: wanted.restart,
      MaximumRetryCount: wanted.restart === 'on-failure' ? wanted.retries : 0,
    };
  return body;
}

/**
 * Changes what a container may use, while it runs too (`POST /containers/{id}/update`). Resolves with what the engine warned of.
 * @throws EngineError `not-supported` for an engine that cannot (Podman 4.3), else what it refuses
 */
export async function updateLimits(
  client: Pick<Client, 'request' | 'engine'>,
  id: string,
  body: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  try {
    const path = `/containers/${pathText(id)}/update`;
    const answer = await client.request({ method: 'POST', path, body, as: 'json', signal });
    return readFields(answer).strings('Warnings');
  } catch (error) {
    // The path is in the message of a call that isn't known, and says nothing to whoever wanted other limits.
    if (!(error instanceof EngineError) || error.reason !== 'not-supported') throw error;
    throw new EngineError(
      'not-supported',
      `${client.engine.name} ${client.engine.version} cannot change the limits of a container.`,
      { cause: error, detail: error.message },
    );
  }
}
