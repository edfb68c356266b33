import { html, render } from 'lit/html.js';
import { later, perFrame } from '../common/frames.ts';
import type { Host } from '../common/host.ts';
import { NO_FILTER, NO_QUERY, readLogMemory } from '../protocol/logs.ts';
import type { FromLogs, LogHead, LogMemory, LogRow, ToLogs } from '../protocol/logs.ts';
import { createLines } from './lines.ts';
import { listen } from './listen.ts';
import { footer } from './footer.ts';
import { createPlace } from './place.ts';
import { firstLink } from './row.ts';
import type { RowFrame } from './row.ts';
import { createScroller } from './scroller.ts';
import { createSearch } from './search.ts';
import type { Sight } from './sight.ts';
import { toolbar } from './toolbar.ts';
import type { Actions } from './toolbar.ts';
import { view } from './view.ts';

/** Milliseconds after which what is typed into the filter counts, and after which the place is remembered. */
const FILTER_PAUSE = 250;
const MEMORY_PAUSE = 200;
/** Milliseconds between two drawings for the sake of times that go on by themselves. */
const AGE_PAUSE = 1000;
const SAID_PAUSE = 4000;
/** Lines that are remembered as unfolded. */
const MOST_UNFOLDED = 500;

/** What is remembered when nothing is. */
const FRESH = {
  filter: NO_FILTER,
  query: NO_QUERY,
  wrap: false,
  names: true,
  filtering: false,
} as const;

export interface App {
  receive(message: ToLogs): void;
}

/** The log viewer in `root`: draws the lines that are in sight, and tells the extension what a person does. */
export function createApp(root: HTMLElement, host: Host<FromLogs>): App {
  let head: LogHead | undefined;
  let memory: LogMemory | undefined = readLogMemory(host.recall());
  let said = '';
  let unfolded = new Set<number>(memory?.unfolded);
  const wholes = new Map<number, string>();
  /** Lines that this page has asked for all of. */
  const asked = new Set<number>();
  const lines = createLines(host.send);
  const update = perFrame(draw);
  const [filtering, remembering, ageing, saying] = [later(), later(), later(), later()];
  const bounds = () => head ?? { first: 0, end: 0 };
  const place = createPlace(bounds);
  const rows = () => root.querySelector<HTMLElement>('.rows');
  const scroller = createScroller({ rows, head: () => head, lines, place, draw, moved: stands });
  /** The line that the keyboard is at, else the first in sight. */
  const here = () => lines.row(place.current() ?? scroller.sight().top)?.id;

  const search = createSearch({
    send: host.send,
    query: () => memory?.query ?? NO_QUERY,
    from: (back) => {
      const id = here() ?? lines.row(scroller.end() - 1)?.id ?? 0;
      return place.current() === undefined ? id : back ? id - 1 : id + 1;
    },
    here: () => here() ?? 0,
    changed: () => {
      lines.renew();
      update();
    },
    found: (at) => {
      place.choose(at);
      scroller.show(at);
    },
  });

  const actions: Actions = {
    query(change) {
      remember({ query: { ...(memory?.query ?? NO_QUERY), ...change } });
      search.begin();
    },
    find: search.next,
    endSearch: () => rows()?.focus(),
    filter(change) {
      const filter = { ...(memory?.filter ?? NO_FILTER), ...change };
      remember({ filter });
      filtering.after(FILTER_PAUSE, () => {
        const keep = scroller.sight().following ? undefined : here();
        host.send({ type: 'filter', filter, ...(keep !== undefined && { keep }) });
      });
    },
    show(change) {
      remember(change);
      if (change.filtering) root.querySelector<HTMLElement>('#include')?.focus();
    },
    save: () => host.send({ type: 'save' }),
    document: () => host.send({ type: 'document' }),
  };

  function keep(next: LogMemory): void {
    memory = next;
    remembering.after(MEMORY_PAUSE, () => host.keep(memory));
  }

  function remember(change: Partial<LogMemory>): void {
    if (memory === undefined) return;
    keep({ ...memory, ...change });
    draw();
  }

  /** Remembers where one stands, and of which filter's lines that is said. */
  function stands({ following, top }: Sight): void {
    if (!memory || !head) return;
    const { top: _, ...rest } = memory;
    keep({ ...rest, generation: head.generation, ...(!following && { top }) });
  }

  function toggle({ id }: LogRow): void {
    unfolded = new Set(unfolded);
    if (!unfolded.delete(id)) {
      unfolded.add(id);
      // What is unfolded is to be read, and would run away at the end.
      scroller.pause();
    }
    remember({ unfolded: [...unfolded].slice(-MOST_UNFOLDED) });
  }

  function say(text: string): void {
    said = text;
    saying.after(SAID_PAUSE, () => {
      said = '';
      update();
    });
  }

  const open: RowFrame['open'] = ({ kind, text }, { source }) =>
    host.send({ type: 'open', kind, text, source });
  const whole = (id: number) => {
    if (!asked.has(id)) host.send({ type: 'whole', id });
    asked.add(id);
    return wholes.get(id);
  };

  function draw(): void {
    if (!head || !memory) return;
    const [from, to] = scroller.range();
    const { following } = scroller.sight();
    const times = memory.times ?? head.times;
    const { first, end, sources } = head;
    const frame: RowFrame = {
      sources,
      names: memory.names && sources.length > 1,
      times,
      now: Date.now(),
      first,
      end,
      current: place.current(),
      selected: place.selected,
      unfolded,
      whole,
      toggle,
      open,
    };
    const { wrap } = memory;
    const found = { found: search.words(), problem: search.problem() };
    render(
      html`${toolbar({ head, memory, times, ...found }, actions)}
      ${view(lines, scroller, { from, to, wrap, frame })} ${footer(head, following, said)}`,
      root,
    );
    if (scroller.measure(wrap)) update();
    begin();
    if (times === 'relative') ageing.after(AGE_PAUSE, update);
    else ageing.cancel();
  }

  let begun = false;
  /** Once the first drawing stands: listens. */
  function begin(): void {
    const element = rows();
    if (begun || !element) return;
    begun = true;
    new ResizeObserver(update).observe(element);
    listen(root, element, {
      scrollBy: scroller.by,
      scrollTo: scroller.to,
      place,
      choose: scroller.choose,
      page: scroller.page,
      bounds,
      start() {
        const { following, top } = scroller.sight();
        return place.current() ?? (following ? scroller.end() : top);
      },
      follow: scroller.follow,
      row: lines.row,
      isOpen: (id) => unfolded.has(id),
      toggle,
      openLink(row) {
        const link = firstLink(row, unfolded.has(row.id));
        if (link) open(link, row);
      },
      find: search.next,
      copy(from, to) {
        if (head) host.send({ type: 'copy', generation: head.generation, from, to });
      },
      drawn: update,
    });
    update();
  }

  function takeHead(next: LogHead): void {
    const isFirst = head === undefined;
    const isOther = head?.generation !== next.generation || head.book !== next.book;
    head = next;
    if (isOther) {
      lines.reset(next.generation);
      scroller.reset(next.end);
    }
    if (isFirst) goOn(next);
    else if (isOther) search.renew();
  }

  /** Once the extension has said what there is: goes on with what is remembered, as far as it is about the same lines. */
  function goOn(next: LogHead): void {
    const known = memory?.book === next.book ? memory : undefined;
    if (!known) {
      wholes.clear();
      asked.clear();
      unfolded = new Set();
    }
    const { opened, book, generation } = next;
    const fresh = { ...FRESH, ...memory, opened, book, generation, unfolded: [...unfolded] };
    memory = fresh;
    if (known?.top !== undefined && known.generation === generation) scroller.restore(known.top);
    host.keep(fresh);
    if (JSON.stringify(fresh.filter) !== JSON.stringify(next.filter))
      host.send({ type: 'filter', filter: fresh.filter });
    if (fresh.query.text) search.restore();
  }

  return {
    receive(message) {
      switch (message.type) {
        case 'head':
          takeHead(message.head);
          break;
        case 'rows':
          lines.take(message);
          break;
        case 'found':
          search.take(message, head?.generation ?? 0);
          break;
        case 'count':
          search.counted(message.request, message.count);
          break;
        case 'go':
          if (message.generation === head?.generation) scroller.show(message.place);
          break;
        case 'whole':
          wholes.set(message.id, message.text);
          break;
        case 'said':
          say(message.text);
          break;
      }
      update();
    },
  };
}
