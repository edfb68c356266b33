import { createEmitter } from '../../util/emitter.ts';
import type { Disposable, Event } from '../../util/emitter.ts';
import { createCoalescer } from '../coalesce.ts';
import type { Container } from '../model.ts';
import { followLog } from './follow.ts';
import type { FollowState, LogEngine, LogStart } from './follow.ts';
import { isBad, markText } from './marks.ts';
import { createMerge } from './merge.ts';
import type { Timed } from './merge.ts';
import { createRing, FLAGS } from './ring.ts';
import type { LogRing, RingLimits } from './ring.ts';

/** Whose logs: those of some containers, by id, or of all that have a label, whenever they come. */
export type LogSelection =
  | { readonly containers: readonly { readonly id: string; readonly name: string }[] }
  /** `name`, or `name=value`. */
  | { readonly label: string };

/** A container whose log is read. */
export interface LogSource {
  readonly id: string;
  /** As it is called now, or was when it was removed. */
  readonly name: string;
  readonly state: FollowState;
}

/** The logs of some containers, put together by time, as far back as there is room for. */
export interface LogBook extends Disposable {
  readonly ring: LogRing;
  /** By the number that their lines have. */
  readonly sources: readonly LogSource[];
  /** There are more lines, or something about the containers changed; at most ten times a second. */
  readonly onDidChange: Event<void>;
  /** Resolves when all is read that those will give that are read from the beginning, or when they aren't read any more. */
  readonly ended: Promise<void>;
}

interface Entry extends Timed {
  readonly source: number;
  readonly flags: number;
  readonly text: Buffer;
  readonly cut: number;
}

/** Begins to read. A container that takes the place of one that is read, by its name, is read too. */
export function createLogBook(
  engine: LogEngine,
  selection: LogSelection,
  start: LogStart,
  limits: RingLimits,
): LogBook {
  const ring = createRing(limits);
  const changed = createEmitter<void>();
  const telling = createCoalescer(() => changed.fire());
  const ending = new AbortController();
  const sources: { id: string; name: string; state: FollowState; readonly first: string }[] = [];
  const reading: Promise<void>[] = [];
  /** The engine whose containers these are; while another one is chosen, none of its belongs to them. */
  let url = engine.endpoint?.url;
  const merge = createMerge<Entry>(({ text, seconds, nanos, source, flags, cut }) => {
    ring.push(text, seconds * 1000 + nanos / 1e6, source, flags, cut);
    telling.request();
  });

  function add(id: string, name: string, from: LogStart): void {
    if (sources.some((source) => source.id === id)) return;
    const number = sources.length;
    const source = { id, name, state: 'reading' as FollowState, first: name };
    sources.push(source);
    const lane = merge.add();
    const over = followLog(
      engine,
      id,
      from,
      {
        line({ stderr, seconds, nanos, text, cut }) {
          const flags = stderr ? FLAGS.stderr : 0;
          lane.push({ seconds, nanos, source: number, flags, text, cut, bytes: text.length + 200 });
        },
        mark(mark, time) {
          const seconds = Math.floor(time / 1000);
          const text = Buffer.from(markText(mark, source.name));
          const flags = FLAGS.mark | (isBad(mark) ? FLAGS.bad : 0);
          const nanos = Math.round((time - seconds * 1000) * 1e6);
          lane.push({ seconds, nanos, source: number, flags, text, cut: 0, bytes: 300 });
        },
        state(state) {
          source.state = state;
          if (state !== 'reading') lane.idle();
          telling.request();
        },
      },
      ending.signal,
    );
    reading.push(over);
    telling.request();
  }

  /** Whether a container that has come belongs to these. */
  function joins({ name, labels }: Container): boolean {
    if ('label' in selection) return hasLabel(labels, selection.label);
    return sources.some((source) => source.first === name);
  }

  const subscription = engine.onDidChangeItems(({ kind, added, changed, removed }) => {
    url ??= engine.endpoint?.url;
    if (kind !== 'container' || engine.endpoint?.url !== url) return;
    for (const item of [...added, ...changed] as Container[]) {
      const source = sources.find(({ id }) => id === item.id);
      if (source && source.name !== item.name) {
        source.name = item.name;
        telling.request();
      } else if (!source && joins(item) && start.follow)
        add(item.id, item.name, { tail: 'all', follow: true });
    }
    if (removed.length > 0) telling.request();
  });

  if ('containers' in selection)
    for (const { id, name } of selection.containers) add(id, name, start);
  // Of a viewer that VS Code brings back after a restart a container may have been replaced long ago.
  for (const item of engine.store?.list('container') ?? [])
    if (joins(item) && ('label' in selection || start.follow)) add(item.id, item.name, start);

  return {
    ring,
    sources,
    onDidChange: changed.event,
    ended: Promise.all(reading).then(() => merge.flush()),
    dispose() {
      ending.abort();
      subscription.dispose();
      telling.cancel();
      merge.dispose();
      changed.dispose();
    },
  };
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=');
  if (at < 0) return Object.hasOwn(labels, wanted);
  const name = wanted.slice(0, at);
  return Object.hasOwn(labels, name) && labels[name] === wanted.slice(at + 1);
}
