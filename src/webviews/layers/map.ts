import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { formatBytes } from '../../util/format.ts';
import { vars } from '../common/vars.ts';
import type { MapItem, ToLayers } from '../protocol/layers.ts';
import { squarify } from './squarify.ts';
import type { Box } from './squarify.ts';

export type MapOf = Extract<ToLayers, { readonly type: 'map' }>;

export interface MapActions {
  /** Shows what is in a directory. */
  enter(node: number): void;
  /** Shows a file in the tree. */
  reveal(node: number): void;
}

const COLOURS = 6;
/** Pixels of a box's head, and the least that a box has to have to be given one, or to be drawn at all. */
const HEAD = 18;
const LEAST_WIDTH = 44;
const LEAST = 4;

/**
 * What is in a directory as boxes with areas as their sizes; in those of directories stands what is in them.
 * @param width and `height` of the room in pixels
 */
export function mapView(
  map: MapOf | undefined,
  width: number,
  height: number,
  actions: MapActions,
): TemplateResult {
  if (!map) return html`<div class="map"></div>`;
  const { trail, size, items } = map;
  const boxes = squarify(
    items.map((item) => item.size),
    { x: 0, y: 0, width, height },
  );
  return html`<nav class="trail" aria-label="Directory">
      ${trail.map(({ node, name }, n) =>
        n === trail.length - 1
          ? html`<span aria-current="location">${name}</span>`
          : html`<button class="link" @click=${() => actions.enter(node)}>${name}</button
              ><span class="slash">${n === 0 ? '' : '/'}</span>`,
      )}
      <span class="size">${formatBytes(size)}</span>
    </nav>
    <div
      class="map"
      role="list"
      tabindex="-1"
      aria-label="Map of sizes"
      @keydown=${(event: KeyboardEvent) => onKey(event, map, actions)}
    >
      ${items.length === 0 ? html`<p class="empty">Nothing in it has a size.</p>` : nothing}
      ${items.map((item, n) => outer(item, boxes[n], n, actions))}
    </div>`;
}

function outer(item: MapItem, box: Box | undefined, n: number, actions: MapActions) {
  if (!box || box.width < LEAST || box.height < LEAST) return nothing;
  const { x, y, width, height } = box;
  const hasHead = height > HEAD + 4 && width > LEAST_WIDTH;
  const room = { x: 2, y: HEAD, width: width - 6, height: height - HEAD - 4 };
  const inner =
    hasHead && item.items && room.width > LEAST_WIDTH && room.height > 2 * LEAST
      ? squarify(
          item.items.map(({ size }) => size),
          room,
        )
      : [];
  const act = () => {
    if (item.node < 0) return;
    if (item.folder) actions.enter(item.node);
    else actions.reveal(item.node);
  };
  return html`<div
    role="listitem"
    class="place c${n % COLOURS}"
    .style=${place(x, y, width, height)}
  >
    <button
      class="box"
      data-node=${item.node}
      tabindex=${n === 0 ? 0 : -1}
      ?disabled=${item.node < 0}
      title="${item.name}, ${formatBytes(item.size)}"
      aria-label="${item.name}, ${formatBytes(item.size)}${item.folder ? ', directory' : ''}"
      @click=${act}
    >
      ${hasHead ? html`<span class="label">${item.name} <small>${formatBytes(item.size)}</small></span>` : nothing}
    </button>
    ${inner.map((one, at) => {
      const child = item.items?.[at];
      if (!child || one.width < LEAST || one.height < LEAST) return nothing;
      return html`<span
        class="inner"
        title="${item.name}/${child.name}, ${formatBytes(child.size)}"
        .style=${place(one.x, one.y, one.width, one.height)}
        @click=${() => (child.node < 0 ? act() : child.folder ? actions.enter(child.node) : actions.reveal(child.node))}
        >${one.width > LEAST_WIDTH && one.height > HEAD ? child.name : ''}</span
      >`;
    })}
  </div>`;
}

const place = (x: number, y: number, width: number, height: number) =>
  vars({
    x: `${Math.round(x)}px`,
    y: `${Math.round(y)}px`,
    width: `${Math.round(x + width) - Math.round(x)}px`,
    height: `${Math.round(y + height) - Math.round(y)}px`,
  });

/** Whether the keyboard is at the map or the way to its directory. */
export const isAtMap = (): boolean => !!document.activeElement?.closest('.map, .trail');

/** Puts the keyboard on the box of a directory, else on the largest; on the map itself where there is none. */
export function focusMap(root: HTMLElement, node: number | undefined): void {
  const box = root.querySelector<HTMLElement>(`.box[data-node="${node}"]`);
  const target = box ?? root.querySelector<HTMLElement>('.box:enabled');
  (target ?? root.querySelector<HTMLElement>('.map'))?.focus();
}

/** The arrow keys go from the larger to the smaller box and back, Backspace to the directory around. */
function onKey(event: KeyboardEvent, { trail }: MapOf, actions: MapActions): void {
  const { currentTarget, key } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  const boxes = [...currentTarget.querySelectorAll<HTMLButtonElement>('.box:enabled')];
  const at = boxes.findIndex((box) => box === document.activeElement);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
  if (step !== undefined) boxes[Math.min(Math.max(at + step, 0), boxes.length - 1)]?.focus();
  else if (key === 'Home') boxes[0]?.focus();
  else if (key === 'End') boxes.at(-1)?.focus();
  else if (key === 'Backspace') {
    const above = trail.at(-2);
    if (above) actions.enter(above.node);
  } else return;
  event.preventDefault();
}
