import type { Container, Volume } from '../../engine/model.ts';
import { code, formatAge, md, oneLine } from '../../util/format.ts';
import type { Row } from '../row.ts';
import type { Below } from './files.ts';
import { highlighted, matches } from './filter.ts';
import { naturalOrder } from '../../util/naturalOrder.ts';

/** Anonymous volumes are named by 64 hexadecimal digits; a dozen is enough to tell them apart. */
const shortName = (name: string) => (/^[0-9a-f]{64}$/.test(name) ? `${name.slice(0, 12)}…` : name);

/** The rows of the Volumes view. `now` is in seconds since the epoch. */
export function volumeRows(
  volumes: readonly Volume[],
  containers: readonly Container[],
  filter: string,
  now: number,
  below?: Below,
): Row[] {
  return volumes
    .filter(({ name, driver }) => !filter || matches(filter, [name, driver]))
    .sort((a, b) => naturalOrder(a.name, b.name))
    .map((volume): Row => {
      const users = containers.filter(({ mounts }) =>
        mounts.some(({ type, source }) => type === 'volume' && source === volume.name),
      );
      const label = oneLine(shortName(volume.name));
      const description = [
        ...(volume.driver === 'local' ? [] : [volume.driver]),
        ...(volume.created ? [formatAge(volume.created, now)] : []),
        users.length ? 'in use' : '',
      ]
        .filter(Boolean)
        .map(oneLine)
        .join('  ');
      const key = `volume/${volume.id}`;
      const owner = { source: { kind: 'volume', id: volume.name }, name: label, key } as const;
      return {
        key,
        noun: 'volume',
        facts: [],
        label,
        ...highlighted(filter, label),
        description,
        icon: volume.odd
          ? { id: 'question', color: 'problemsWarningIcon.foreground' }
          : { id: 'database', ...(users.length ? { color: 'charts.green' } : {}) },
        tooltip: () =>
          [
            `**${md(volume.name)}** — ${md(volume.driver)}`,
            '',
            `Mountpoint: ${code(volume.mountpoint)}`,
            '',
            users.length
              ? `Containers: ${users.map(({ name }) => code(name)).join(', ')}`
              : 'No container uses it.',
            ...(volume.odd ? ['', `⚠ ${md(volume.odd)}`] : []),
          ].join('\n'),
        target: volume,
        ...(below ? { children: below(owner) } : {}),
      };
    });
}
