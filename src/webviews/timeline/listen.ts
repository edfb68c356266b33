import { later } from '../common/frames.ts';
import type { Shown } from './card.ts';
import type { Row } from './lanes.ts';
import { moveOf } from './move.ts';

/** Milliseconds until a card comes under a pointer that rests, until it follows to another row, and until it goes. */
const CARD = { comes: 300, follows: 80, goes: 250 } as const;

/** How far one notch of a wheel magnifies. */
const WHEEL = 1.0015;

/** What the chart does when a person points, types or scrolls. Rows are told by their index. */
export interface Deeds {
  rows(): readonly Row[];
  current(): number;
  focus(index: number): void;
  /** A row has got the focus by itself, by a click or Tab. */
  entered(index: number): void;
  fold(lane: string): void;
  open(index: number): void;
  /** @param x pixels from the chart's left edge that stay where they are; the middle when absent. */
  zoom(factor: number, x?: number): void;
  scrolled(): void;
  show(card: Shown): void;
  hide(): void;
}

/**
 * Listens to all that happens in the chart, in one place for all of its rows.
 * @param signal ends it, for what is around the chart outlasts it
 */
export function listen(chart: HTMLElement, deeds: Deeds, signal: AbortSignal): void {
  const resting = later();
  let over: string | undefined;
  let isShown = false;

  function indexAt(event: Event): number | undefined {
    const row = (event.target as Element).closest<HTMLElement>('[data-index]');
    return row ? Number(row.dataset['index']) : undefined;
  }

  function show(card: Shown): void {
    isShown = true;
    deeds.show(card);
  }

  function hide(): void {
    resting.cancel();
    over = undefined;
    isShown = false;
    deeds.hide();
  }

  chart.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return;
    const row = deeds.rows()[indexAt(event) ?? -1];
    if (row?.kind !== 'step') {
      over = undefined;
      resting.after(CARD.goes, hide);
      return;
    }
    if (row.key === over) return;
    over = row.key;
    const x = event.clientX;
    resting.after(isShown ? CARD.follows : CARD.comes, () => show({ key: row.key, x }));
  });
  chart.addEventListener('pointerleave', () => {
    over = undefined;
    resting.after(CARD.goes, hide);
  });
  const around = chart.parentElement;
  // A card stays while the pointer is on it, so that a long log can be read to its end.
  around?.addEventListener(
    'pointerover',
    (event) => {
      if ((event.target as Element).closest('#card')) resting.cancel();
    },
    { signal },
  );
  around?.addEventListener(
    'pointerout',
    (event) => {
      const to = event.relatedTarget;
      const leaves = (event.target as Element).closest('#card');
      if (leaves && !(to instanceof Node && leaves.contains(to))) resting.after(CARD.goes, hide);
    },
    { signal },
  );
  signal.addEventListener('abort', resting.cancel);

  chart.addEventListener('click', (event) => {
    const index = indexAt(event);
    if (index !== undefined) deeds.open(index);
  });
  chart.addEventListener('focusin', (event) => {
    const index = indexAt(event);
    if (index === undefined) return;
    if (index !== deeds.current()) deeds.entered(index);
    const row = deeds.rows()[index];
    const byKeyboard = (event.target as Element).matches(':focus-visible');
    if (!byKeyboard) return;
    if (row?.kind === 'step') show({ key: row.key });
    else hide();
  });
  chart.addEventListener('focusout', (event) => {
    const to = event.relatedTarget;
    if (!(to instanceof Node && chart.contains(to))) hide();
  });
  chart.addEventListener('scroll', () => deeds.scrolled(), { passive: true });
  chart.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      deeds.zoom(WHEEL ** -event.deltaY, event.clientX - chart.getBoundingClientRect().left);
    },
    { passive: false },
  );
  chart.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typed(event.key)) event.preventDefault();
  });

  /** Does what a key stands for; whether it stands for anything. */
  function typed(key: string): boolean {
    const index = deeds.current();
    if (key === '+' || key === '=') deeds.zoom(1.5);
    else if (key === '-') deeds.zoom(1 / 1.5);
    else if (key === '0') deeds.zoom(0);
    else if (key === 'Enter' || key === ' ') deeds.open(index);
    else if (key === 'Escape') hide();
    else {
      const row = chart.querySelector<HTMLElement>('.row.step')?.offsetHeight ?? 24;
      const move = moveOf(key, deeds.rows(), index, Math.floor(chart.clientHeight / row) - 1);
      if (move === undefined) return false;
      if (move.kind === 'focus') deeds.focus(move.index);
      else deeds.fold(move.lane);
    }
    return true;
  }
}
