import { html, nothing, render } from 'lit/html.js';
import type { Host } from '../common/host.ts';
import { later, perFrame } from '../common/frames.ts';
import { wantsStill } from '../common/motion.ts';
import { readTimelineMemory } from '../protocol/timeline.ts';
import type { FromTimeline, TimelineMemory, ToTimeline } from '../protocol/timeline.ts';
import { card } from './card.ts';
import type { Shown } from './card.ts';
import { HEIGHTS, chart } from './chart.ts';
import { frameOf } from './frame.ts';
import type { Frame } from './frame.ts';
import { laneKeyOf } from './lanes.ts';
import { listen } from './listen.ts';
import type { Deeds } from './listen.ts';
import { applied } from './model.ts';
import type { Model } from './model.ts';
import { advice, heading, toolbar } from './page.ts';
import type { Actions } from './page.ts';
import { cardPlace } from './place.ts';
import { barOf, zoomAt } from './scale.ts';

/** Milliseconds between two drawings while the build runs, and for those who want nothing to move. */
const PACE = { lively: 125, calm: 1000 } as const;

/** Milliseconds after which a log that has grown is asked for again, and after which the place is remembered. */
const LOG_PAUSE = 1000;
const MEMORY_PAUSE = 200;

export interface App {
  receive(message: ToTimeline): void;
}

/** The timeline in `root`: draws what the extension tells it and tells the extension what a person does. */
export function createApp(root: HTMLElement, host: Host<FromTimeline>): App {
  let model: Model | undefined;
  let gone = false;
  let memory: TimelineMemory | undefined = readTimelineMemory(host.recall());
  let frame: Frame | undefined;
  let shown: Shown | undefined;
  /** The row that the focus is at, and the engine's time at which it came there. */
  let heard: { readonly row: string | undefined; readonly at: number } | undefined;
  /** Ends what listens to the chart that stands. */
  let placed: AbortController | undefined;
  const logs = new Map<string, string>();
  const pace = later();
  const remembering = later();
  const asking = later();
  const update = perFrame(draw);

  const now = () => Date.now() + (model?.clockOffset ?? 0);
  const scroller = () => root.querySelector<HTMLElement>('.chart');
  const rowElement = (index: number) => root.querySelector<HTMLElement>(`#row-${index}`);

  function remember(change: Partial<TimelineMemory>): void {
    if (memory === undefined) return;
    memory = { ...memory, ...change };
    remembering.after(MEMORY_PAUSE, () => host.keep(memory));
    update();
  }

  const actions: Actions = {
    cancel: () => host.send({ type: 'cancel' }),
    rerun: () => host.send({ type: 'rerun' }),
    reveal(step) {
      const lane = frame && laneKeyOf(frame.lanes, step);
      if (lane === undefined || memory === undefined) return;
      remember({ folded: memory.folded.filter((key) => key !== lane), row: `step ${step}` });
      draw();
      focusRow(frame?.current ?? 0);
    },
    adviceFolded: (adviceFolded) => remember({ adviceFolded }),
    zoom: (factor) => zoom(factor),
  };

  /** Magnifies about a point of the chart's window: its middle, unless the pointer says where. */
  function zoom(factor: number, x?: number): void {
    const element = scroller();
    if (!frame || !memory || !element) return;
    const { seenWidth, nameWidth, length } = frame;
    const point = x === undefined ? seenWidth / 2 : Math.max(x - nameWidth, 0);
    const sight = { zoom: memory.zoom, left: element.scrollLeft };
    const next =
      factor === 0 ? { zoom: 1, left: 0 } : zoomAt(sight, factor, point, length, seenWidth);
    hide();
    remember(next);
    draw();
    element.scrollLeft = next.left;
  }

  function focusRow(index: number): void {
    const row = frame?.rows[index];
    const element = scroller();
    if (!frame || !row || !element) return;
    remember({ row: row.key });
    draw();
    const target = rowElement(index);
    if (!target) return;
    const top = target.offsetTop;
    const seen = element.clientHeight;
    if (top - HEIGHTS.axis < element.scrollTop) element.scrollTop = top - HEIGHTS.axis;
    else if (top + target.offsetHeight > element.scrollTop + seen)
      element.scrollTop = top + target.offsetHeight - seen;
    const bar = row.kind === 'step' ? barOf(row.step, frame.begin) : undefined;
    if (bar && frame.plotWidth > frame.seenWidth) {
      const from = bar.from * frame.pixelsPerMs;
      const to = (bar.to ?? frame.elapsed) * frame.pixelsPerMs;
      const { scrollLeft } = element;
      if (to < scrollLeft || from > scrollLeft + frame.seenWidth)
        element.scrollLeft = from - frame.seenWidth / 5;
    }
    target.focus({ preventScroll: true });
  }

  function fold(lane: string): void {
    if (memory === undefined) return;
    const { folded } = memory;
    const without = folded.filter((key) => key !== lane);
    hide();
    remember({ folded: without.length < folded.length ? without : [...folded, lane] });
  }

  function open(index: number): void {
    const row = frame?.rows[index];
    if (row?.kind === 'lane') fold(row.lane.key);
    else if (row?.step.lines !== undefined) host.send({ type: 'open', step: row.step.id });
  }

  function show(next: Shown): void {
    shown = next;
    askForLog();
    update();
  }

  function hide(): void {
    shown = undefined;
    asking.cancel();
    update();
  }

  function shownRow() {
    const row = frame?.rows.find(({ key }) => key === shown?.key);
    return row?.kind === 'step' ? row : undefined;
  }

  function askForLog(): void {
    const step = shownRow()?.step;
    if (step && step.logBytes > 0) host.send({ type: 'log', step: step.id });
  }

  function heardAt(): number | undefined {
    const row = memory?.row;
    if (!document.activeElement?.closest('.row')) heard = undefined;
    // As it was drawn last, for that is what was heard.
    else if (heard?.row !== row) heard = { row, at: frame?.now ?? now() };
    return heard?.at;
  }

  function draw(): void {
    if (!model || !memory) {
      // The chart goes with its build. Another one is drawn when that is known again.
      placed?.abort();
      placed = undefined;
      shown = undefined;
      pace.cancel();
      render(
        gone ? html`<p class="gone">Nothing is known of this build any more.</p>` : nothing,
        root,
      );
      return;
    }
    const width = scroller()?.clientWidth ?? root.clientWidth;
    frame = frameOf(model, memory, width, now(), heardAt());
    const row = shownRow();
    render(
      html`${heading(frame, actions)} ${advice(frame, actions)} ${toolbar(frame, actions)}
        <div class="chart" tabindex="-1">${chart(frame)}</div>
        ${row ? card(frame, row, logs.get(row.step.id)) : nothing}`,
      root,
    );
    if (!placed) begin();
    if (row && shown) placeCard(frame.rows.indexOf(row), shown);
    if (model.head.state === 'running') pace.after(wantsStill() ? PACE.calm : PACE.lively, update);
    else pace.cancel();
  }

  /** Once the first drawing stands: goes where the person was, and listens. */
  function begin(): void {
    const element = scroller();
    if (!element || !memory) return;
    placed = new AbortController();
    const { signal } = placed;
    element.scrollTop = memory.top;
    element.scrollLeft = memory.left;
    const sizes = new ResizeObserver(update);
    sizes.observe(element);
    signal.addEventListener('abort', () => sizes.disconnect());
    const deeds: Deeds = {
      rows: () => frame?.rows ?? [],
      current: () => frame?.current ?? 0,
      scrolled: () => {
        remember({ left: element.scrollLeft, top: element.scrollTop });
        // The pointer is on another row now; the focus has moved with its own.
        if (shown?.x !== undefined) hide();
      },
      focus: focusRow,
      entered: (index) => {
        const row = frame?.rows[index];
        if (row) remember({ row: row.key });
      },
      fold,
      open,
      zoom,
      show,
      hide,
    };
    listen(element, deeds, signal);
    update();
  }

  function placeCard(index: number, { x }: Shown): void {
    const element = root.querySelector<HTMLElement>('#card');
    const row = rowElement(index)?.getBoundingClientRect();
    if (!element || !row || !frame) return;
    element.style.removeProperty('max-height');
    const window = { width: root.clientWidth, height: innerHeight };
    const wanted = x === undefined ? (frame.narrow ? 0 : frame.nameWidth + 8) : x + 12;
    const { left, top, most } = cardPlace(row, element.getBoundingClientRect(), window, wanted);
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
    element.style.maxHeight = `${most}px`;
  }

  function receive(message: ToTimeline): void {
    if (message.type === 'log') {
      logs.set(message.step, message.text);
      update();
      return;
    }
    model = applied(model, message, Date.now());
    gone = message.type === 'gone';
    if (message.type === 'build' && memory?.build !== message.head.id) {
      // Another build: what was remembered of the one before means nothing here.
      const { adviceFolded } = memory ?? {};
      memory = {
        build: message.head.id,
        zoom: 1,
        left: 0,
        top: 0,
        folded: [],
        ...(adviceFolded && { adviceFolded }),
      };
      logs.clear();
      shown = undefined;
      host.keep(memory);
    }
    const step = shownRow()?.step.id;
    if (message.type === 'change' && message.steps.some(({ id }) => id === step))
      asking.after(LOG_PAUSE, askForLog);
    update();
  }

  return { receive };
}
