import type { Container, Network } from '../../engine/model.ts';
import { code, count, md, oneLine, shortId } from '../../util/format.ts';
import type { Row } from '../row.ts';
import { highlighted, matches } from './filter.ts';
import { naturalOrder } from '../../util/naturalOrder.ts';

/** The rows of the Networks view: the user's own first, then the engine's. */
export function networkRows(
  networks: readonly Network[],
  containers: readonly Container[],
  filter: string,
): Row[] {
  return networks
    .filter(({ name, driver }) => !filter || matches(filter, [name, driver]))
    .sort((a, b) => Number(a.builtIn) - Number(b.builtIn) || naturalOrder(a.name, b.name))
    .map((network): Row => {
      const users = containers.filter(({ networks: on }) => on.includes(network.name));
      const label = oneLine(network.name);
      const description = [
        network.driver,
        ...network.subnets,
        ...(network.internal ? ['internal'] : []),
        ...(users.length ? [count(users.length, 'container')] : []),
      ]
        .map(oneLine)
        .join('  ');
      return {
        key: `network/${network.id}`,
        noun: 'network',
        facts: network.builtIn ? ['builtin'] : [],
        label,
        ...highlighted(filter, label),
        description,
        icon: network.odd
          ? { id: 'question', color: 'problemsWarningIcon.foreground' }
          : { id: 'type-hierarchy', ...(users.length ? { color: 'charts.green' } : {}) },
        tooltip: () =>
          [
            `**${md(network.name)}** — ${md(network.driver)}, ${md(network.scope)}`,
            '',
            ...(network.subnets.length
              ? [`Subnets: ${network.subnets.map(code).join(', ')}`, '']
              : []),
            users.length
              ? `Containers: ${users.map(({ name }) => code(name)).join(', ')}`
              : 'No container is on it.',
            '',
            `ID: ${code(shortId(network.id))}`,
            ...(network.odd ? ['', `⚠ ${md(network.odd)}`] : []),
          ].join('\n'),
        target: network,
      };
    });
}
