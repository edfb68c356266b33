import type { LogRow } from '../protocol/logs.ts';
import type { Place } from './place.ts';
import type { Bounds } from './sight.ts';

/** What a person does to the lines. */
export interface Deeds {
  readonly place: Place;
  scrollBy(pixels: number): void;
  /** Goes to a part of the whole: 1 is the end. */
  scrollTo(part: number): void;
  choose(place: number, extend: boolean): void;
  /** Lines that are seen at once. */
  page(): number;
  bounds(): Bounds;
  /** Where the keyboard begins. */
  start(): number;
  follow(): void;
  row(place: number): LogRow | undefined;
  isOpen(id: number): boolean;
  toggle(row: LogRow): void;
  /** Opens what the first link of a line leads to, if it has one. */
  openLink(row: LogRow): void;
  find(back: boolean): void;
  copy(from: number, to: number): void;
  /** Something has changed that is to be drawn. */
  drawn(): void;
}

/** Pixels of a line of the wheel, for those that count in lines. */
const WHEEL_LINE = 20;

/** Listens to what is done to the lines by wheel, pointer and keyboard. */
export function listen(root: HTMLElement, rows: HTMLElement, deeds: Deeds): void {
  rows.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        return;
      event.preventDefault();
      const unit =
        event.deltaMode === 1 ? WHEEL_LINE : event.deltaMode === 2 ? rows.clientHeight : 1;
      deeds.scrollBy(event.deltaY * unit);
    },
    { passive: false },
  );
  // Rows above and below are drawn when they are wanted: nothing else moves them.
  rows.addEventListener('scroll', () => {
    if (rows.scrollTop !== 0) rows.scrollTop = 0;
  });
  listenToTouch(rows, deeds);
  listenToBar(root, deeds);

  rows.addEventListener('click', (event) => {
    const place = placeAt(event);
    // What was marked to be copied stays so.
    if (place === undefined || getSelection()?.isCollapsed === false) return;
    deeds.place.choose(place, event.shiftKey);
    deeds.drawn();
  });
  rows.addEventListener('dblclick', (event) => {
    const row = deeds.row(placeAt(event) ?? -1);
    if (row?.json || row?.more) deeds.toggle(row);
  });
  document.addEventListener('copy', (event) => {
    const isText = event.target instanceof HTMLInputElement;
    const chosen = deeds.place.range();
    if (isText || getSelection()?.isCollapsed === false || !chosen) return;
    event.preventDefault();
    deeds.copy(chosen.from, chosen.to);
  });
  rows.addEventListener('keydown', (event) => {
    if (typed(event, deeds)) event.preventDefault();
  });
  root.addEventListener('keydown', (event) => {
    const isFind = (event.ctrlKey || event.metaKey) && event.key === 'f';
    if (isFind) {
      const search = root.querySelector<HTMLInputElement>('#search');
      search?.focus();
      search?.select();
    } else if (event.key === 'F3') deeds.find(event.shiftKey);
    else return;
    event.preventDefault();
  });
}

function placeAt(event: Event): number | undefined {
  const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.row') : null;
  const place = Number(row?.dataset['place'] ?? Number.NaN);
  return Number.isNaN(place) ? undefined : place;
}

/** Does what a key stands for on the lines; whether it stands for anything. */
function typed(event: KeyboardEvent, deeds: Deeds): boolean {
  const { key, shiftKey } = event;
  const { first, end } = deeds.bounds();
  const at = deeds.start();
  const row = deeds.row(deeds.place.current() ?? -1);
  if (event.ctrlKey || event.metaKey) {
    if (key === 'Home') deeds.choose(first, shiftKey);
    else if (key === 'End') deeds.follow();
    else if (key === 'Enter') {
      if (row) deeds.openLink(row);
    } else if (key === 'a') {
      deeds.place.choose(first);
      deeds.place.choose(end - 1, true);
      deeds.drawn();
    } else return false;
    return true;
  }
  if (event.altKey) return false;
  const folds = row?.json === true || row?.more === true;
  const isOpen = row !== undefined && deeds.isOpen(row.id);
  switch (key) {
    case 'ArrowDown':
      deeds.choose(at + 1, shiftKey);
      return true;
    case 'ArrowUp':
      deeds.choose(at - 1, shiftKey);
      return true;
    case 'PageDown':
      deeds.choose(at + deeds.page(), shiftKey);
      return true;
    case 'PageUp':
      deeds.choose(at - deeds.page(), shiftKey);
      return true;
    case 'Home':
      deeds.choose(first, shiftKey);
      return true;
    case 'End':
      if (shiftKey) deeds.choose(end - 1, true);
      else deeds.follow();
      return true;
    case 'Enter':
    case ' ':
      if (row && folds) deeds.toggle(row);
      return true;
    case 'ArrowRight':
      if (row && folds && !isOpen) deeds.toggle(row);
      return folds;
    case 'ArrowLeft':
      if (row && folds && isOpen) deeds.toggle(row);
      return folds;
    case 'Escape':
      deeds.place.forget();
      deeds.drawn();
      return true;
    default:
      return false;
  }
}

function listenToTouch(rows: HTMLElement, deeds: Deeds): void {
  let last: number | undefined;
  rows.addEventListener('touchstart', (event) => (last = event.touches[0]?.clientY), {
    passive: true,
  });
  rows.addEventListener(
    'touchmove',
    (event) => {
      const now = event.touches[0]?.clientY;
      if (now !== undefined && last !== undefined) deeds.scrollBy(last - now);
      last = now;
    },
    { passive: true },
  );
}

/** The bar beside the lines: its thumb is drawn along, and a click beside it goes there. */
function listenToBar(root: HTMLElement, deeds: Deeds): void {
  const bar = root.querySelector<HTMLElement>('.bar');
  if (!bar) return;
  let grip: number | undefined;
  const partOf = (event: PointerEvent) => {
    const { top, height } = bar.getBoundingClientRect();
    const size = bar.querySelector('.thumb')?.getBoundingClientRect().height ?? 0;
    return (event.clientY - top - (grip ?? size / 2)) / Math.max(height - size, 1);
  };
  const go = (event: PointerEvent) => deeds.scrollTo(Math.min(Math.max(partOf(event), 0), 1));
  bar.addEventListener('pointerdown', (event) => {
    const own = bar.querySelector('.thumb')?.getBoundingClientRect();
    const onThumb = own && event.clientY >= own.top && event.clientY <= own.bottom;
    grip = onThumb ? event.clientY - own.top : undefined;
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
    if (!onThumb) go(event);
  });
  bar.addEventListener('pointermove', (event) => {
    if (bar.hasPointerCapture(event.pointerId)) go(event);
  });
}
