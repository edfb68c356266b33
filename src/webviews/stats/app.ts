import { html, nothing, render } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { count, oneLine } from '../../util/format.ts';
import { later, perFrame } from '../common/frames.ts';
import type { Host } from '../common/host.ts';
import { ALL, CHARTS, readStatsMemory } from '../protocol/stats.ts';
import type { ChartId, FromStats, StatsChosen, StatsMemory, ToStats } from '../protocol/stats.ts';
import { createChart } from './chart.ts';
import type { Chart } from './chart.ts';
import { detail } from './detail.ts';
import type { Processes } from './detail.ts';
import { listen } from './listen.ts';
import { beginOf, drawnLimit, withPlot } from './plotData.ts';
import type { PlotData } from './plotData.ts';
import { filtered, held, pressed, sorted } from './sort.ts';
import { table } from './table.ts';

type Now = Extract<ToStats, { type: 'now' }>;

const MEMORY_PAUSE = 200;

export interface App {
  receive(message: ToStats): void;
}

/** The Stats panel in `root`: draws what the extension tells, and tells it what a person does. */
export function createApp(root: HTMLElement, host: Host<FromStats>): App {
  let now: Now | undefined;
  let memory: StatsMemory = readStatsMemory(host.recall());
  let data: PlotData | undefined;
  let processes: Processes | undefined;
  let cursor: number | undefined;
  /** Ids as they stand. While the pointer is on the table rows keep their places, or it would press another than it meant. */
  let order: readonly string[] = [];
  let isHeld = false;
  const charts = new Map<ChartId, Chart>();
  const update = perFrame(draw);
  const remembering = later();

  function remember(change: Partial<StatsMemory>): void {
    memory = { ...memory, ...change };
    remembering.after(MEMORY_PAUSE, () => host.keep(memory));
    update();
  }

  function choose(chosen: StatsChosen): void {
    processes = undefined;
    host.send({ type: 'choose', chosen });
    remember({ chosen });
  }

  function rowsNow() {
    const rows = filtered(now?.rows ?? [], memory.filter);
    const inOrder = isHeld ? held(rows, order) : sorted(rows, memory.sort);
    order = inOrder.map(({ id }) => id);
    return inOrder;
  }

  function draw(): void {
    if (!now) return;
    const { chosen } = memory;
    const rows = rowsNow();
    const all = now.rows.length;
    const alerting = now.rows.filter(({ alerts, muted }) => alerts.length > 0 && !muted).length;
    const isIn = chosen.kind === 'container' && rows.some(({ id }) => id === chosen.id);
    const entry = isIn ? chosen.id : rows[0]?.id;
    const row =
      chosen.kind === 'container' ? now.rows.find(({ id }) => id === chosen.id) : undefined;
    const focused = document.activeElement;
    render(
      html`<div class="toolbar" role="toolbar" aria-label="Containers">
          <div class="field-box">
            <input
              id="filter"
              type="text"
              placeholder="Filter by name or project"
              aria-label="Filter by name or project"
              spellcheck="false"
              .value=${live(memory.filter)}
              @input=${(event: Event) => remember({ filter: (event.target as HTMLInputElement).value })}
            />
          </div>
          <span class="count"
            >${rows.length === all ? count(all, 'container') : `${rows.length} of ${count(all, 'container')}`}</span
          >
          ${alerting > 0 ? html`<span class="attention">${alerting === 1 ? '1 needs' : `${alerting} need`} attention</span>` : nothing}
          <span class="away" role="status">${now.away === undefined ? '' : oneLine(now.away)}</span>
        </div>
        <div class="table" tabindex="-1">
          ${table({
            rows,
            sort: memory.sort,
            chosen,
            entry,
            choose,
            press: (column) => remember({ sort: pressed(memory.sort, column) }),
          })}
          ${rows.length === 0 && now.away === undefined ? html`<p class="empty">${all === 0 ? 'No container is running.' : 'No container matches the filter.'}</p>` : nothing}
        </div>
        ${detail({
          chosen,
          row,
          gone: now.gone,
          data,
          cursor,
          processes,
          send: host.send,
          showAll: () => choose(ALL),
        })}`,
      root,
    );
    // A row that changes its place takes the focus along.
    if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected)
      focused.focus({ preventScroll: true });
    begin();
  }

  function drawCharts(): void {
    if (!data) return;
    const begin = beginOf(data);
    for (const [id, chart] of charts) {
      const limit = id === 'memory' ? drawnLimit(data) : undefined;
      chart.show(data.seconds, data.charts[id], limit, begin);
    }
  }

  let begun = false;
  /** Once the first drawing stands: makes the charts, and listens. */
  function begin(): void {
    if (begun) return;
    begun = true;
    for (const id of CHARTS) {
      const box = root.querySelector<HTMLElement>(`.plot[data-chart=${id}]`);
      if (!box) continue;
      const chart = createChart(box, id, (at) => {
        if (cursor === at) return;
        cursor = at;
        update();
      });
      charts.set(id, chart);
    }
    drawCharts();
    listen(root, {
      hold(wanted) {
        isHeld = wanted;
        update();
      },
      recolour: () => charts.forEach((chart) => chart.recolour()),
    });
  }

  function take(message: Now): void {
    const isOther = JSON.stringify(message.chosen) !== JSON.stringify(memory.chosen);
    now = message;
    // The extension knows more: that a container has another name, or that a command chose another one.
    if (isOther) remember({ chosen: message.chosen });
    if (!message.plot) return;
    data = withPlot(message.plot.whole ? undefined : data, message.plot);
    drawCharts();
  }

  return {
    receive(message) {
      if (message.type === 'now') take(message);
      else processes = message;
      update();
    },
  };
}
