import { html, nothing, render } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import { later, perFrame } from '../common/frames.ts';
import type { Host } from '../common/host.ts';
import { vars } from '../common/vars.ts';
import { count } from '../../util/format.ts';
import { NO_FILTER, NO_QUERY, readLogMemory } from '../protocol/logs.ts';
import type { FromLogs, LogHead, LogMemory, LogRow, LogTimes, ToLogs } from '../protocol/logs.ts';
import { createLines } from './lines.ts';
import { listen } from './listen.ts';
import { footer } from './footer.ts';
import { createPlace } from './place.ts';
import { rowOf } from './row.ts';
import type { RowFrame } from './row.ts';
import { createSearch } from './search.ts';
import { AT_END, movedDown, movedUp, paused, settled, thumb } from './sight.ts';
import type { Drawn, Sight } from './sight.ts';
import { toolbar } from './toolbar.ts';
import type { Actions } from './toolbar.ts';

/** Milliseconds after which what is typed into the filter counts, and after which the place is remembered. */
const FILTER_PAUSE = 250;
const MEMORY_PAUSE = 200;
/** Milliseconds between two drawings for the sake of times that go on by themselves. */
const AGE_PAUSE = 1000;
const SAID_PAUSE = 4000;

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
  let sight: Sight = AT_END;
  /** Behind the last line that is drawn while the end is followed: lines that have not come yet aren't. */
  let shownEnd = 0;
  let pausedAt = 0;
  let rowHeight = 20;
  let said = '';
  let unfolded = new Set<number>(memory?.unfolded);
  const wholes = new Map<number, string>();
  const lines = createLines(host.send);
  const update = perFrame(draw);
  const [filtering, remembering, ageing, saying] = [later(), later(), later(), later()];
  const place = createPlace(() => head ?? { first: 0, end: 0 });

  const rowsElement = () => root.querySelector<HTMLElement>('.rows');
  const timesOf = (): LogTimes => memory?.times ?? head?.times ?? 'local';

  const search = createSearch({
    send: host.send,
    query: () => memory?.query ?? NO_QUERY,
    from: (back) => {
      const at = place.current() ?? sight.top;
      const id = lines.row(at)?.id ?? lines.row(shownEnd - 1)?.id ?? 0;
      return place.current() === undefined ? id : back ? id - 1 : id + 1;
    },
    here: () => lines.row(place.current() ?? sight.top)?.id ?? 0,
    changed: () => {
      lines.renew();
      update();
    },
    found: (at) => {
      place.choose(at);
      goTo(at);
    },
  });

  const actions: Actions = {
    query(change) {
      remember({ query: { ...(memory?.query ?? NO_QUERY), ...change } });
      search.begin();
    },
    find: search.next,
    endSearch: () => rowsElement()?.focus(),
    filter(change) {
      const filter = { ...(memory?.filter ?? NO_FILTER), ...change };
      remember({ filter });
      filtering.after(FILTER_PAUSE, () => {
        const keep = sight.following ? undefined : lines.row(place.current() ?? sight.top)?.id;
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

  function remember(change: Partial<LogMemory>): void {
    if (memory === undefined) return;
    memory = { ...memory, ...change };
    remembering.after(MEMORY_PAUSE, () => host.keep(memory));
    draw();
  }

  /** Stands somewhere else. */
  function look(next: Sight): void {
    if (sight.following && !next.following) pausedAt = shownEnd;
    sight = next;
    const { top: _, ...rest } = memory ?? {};
    if (memory && head)
      memory = {
        ...(rest as LogMemory),
        generation: head.generation,
        ...(!next.following && { top: next.top }),
      };
    remembering.after(MEMORY_PAUSE, () => host.keep(memory));
  }

  function drawn(): Drawn {
    const element = rowsElement();
    const elements = [...(element?.querySelectorAll<HTMLElement>('.row') ?? [])];
    return {
      from: Number(elements[0]?.dataset['place'] ?? 0),
      heights: elements.map((row) => row.getBoundingClientRect().height),
      window: element?.clientHeight ?? 0,
    };
  }

  function scrollBy(pixels: number): void {
    if (!head) return;
    if (sight.following) {
      if (pixels >= 0) return;
      look(paused(drawn()));
    }
    if (pixels > 0) look(movedDown(sight, pixels, drawn(), head, rowHeight));
    else {
      const { sight: next, above, rest } = movedUp(sight, -pixels, head, rowHeight);
      look(next);
      if (above > 0) {
        draw();
        look(settled(sight, above, rest, drawn(), head, rowHeight));
      }
    }
    draw();
  }

  /** Brings a line to the middle of the window. */
  function goTo(at: number): void {
    if (!head) return;
    const visible = Math.floor((rowsElement()?.clientHeight ?? 0) / rowHeight);
    const top = Math.max(at - Math.floor(visible / 3), head.first);
    look({ following: false, top, offset: 0 });
    draw();
    // Near the end there is nothing to fill the window with.
    const rows = drawn();
    if (rows.from + rows.heights.length >= head.end) {
      const height = rows.heights.reduce((sum, one) => sum + one, 0);
      if (height < rows.window) look(AT_END);
    }
    draw();
  }

  /** Chooses a line by the keyboard, and brings it into sight. */
  function choose(at: number, extend: boolean): void {
    if (!head || head.end === head.first) return;
    const wanted = Math.min(Math.max(at, head.first), head.end - 1);
    place.choose(wanted, extend);
    if (sight.following) look(paused(drawn()));
    const { from, heights, window } = drawn();
    const above = heights.slice(0, wanted - from).reduce((sum, one) => sum + one, 0) - sight.offset;
    const height = heights[wanted - from];
    if (wanted === head.end - 1 && !extend) look(AT_END);
    else if (height === undefined || wanted < from) goTo(wanted);
    else if (above < 0) scrollBy(above);
    else if (above + height > window) scrollBy(above + height - window);
    draw();
  }

  function toggle({ id, more }: LogRow): void {
    unfolded = new Set(unfolded);
    if (!unfolded.delete(id)) {
      unfolded.add(id);
      if (more) host.send({ type: 'whole', id });
      // What is unfolded is to be read, and would run away at the end.
      if (sight.following) look(paused(drawn()));
    }
    remember({ unfolded: [...unfolded].slice(-500) });
  }

  function say(text: string): void {
    said = text;
    saying.after(SAID_PAUSE, () => {
      said = '';
      update();
    });
    update();
  }

  function range(): readonly [number, number] {
    if (!head) return [0, 0];
    const visible = Math.ceil((rowsElement()?.clientHeight ?? 0) / rowHeight) + 2;
    if (!sight.following) {
      const top = Math.min(Math.max(sight.top, head.first), head.end);
      return [top, Math.min(top + visible, head.end)];
    }
    const from = Math.max(head.end - visible, head.first);
    lines.want(from, head.end, head.first, head.end);
    if (lines.has(from, head.end)) shownEnd = head.end;
    shownEnd = Math.max(shownEnd, head.first);
    return [Math.max(shownEnd - visible, head.first), shownEnd];
  }

  const open: RowFrame['open'] = ({ kind, text }, { source }) =>
    host.send({ type: 'open', kind, text, source });
  const whole = (id: number) => wholes.get(id);

  function draw(): void {
    if (!head || !memory) return;
    const now = Date.now();
    const [from, to] = range();
    if (!sight.following) lines.want(from, to, head.first, head.end);
    const times = timesOf();
    const { names, wrap } = memory;
    const { first, end, sources } = head;
    const current = place.current();
    const { selected } = place;
    const frame: RowFrame = {
      sources,
      names: names && sources.length > 1,
      times,
      now,
      first,
      end,
      current,
      selected,
      unfolded,
      whole,
      toggle,
      open,
    };
    const places = Array.from({ length: to - from }, (_, n) => from + n);
    const currentId = current === undefined ? undefined : lines.row(current)?.id;
    const visible = (rowsElement()?.clientHeight ?? 0) / rowHeight;
    const bar = thumb(sight, head, visible, rowHeight);
    const widest = Math.max(...sources.map(({ name }) => Math.min(name.length, 24)), 1);
    render(
      html`${toolbar({ head, memory, times, found: search.words(), problem: search.problem() }, actions)}
        <div class="view ${wrap ? 'wrap' : ''}" .style=${vars({ widest })}>
          <div
            class="rows ${sight.following ? 'following' : ''}"
            role="listbox"
            tabindex="0"
            aria-label="Lines of the log"
            aria-multiselectable="true"
            aria-activedescendant=${currentId === undefined ? nothing : `row-${currentId}`}
          >
            <div
              class="layer"
              .style=${vars({ offset: `${sight.following ? 0 : -sight.offset}px` })}
            >
              ${repeat(
                places,
                (at) => lines.row(at)?.id ?? `place ${at}`,
                (at) => rowOf(at, lines.row(at), frame),
              )}
            </div>
          </div>
          <div class="bar" aria-hidden="true">
            ${bar ? html`<div class="thumb" .style=${vars({ from: bar.from, size: bar.size })}></div>` : nothing}
          </div>
          ${sight.following ? nothing : html`<button class="waiting" @click=${follow}>${waitingText()}</button>`}
        </div>
        ${footer(head, sight.following, said)}`,
      root,
    );
    measure();
    begin();
    if (times === 'relative') ageing.after(AGE_PAUSE, update);
    else ageing.cancel();
  }

  function measure(): void {
    const row = root.querySelector('.row:not(.open) .line');
    const height = row && !memory?.wrap ? row.getBoundingClientRect().height : rowHeight;
    if (height > 0 && Math.abs(height - rowHeight) > 0.5) {
      rowHeight = height;
      update();
    }
  }

  function waitingText(): string {
    const waiting = Math.max((head?.end ?? 0) - pausedAt, 0);
    return waiting > 0 ? `${count(waiting, 'new line')} ↓` : 'Follow ↓';
  }

  function follow(): void {
    place.forget();
    look(AT_END);
    draw();
  }

  let begun = false;
  /** Once the first drawing stands: listens. */
  function begin(): void {
    const element = rowsElement();
    if (begun || !element) return;
    begun = true;
    new ResizeObserver(update).observe(element);
    listen(root, element, {
      scrollBy,
      scrollTo(part) {
        if (!head) return;
        const all = head.end - head.first;
        if (part >= 1) follow();
        else look({ following: false, top: head.first + Math.floor(part * all), offset: 0 });
        draw();
      },
      place,
      choose,
      page: () => Math.max(Math.floor(element.clientHeight / rowHeight) - 1, 1),
      bounds: () => head ?? { first: 0, end: 0 },
      start: () => place.current() ?? (sight.following ? shownEnd : sight.top),
      follow,
      row: (at) => lines.row(at),
      isOpen: (id) => unfolded.has(id),
      toggle,
      find: search.next,
      copy(from, to) {
        if (head) host.send({ type: 'copy', generation: head.generation, from, to });
      },
      drawn: update,
    });
    update();
  }

  function takeHead(next: LogHead): void {
    const isOther = head?.generation !== next.generation || head.book !== next.book;
    const isFirst = head === undefined;
    head = next;
    if (isOther) {
      lines.reset(next.generation);
      shownEnd = next.end;
      place.forget();
    }
    if (!isFirst) return;
    const known = memory?.book === next.book ? memory : undefined;
    if (!known) {
      wholes.clear();
      unfolded = new Set();
    }
    const fresh: LogMemory = {
      ...FRESH,
      ...memory,
      opened: next.opened,
      book: next.book,
      generation: next.generation,
      unfolded: [...unfolded],
    };
    memory = fresh;
    if (known?.top !== undefined && known.generation === next.generation) {
      sight = { following: false, top: known.top, offset: 0 };
      pausedAt = next.end;
    }
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
          if (message.generation === head?.generation) goTo(message.place);
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
