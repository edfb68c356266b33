import type { ColumnId, StatsRow, StatsSort } from '../protocol/stats.ts';
import { naturalOrder } from '../../util/naturalOrder.ts';

const HEALTH = { unhealthy: 3, starting: 2, healthy: 1, none: 0 } as const;

/** What a column is sorted by; undefined for what isn't known. */
const KEYS: Readonly<Record<Exclude<ColumnId, 'name'>, (row: StatsRow) => number | undefined>> = {
  cpu: ({ cpu }) => cpu,
  memory: ({ memory }) => memory,
  network: ({ rates }) => rates && rates.received + rates.sent,
  blocks: ({ rates }) => rates && rates.read + rates.written,
  pids: ({ pids }) => pids,
  restarts: ({ restarts }) => restarts,
  health: ({ health, state }) => HEALTH[health] + (state === 'running' ? 0 : 4),
};

const byName = (a: StatsRow, b: StatsRow) => naturalOrder(a.name, b.name) || (a.id < b.id ? -1 : 1);

/** The rows in order; those of which nothing is known stand last in any case. */
export function sorted(rows: readonly StatsRow[], { by, down }: StatsSort): StatsRow[] {
  const turn = down ? -1 : 1;
  if (by === 'name') return [...rows].sort((a, b) => turn * byName(a, b));
  const key = KEYS[by];
  return [...rows].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    if (one === undefined || other === undefined || one === other)
      return Number(one === undefined) - Number(other === undefined) || byName(a, b);
    return turn * (one - other);
  });
}

/** The next sorting when a heading is pressed: figures begin with the most, names with the first. */
export function pressed({ by, down }: StatsSort, on: ColumnId): StatsSort {
  return by === on ? { by, down: !down } : { by: on, down: on !== 'name' };
}

/** Rows in the order in which they stood; new ones at the end. */
export function held(rows: readonly StatsRow[], order: readonly string[]): StatsRow[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const place = ({ id }: StatsRow) => places.get(id) ?? order.length;
  return [...rows].sort((a, b) => place(a) - place(b));
}

/** Those whose name or project has all words of the filter. */
export function filtered(rows: readonly StatsRow[], filter: string): StatsRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ name, project = '' }) => {
    const text = `${name}\n${project}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
