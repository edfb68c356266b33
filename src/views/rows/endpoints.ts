import type { ConnectionState } from '../../engine/connection.ts';
import type { Endpoint, FoundEndpoint } from '../../engine/endpoint.ts';
import { code, md, oneLine } from '../../util/format.ts';
import type { Icon, Row } from '../row.ts';

const icons: Record<ConnectionState['name'], Icon> = {
  connected: { id: 'pass-filled', color: 'charts.green' },
  connecting: { id: 'loading~spin' },
  unreachable: { id: 'error', color: 'problemsErrorIcon.foreground' },
};

function describe(state: ConnectionState): string {
  switch (state.name) {
    case 'connected':
      return `${state.client.engine.name} ${state.client.engine.version}`;
    case 'connecting':
      return 'connecting…';
    case 'unreachable':
      return 'not reachable';
  }
}

/** Of several names for one address the one chosen counts; without it, the first. */
function indexOfCurrent(found: readonly FoundEndpoint[], current: Endpoint | undefined): number {
  const byName = found.findIndex(
    ({ endpoint }) => endpoint?.url === current?.url && endpoint?.name === current?.name,
  );
  return byName >= 0
    ? byName
    : found.findIndex(({ endpoint }) => endpoint && endpoint.url === current?.url);
}

/** The rows of the Engines view: all that were found, what this window uses marked, what cannot be used with its reason. */
export function endpointRows(
  found: readonly FoundEndpoint[],
  current: Endpoint | undefined,
  state: ConnectionState,
): Row[] {
  const used = indexOfCurrent(found, current);
  return found.map((entry, index): Row => {
    const { endpoint, error, kind, description } = entry;
    const isCurrent = index === used;
    const label = oneLine(entry.name);
    const words = isCurrent ? [describe(state), endpoint?.url] : [endpoint?.url ?? error?.message];
    return {
      key: `endpoint/${kind}/${entry.name}/${endpoint?.url ?? ''}`,
      noun: 'endpoint',
      facts: isCurrent || !endpoint ? ['current'] : [],
      label,
      description: words
        .filter((word) => word !== undefined)
        .map(oneLine)
        .join('  '),
      icon: isCurrent
        ? icons[state.name]
        : endpoint
          ? { id: 'server-environment' }
          : { id: 'warning', color: 'problemsWarningIcon.foreground' },
      spoken: `${label}, ${isCurrent ? `in use, ${describe(state)}` : 'not in use'}`,
      tooltip: () =>
        [
          `**${md(entry.name)}**${description ? ` — ${md(description)}` : ''}`,
          ...(endpoint
            ? [`Address: ${code(endpoint.url)}`, `Found by: ${md(endpoint.source)}`]
            : []),
          ...(error ? [md(error.message)] : []),
          ...(isCurrent && state.name === 'connected'
            ? [
                `${md(describe(state))}, API ${md(state.client.apiVersion)}, ${md(state.client.engine.os)}/${md(state.client.engine.arch)}`,
              ]
            : []),
          ...(isCurrent && state.name === 'unreachable' ? [md(state.error.message)] : []),
        ].join('\n\n'),
      target: entry,
    };
  });
}
