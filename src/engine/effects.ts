import type { EngineEvent } from './events.ts';
import type { Kind } from './model.ts';

/**
 * What an event means for the store.
 * - read: the object is new or other; a read that starts now sees it.
 * - settle: the same, but the engine told of it before it was done, so the read has to wait for it.
 * - remove: the object is gone.
 * - list: more than one object of the kind may be gone.
 * - retagged: a reference now names this image, so whatever else carried it has to be read again.
 */
export type Effect =
  | { readonly do: 'read' | 'settle' | 'remove'; readonly kind: Kind; readonly id: string }
  | { readonly do: 'list'; readonly kind: Kind }
  | { readonly do: 'retagged'; readonly id: string; readonly name: string };

type Table = Readonly<Record<string, 'read' | 'settle' | 'remove' | 'list'>>;

/**
 * Why `settle`: Docker emits die, pause, unpause, connect and disconnect while it holds the container's lock, before it
 * writes the state that `/containers/json` answers from (seen on 20.10: a list asked for at the event was stale nearly
 * every time). create, start, rename and health_status come after the write. Podman's own names stand beside Docker's.
 * stop is the only word of a container that is stopped between two restarts: it died before. kill, restart and oom are
 * left out, for what they do to the state arrives as die and start; oom is asked for all the same, for those that tell of it.
 */
const actions: { readonly [K in Kind]: Table } = {
  container: {
    create: 'read',
    start: 'read',
    rename: 'read',
    health_status: 'read',
    die: 'settle',
    stop: 'settle',
    pause: 'settle',
    unpause: 'settle',
    destroy: 'remove',
    prune: 'list',
    died: 'settle',
    cleanup: 'read',
    remove: 'remove',
  },
  image: {
    tag: 'read',
    untag: 'read',
    pull: 'read',
    load: 'read',
    import: 'read',
    create: 'read',
    delete: 'remove',
    prune: 'list',
    build: 'read',
    loadfromarchive: 'read',
    remove: 'remove',
  },
  network: { create: 'read', update: 'read', destroy: 'remove', remove: 'remove', prune: 'list' },
  volume: { create: 'read', destroy: 'remove', remove: 'remove', prune: 'list' },
};

/**
 * The `filters` to ask `/events` with: only what can change an item, or has to be told. Without them each run of a health check, exec and
 * volume mount would wake us.
 */
export function eventFilters(): Readonly<Record<string, readonly string[]>> {
  const names = Object.values(actions).flatMap((table) => Object.keys(table));
  return {
    type: ['container', 'image', 'network', 'volume'],
    event: [...new Set([...names, 'commit', 'connect', 'disconnect', 'oom'])].sort(),
  };
}

/** What `event` means for the store; empty for events that change nothing we hold. */
export function effectsOf(event: EngineEvent): readonly Effect[] {
  const effects: Effect[] = [];
  const { kind, action, id, attributes } = event;
  const what = Object.hasOwn(actions[kind], action) ? actions[kind][action] : undefined;
  if (what === 'list') effects.push({ do: 'list', kind });
  else if (what && id) effects.push({ do: what, kind, id });

  if (kind === 'container' && action === 'commit') {
    const made = attributes['imageID'];
    // Podman doesn't say which image came of it.
    effects.push(made ? { do: 'read', kind: 'image', id: made } : { do: 'list', kind: 'image' });
  }
  // The classic builder commits its steps in silence: an image that gets no tag shows only by the end of the step's
  // container, which is made from an image id instead of a name.
  if (kind === 'container' && action === 'destroy' && attributes['image']?.startsWith('sha256:')) {
    effects.push({ do: 'list', kind: 'image' });
  }
  if (kind === 'image' && what && what !== 'list') {
    effects.push({ do: 'retagged', id, name: attributes['name'] ?? id });
  }
  if (kind === 'network' && (action === 'connect' || action === 'disconnect')) {
    const container = attributes['container'];
    if (container) effects.push({ do: 'settle', kind: 'container', id: container });
  }
  return effects;
}
