import { createCoalescer } from '../engine/coalesce.ts';
import { EngineError } from '../engine/errors.ts';
import type { Analysis } from '../engine/layers/analyse.ts';
import { imageFacts } from '../engine/layers/facts.ts';
import type { HistoryLine } from '../engine/layers/manifest.ts';
import { treeRows } from '../engine/layers/rows.ts';
import type { TreeRows } from '../engine/layers/rows.ts';
import { stackUpTo } from '../engine/layers/stack.ts';
import type { SizedStack } from '../engine/layers/stack.ts';
import type { Container } from '../engine/model.ts';
import type { Disposable } from '../util/emitter.ts';
import { oneLine } from '../util/format.ts';
import type {
  FromLayers,
  LayersHead,
  LayersOpened,
  LayersView,
  ToLayers,
} from '../webviews/protocol/layers.ts';
import type { Panel, PanelEvents } from './host.ts';
import { createLayerScan } from './layerScan.ts';
import type { ScanDeeds } from './layerScan.ts';
import {
  historyRows,
  layerHeads,
  layerRow,
  mapMessage,
  packagesMessage,
  wastedMessage,
} from './layerModel.ts';

/** What the layer explorer has others do. */
export interface LayerDeeds extends ScanDeeds {
  /** Reads the image, telling the bytes that have come. @throws EngineError */
  analyse(
    image: string,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<Analysis>;
  /** Bytes that the engine says the image has; 0 where it doesn't. */
  expected(image: string): number;
  containers(): Promise<readonly Container[]>;
  /** Opens a file of the image. */
  openFile(image: string, path: string): Promise<void>;
  /** Which entries of the history have their place in the Dockerfile of a build that is known. */
  linked(image: string, history: readonly HistoryLine[]): Promise<ReadonlySet<number>>;
  /** Shows the instruction that made an entry. */
  openInstruction(image: string, history: readonly HistoryLine[], entry: number): Promise<void>;
  /** Opens what an image's history makes a Dockerfile of; compares the image with another one. */
  dockerfile(opened: LayersOpened): Promise<void>;
  compare(opened: LayersOpened): Promise<void>;
  /** Opens where one says whether the workspace is trusted. */
  manageTrust(): Promise<void>;
}

export interface LayerPanel extends Disposable {
  readonly opened: LayersOpened;
  reveal(): void;
}

type Control = Extract<
  FromLayers,
  { readonly type: 'ready' | 'read' | 'cancel' | 'dockerfile' | 'compare' | 'trust' }
>;
type Question = Exclude<FromLayers, Control>;

const NO_ROWS: TreeRows = { nodes: [], depths: [] };

/**
 * Keeps what is known of an image's layers for as long as a panel is open, and tells its page what it asks for.
 * @param begin whether the image is read at once; otherwise once the page says so
 */
export function createLayerPanel(
  opened: LayersOpened,
  deeds: LayerDeeds,
  report: (error: unknown) => void,
  begin: boolean,
  make: (events: PanelEvents<FromLayers>) => Panel<ToLayers>,
  onDidDispose: () => void,
): LayerPanel {
  let state: LayersHead['state'] = 'waiting';
  let reading = new AbortController();
  let bytes = 0;
  let problem = '';
  let analysis: Analysis | undefined;
  let linked: ReadonlySet<number> = new Set();
  let stack: SizedStack | undefined;
  let view: LayersView = { layer: 0, sort: 'size', changesOnly: false, filter: '' };
  let unfolded = new Set<number>();
  let rows = NO_ROWS;
  let generation = 0;

  const panel = make({
    onReady: () => tell(),
    onMessage,
    onDidDispose() {
      reading.abort();
      scan.stop();
      updates.cancel();
      onDidDispose();
    },
  });
  const updates = createCoalescer(() => tell());
  const scan = createLayerScan(opened, deeds, (message) => panel.post(message));

  async function read(): Promise<void> {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    [state, bytes, problem] = ['reading', 0, ''];
    tell();
    try {
      const onProgress = (now: number) => {
        bytes = now;
        updates.request();
      };
      const found = await deeds.analyse(opened.id, onProgress, signal);
      if (signal.aborted) return;
      analysis = found;
      state = 'ready';
      unfolded = new Set();
      const last = found.image.layers.length - 1;
      look({ ...view, layer: Math.max(last, 0) });
      link(found).catch(report);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof EngineError)) report(error);
      state = 'failed';
      problem = oneLine(error instanceof Error ? error.message : String(error));
      updates.request();
    }
  }

  /** Finds out which instructions have a place in a Dockerfile. */
  async function link({ image: { history } }: Analysis): Promise<void> {
    const entries = await deeds.linked(opened.id, history);
    linked = new Set([...entries].flatMap((entry) => history[entry]?.layer ?? []));
    updates.request();
  }

  /** Shows other rows. @param keep path that is to stay in sight */
  function look(next: LayersView, keep?: number): void {
    if (!analysis) return;
    if (!stack || next.layer !== view.layer) stack = stackUpTo(analysis.image, next.layer);
    view = next;
    arrange(keep);
  }

  function arrange(keep?: number): void {
    if (!analysis || !stack) return;
    rows = treeRows(analysis.image.tree, stack, { ...view, unfolded });
    generation++;
    tell(keep);
  }

  function tell(keep?: number): void {
    if (!panel.isLive()) return;
    const at = keep === undefined ? -1 : rows.nodes.indexOf(keep);
    const { whole, waste } = analysis ?? {};
    const head: LayersHead = {
      opened,
      state,
      read: bytes,
      expected: deeds.expected(opened.id),
      ...(state === 'failed' && { problem }),
      layers: analysis ? layerHeads(analysis, linked) : [],
      view,
      generation,
      rows: rows.nodes.length,
      ...(at >= 0 && { at }),
      size: whole?.size[0] ?? 0,
      files: whole?.files[0] ?? 0,
      efficiency: waste?.efficiency ?? 1,
      wasted: waste?.bytes ?? 0,
    };
    panel.post({ type: 'head', head });
  }

  function reveal({ image }: Analysis, node: number, layer: number): void {
    for (let up = image.tree.parent(node); up >= 0; up = image.tree.parent(up)) unfolded.add(up);
    look({ ...view, layer, changesOnly: false, filter: '' }, node);
    const place = rows.nodes.indexOf(node);
    if (place >= 0) panel.post({ type: 'reveal', place });
    else panel.post({ type: 'said', text: 'It is not there after this layer.' });
  }

  async function open(found: Analysis, node: number): Promise<void> {
    const { image, whole } = found;
    if (whole.present[node] === 1 && !whole.isDirectory(node))
      return deeds.openFile(opened.id, image.tree.path(node));
    panel.post({
      type: 'said',
      text: 'A later layer deletes this file: what the engine gives is the image as a whole.',
    });
  }

  async function facts(found: Analysis): Promise<void> {
    const facts = imageFacts(found.inspected, await deeds.containers()).map((fact) => ({
      title: fact.title,
      values: fact.values.map(({ name, text }) => ({
        ...(name !== undefined && { name: oneLine(name) }),
        text: oneLine(text),
      })),
    }));
    panel.post({ type: 'facts', facts, history: historyRows(found.image) });
  }

  /** What can be asked for whether there is something to show or not. */
  const controls: { readonly [K in Control['type']]: () => Promise<void> | void } = {
    ready() {},
    read: () => (state === 'reading' ? undefined : read()),
    cancel() {
      if (state !== 'reading') return;
      reading.abort();
      state = 'waiting';
      tell();
    },
    dockerfile: () => deeds.dockerfile(opened),
    compare: () => deeds.compare(opened),
    trust: () => deeds.manageTrust(),
  };
  const isControl = (message: FromLayers): message is Control => message.type in controls;

  async function onMessage(message: FromLayers): Promise<void> {
    if (isControl(message)) await controls[message.type]();
    else if (analysis && stack) await answer(message, analysis, stack);
  }

  /** What is about what was read. */
  async function answer(message: Question, found: Analysis, shown: SizedStack): Promise<void> {
    const { image } = found;
    switch (message.type) {
      case 'view':
        if (message.view.layer < image.layers.length) look(message.view, message.keep);
        return;
      case 'rows': {
        if (message.generation !== generation) return;
        const { from } = message;
        const made = rows.nodes
          .slice(from, message.to)
          .map((node, n) =>
            layerRow(
              image,
              shown,
              node,
              rows.depths[from + n] ?? 1,
              view.filter !== '' || unfolded.has(node),
            ),
          );
        panel.post({ type: 'rows', generation, from, rows: made });
        return;
      }
      case 'toggle':
        if (!unfolded.delete(message.node)) unfolded.add(message.node);
        arrange();
        return;
      case 'reveal':
        if (message.layer < image.layers.length && message.node < image.tree.size)
          reveal(found, message.node, message.layer);
        return;
      case 'open':
        return open(found, message.node);
      case 'instruction': {
        const entry = image.history.findIndex(({ layer }) => layer === message.layer);
        return deeds.openInstruction(opened.id, image.history, entry);
      }
      case 'wasted':
        panel.post(wastedMessage(found));
        return;
      case 'packages':
        panel.post(packagesMessage(image, shown));
        return;
      case 'map':
        panel.post(mapMessage(image, shown, message.node));
        return;
      case 'facts':
        return facts(found);
      case 'findings':
        return scan.tell();
      case 'scan':
        return scan.begin(message.scanner, image);
      case 'stop':
        scan.stop();
    }
  }

  if (begin) void read();
  return {
    opened,
    reveal: () => panel.reveal(),
    dispose: () => panel.dispose(),
  };
}
