import type { Client } from '../client.ts';
import { inspectContainer } from '../containers.ts';
import { readFields, record, seconds } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import { whyStopped } from './why.ts';

/** One run of a container's check of its health. */
export interface HealthCheck {
  /** Seconds since the epoch. */
  readonly ended: number | undefined;
  readonly exitCode: number;
  readonly output: string;
}

/** What a container's own entry tells, and a list of containers does not. */
export interface ContainerDetails {
  /** In one sentence; undefined while it runs. */
  readonly stopped: string | undefined;
  /** Seconds since the epoch. */
  readonly finishedAt: number | undefined;
  readonly restarts: number;
  readonly health:
    | { readonly status: string; readonly failing: number; readonly checks: readonly HealthCheck[] }
    | undefined;
  readonly networks: readonly {
    readonly name: string;
    readonly id: string;
    readonly address: string;
  }[];
  /** Whether the network is the engine's host's own, so that whatever listens there is not only the container's. */
  readonly hostNetwork: boolean;
  readonly running: boolean;
}

/** Reads `GET /containers/{id}/json` (API 1.40 to 1.51, and Podman's). What is missing there reads as empty. */
export function detailsOf(container: Raw): ContainerDetails {
  const reader = readFields(container);
  const state = reader.object('State') ?? {};
  const facts = readFields(state);
  // Podman before 4.7 calls it otherwise.
  const health = facts.object('Health') ?? facts.object('Healthcheck');
  const settings = reader.inside('NetworkSettings');
  const networks = settings.object('Networks') ?? {};
  return {
    stopped: whyStopped(state),
    finishedAt: seconds(facts.text('FinishedAt')),
    restarts: reader.number('RestartCount') ?? 0,
    health: health && readFields(health).text('Status') !== '' ? healthOf(health) : undefined,
    networks: Object.entries(networks)
      .map(([name, raw]) => {
        const at = readFields(raw);
        const address = at.text('IPAddress') || at.text('GlobalIPv6Address');
        return { name, id: at.text('NetworkID') || name, address };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    hostNetwork: reader.inside('HostConfig').text('NetworkMode') === 'host',
    running: facts.flag('Running') && !facts.flag('Paused'),
  };
}

function healthOf(raw: Raw): ContainerDetails['health'] {
  const reader = readFields(raw);
  const status = reader.text('Status');
  if (status === 'none') return undefined;
  return {
    status,
    failing: reader.number('FailingStreak') ?? 0,
    checks: reader.objects('Log').map((entry) => {
      const check = readFields(entry);
      return {
        ended: seconds(check.text('End')),
        exitCode: check.number('ExitCode') ?? 0,
        output: check.text('Output'),
      };
    }),
  };
}

/** Reads the details of a container. Throws EngineError. */
export async function readDetails(
  client: Client,
  id: string,
  signal?: AbortSignal,
): Promise<ContainerDetails> {
  const answer: unknown = await inspectContainer(client, id, signal);
  return detailsOf(record(answer));
}

/** What the checks of a container's health said, the latest first, as text to read. */
export function healthLog({ health }: ContainerDetails): string {
  if (!health) return 'The container has no check of its health.\n';
  const checks = [...health.checks].reverse().map(({ ended, exitCode, output }) => {
    const time = ended === undefined ? '' : new Date(ended * 1000).toISOString();
    const said = output.trimEnd();
    return `${time}  ${exitCode === 0 ? 'passed' : `failed, exit code ${exitCode}`}\n${said}${said ? '\n' : ''}`;
  });
  const streak = health.failing > 0 ? `, ${health.failing} failed in a row` : '';
  return [`${health.status}${streak}\n`, ...checks].join('\n');
}
