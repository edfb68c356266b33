import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { later, perFrame } from '../common/frames.ts';
import type { Host } from '../common/host.ts';
import { readLayersMemory } from '../protocol/layers.ts';
import type {
  FromLayers,
  LayerRow,
  LayersHead,
  LayersMemory,
  LayersTab,
  LayersView,
  ToLayers,
} from '../protocol/layers.ts';
import { aboutView } from './about.ts';
import type { Facts } from './about.ts';
import { header, reading, tabs } from './frame.ts';
import { layerList } from './layerList.ts';
import { focusMap, isAtMap, mapView } from './map.ts';
import type { MapOf } from './map.ts';
import { packagesView } from './packages.ts';
import type { PackageList, PackageLook } from './packages.ts';
import { createRows } from './rows.ts';
import { toolbar } from './toolbar.ts';
import { ROW, tree } from './tree.ts';
import { treeKey } from './treeKeys.ts';
import { wastedView } from './wasted.ts';
import { weaknessesView } from './weaknesses.ts';
import type { Findings } from './weaknesses.ts';
import type { WastedList } from './wasted.ts';

/** Milliseconds after which what is typed counts, after which the place is remembered, and for which something is said. */
const FILTER_PAUSE = 250;
const MEMORY_PAUSE = 200;
const SAID_PAUSE = 5000;

export interface App {
  receive(message: ToLayers): void;
}

/** The layer explorer in `root`: draws what is in sight, and tells the extension what a person does. */
export function createApp(root: HTMLElement, host: Host<FromLayers>): App {
  let head: LayersHead | undefined;
  let memory: LayersMemory | undefined = readLayersMemory(host.recall());
  let wasted: WastedList | undefined;
  let packages: PackageList | undefined;
  let map: MapOf | undefined;
  /** The map of another directory has come; the one on the way to where one was before. */
  let entered: { readonly from: number | undefined } | undefined;
  let facts: Facts | undefined;
  let findings: Findings | undefined;
  let filter: string | undefined;
  let packageLook: PackageLook = { filter: '', sort: 'name' };
  let said = '';
  /** Other rows that were asked for and have not come. */
  let looking = 0;
  /** How far the tree is to be scrolled once it is drawn. */
  let scrollTo: number | undefined;
  /** How far it was scrolled when it was seen last; undefined once it is again. */
  let restore = memory?.top;
  const rows = createRows(host.send);
  const update = perFrame(draw);
  const [filtering, remembering, saying] = [later(), later(), later()];

  const treeElement = () => root.querySelector<HTMLElement>('.tree');
  const page = () => Math.max(Math.floor((treeElement()?.clientHeight ?? 0) / ROW) - 1, 1);
  const nodeAt = (place: number) => rows.row(place)?.node;

  function remember(change: Partial<LayersMemory>): void {
    if (!memory) return;
    memory = { ...memory, ...change };
    remembering.after(MEMORY_PAUSE, () => host.keep(memory));
    // At once: the next key may come before the next frame, and goes on from here.
    draw();
  }

  function look(change: Partial<LayersView>): void {
    if (!head) return;
    const keep = nodeAt(memory?.current ?? 0);
    const view = { ...head.view, ...change };
    head = { ...head, view };
    looking++;
    host.send({ type: 'view', view, ...(keep !== undefined && { keep }) });
    draw();
  }

  function show(tab: LayersTab): void {
    if (tab === 'files' && memory?.tab !== 'files') restore = memory?.top;
    remember({ tab });
    ask();
  }

  /** Asks for what the tab shows, as far as it isn't known. */
  function ask(): void {
    if (head?.state !== 'ready') return;
    const tab = memory?.tab;
    if (tab === 'wasted' && !wasted) host.send({ type: 'wasted' });
    if (tab === 'packages' && !packages) host.send({ type: 'packages' });
    if (tab === 'map' && !map) host.send({ type: 'map', node: memory?.folder ?? 0 });
    if (tab === 'weaknesses' && !findings?.trusted) host.send({ type: 'findings' });
    if (tab === 'about' && !facts) host.send({ type: 'facts' });
  }

  /** Chooses a row, and brings it into sight. */
  function choose(place: number): void {
    remember({ current: place });
    const element = treeElement();
    if (!element) return;
    const top = place * ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = top + ROW - element.clientHeight;
  }

  function act(row: LayerRow): void {
    if (row.unfolded === undefined) host.send({ type: 'open', node: row.node });
    else host.send({ type: 'toggle', node: row.node });
  }

  const openInstruction = (layer: number) => host.send({ type: 'instruction', layer });
  const reveal = (node: number, layer: number) => host.send({ type: 'reveal', node, layer });

  function enter(node: number): void {
    remember({ folder: node });
    host.send({ type: 'map', node });
  }

  function files(shown: LayersHead, kept: LayersMemory): TemplateResult {
    const element = treeElement();
    const top = restore ?? element?.scrollTop ?? kept.top;
    const height = element?.clientHeight ?? 0;
    const from = Math.floor(top / ROW);
    const to = from + Math.ceil(height / ROW) + 1;
    rows.want(from, to);
    return html`${toolbar(shown.view, filter ?? shown.view.filter, {
      filter(text) {
        filter = text;
        filtering.after(FILTER_PAUSE, () => {
          filter = undefined;
          look({ filter: text });
        });
        update();
      },
      look,
    })}
    ${tree({
      rows,
      from,
      to: Math.min(to, rows.total),
      current: kept.current,
      choose,
      act,
      scrolled() {
        if (restore === undefined) remember({ top: treeElement()?.scrollTop ?? 0 });
      },
      key(event) {
        const { total } = rows;
        const deeds = { current: kept.current, total, page: page(), row: rows.row, choose, act };
        if (total > 0 && treeKey(event, deeds)) event.preventDefault();
      },
    })}
    ${shown.rows === 0 ? html`<p class="empty">${nothingText(shown.view)}</p>` : nothing}`;
  }

  function content(shown: LayersHead, kept: LayersMemory): TemplateResult {
    switch (kept.tab) {
      case 'files':
        return files(shown, kept);
      case 'wasted':
        return wastedView(shown, wasted, reveal);
      case 'map': {
        const { width = 0, height = 0 } = root.querySelector('.map')?.getBoundingClientRect() ?? {};
        const show = (node: number) => reveal(node, shown.view.layer);
        return mapView(map, width, height, { enter, reveal: show });
      }
      case 'packages':
        return packagesView(packages, packageLook, {
          look(change) {
            packageLook = { ...packageLook, ...change };
            update();
          },
          reveal,
        });
      case 'weaknesses':
        return weaknessesView(shown, findings, {
          scan: (scanner) => host.send({ type: 'scan', scanner }),
          stop: () => host.send({ type: 'stop' }),
          manageTrust: () => host.send({ type: 'trust' }),
          show(layer) {
            show('files');
            look({ layer, changesOnly: true });
          },
          openInstruction,
        });
      case 'about':
        return aboutView(facts);
    }
  }

  function draw(): void {
    if (!head || !memory) return;
    const shown = head;
    const kept = memory;
    const wasAtMap = isAtMap();
    const hasLayers = kept.tab === 'files' || kept.tab === 'map' || kept.tab === 'packages';
    const list = () =>
      layerList(shown.layers, shown.view.layer, {
        choose: (layer) => look({ layer }),
        openInstruction,
      });
    render(
      html`${header(shown, {
          dockerfile: () => host.send({ type: 'dockerfile' }),
          compare: () => host.send({ type: 'compare' }),
        })}
        ${
          shown.state === 'ready'
            ? html`${tabs(kept.tab, show)}
                <div class="body ${hasLayers ? 'with-layers' : ''}">
                  ${hasLayers ? list() : nothing}
                  <section
                    class="content"
                    id="content"
                    role="tabpanel"
                    aria-labelledby="tab-${kept.tab}"
                  >
                    ${content(shown, kept)}
                  </section>
                </div>`
            : reading(shown, {
                read: () => host.send({ type: 'read' }),
                cancel: () => host.send({ type: 'cancel' }),
              })
        }
        <p class="said" role="status">${said}</p>`,
      root,
    );
    // What the keyboard was at may be gone.
    if (wasAtMap && (entered || !isAtMap())) focusMap(root, entered?.from);
    entered = undefined;
    settle();
  }

  /** What can be done only once there are elements: their sizes tell what is in sight. */
  function settle(): void {
    const element = treeElement();
    if (element && !observed.has(element)) {
      observed.add(element);
      sizes.observe(element);
      update();
    }
    // Before there are rows there is nothing to scroll.
    if (element && restore !== undefined && rows.total > 0) {
      element.scrollTop = restore;
      restore = undefined;
    }
    if (element && scrollTo !== undefined && rows.row(scrollTo)) {
      const top = scrollTo * ROW - element.clientHeight / 3;
      scrollTo = undefined;
      element.scrollTop = Math.max(top, 0);
      element.focus();
      update();
    } else if (scrollTo !== undefined && element) rows.want(scrollTo, scrollTo + 1);
    const box = root.querySelector('.map');
    if (box && !observed.has(box)) {
      observed.add(box);
      sizes.observe(box);
      update();
    }
    const layer = root.querySelector('.layer.chosen');
    // Once only: a person may look at others.
    if (layer !== broughtIn) layer?.scrollIntoView({ block: 'nearest' });
    broughtIn = layer;
  }
  let broughtIn: Element | null = null;
  const observed = new WeakSet<Element>();
  const sizes = new ResizeObserver(() => update());

  function takeHead(next: LayersHead): void {
    const isOther = head?.generation !== next.generation;
    const isFirst = head === undefined;
    head = next;
    memory ??= { opened: next.opened, tab: 'files', current: 0, top: 0, folder: 0 };
    if (isFirst) host.keep(memory);
    if (isOther) {
      rows.renew(next);
      [packages, map] = [undefined, undefined];
      if (looking > 0) {
        looking--;
        memory = { ...memory, current: next.at ?? 0 };
      }
    }
    if (next.state !== 'ready') [wasted, facts] = [undefined, undefined];
    ask();
  }

  return {
    receive(message) {
      switch (message.type) {
        case 'head':
          takeHead(message.head);
          break;
        case 'rows':
          rows.take(message.generation, message.from, message.rows);
          break;
        case 'wasted':
          wasted = message;
          break;
        case 'packages':
          packages = message;
          break;
        case 'map':
          if (map) entered = { from: map.trail[message.trail.length]?.node };
          map = message;
          break;
        case 'facts':
          facts = message;
          break;
        case 'findings':
          findings = message;
          break;
        case 'reveal':
          [scrollTo, restore] = [message.place, undefined];
          remember({ tab: 'files', current: message.place });
          break;
        case 'said':
          said = message.text;
          saying.after(SAID_PAUSE, () => {
            said = '';
            update();
          });
          break;
      }
      update();
    },
  };
}

function nothingText({ changesOnly, filter }: LayersView): string {
  if (filter) return 'No path has this in its name.';
  return changesOnly ? 'This layer changes nothing.' : 'There are no files.';
}
