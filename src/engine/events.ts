import type { Kind } from './model.ts';
import { isRaw, readFields } from './mapping/reader.ts';

/** One event of `/events`, of a kind that we hold. */
export interface EngineEvent {
  readonly kind: Kind;
  /** The verb alone: `health_status`, not `health_status: healthy`. */
  readonly action: string;
  /** Id of the object; a volume's name; for the pull of an image its reference. Empty for a prune. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Engine's time, seconds since the epoch. */
  readonly time: number;
  /** Engine's time in nanoseconds, rounded as a JSON number is (to about 200 ns). */
  readonly timeNano: number;
}

const kinds: Readonly<Record<string, Kind>> = {
  container: 'container',
  image: 'image',
  network: 'network',
  volume: 'volume',
};

/**
 * Reads one line of `/events` (Docker's API 1.40 to 1.51, or Podman's). Undefined for anything that isn't an event of a
 * kind we hold.
 */
export function readEvent(line: unknown, podman = false): EngineEvent | undefined {
  if (!isRaw(line)) return undefined;
  const reader = readFields(line);
  const type = reader.text('Type');
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  const said = reader.text('Action') || reader.text('status');
  if (!kind || !said) return undefined;
  const actor = reader.inside('Actor');
  const time = reader.number('time') ?? 0;
  const event = {
    kind,
    action: said.split(':', 1)[0]?.trim() ?? said,
    id: actor.text('ID') || reader.text('id'),
    attributes: actor.labels('Attributes'),
    time,
    timeNano: reader.number('timeNano') ?? time * 1e9,
  };
  return podman ? fromPodman(event) : event;
}

/**
 * Says as Docker would what Podman (4.3) says otherwise: volumes and built images go by their name alone, images' ids
 * lack `sha256:`, the loss of any name is told as `delete`, and a network's events are about the container on it.
 */
function fromPodman(event: EngineEvent): EngineEvent {
  const { kind, action, attributes } = event;
  const id = event.id || attributes['name'] || '';
  if (kind === 'volume') return { ...event, id };
  if (kind === 'network') return { ...event, attributes: { ...attributes, container: id } };
  if (kind !== 'image') return event;
  return {
    ...event,
    id: /^[0-9a-f]{64}$/.test(id) ? `sha256:${id}` : id,
    action: action === 'delete' || action === 'remove' ? 'untag' : action,
  };
}

/**
 * The `since` that misses nothing after an event: a microsecond before it, for its time has gone through a JSON number.
 * Events that come twice do no harm, the object is just read once more. Form of API 1.40 on: seconds, dot, nanoseconds.
 */
export function sinceOf(timeNano: number): string {
  const nano = BigInt(Math.max(0, Math.floor(timeNano))) - 1000n;
  if (nano <= 0n) return '0';
  return `${nano / 1_000_000_000n}.${String(nano % 1_000_000_000n).padStart(9, '0')}`;
}
