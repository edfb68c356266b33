import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { count, oneLine } from '../../util/format.ts';
import { CHARTS } from '../protocol/stats.ts';
import type { ChartId, FromStats, StatsChosen, StatsRow, ToStats } from '../protocol/stats.ts';
import { LINE_COLOURS } from './chart.ts';
import { icon } from './icons.ts';
import type { PlotData } from './plotData.ts';
import { bytesText, CHART_TITLES, chartSpoken, chosenTitle, valueText } from './words.ts';

export type Processes = Extract<ToStats, { type: 'processes' }>;

export interface DetailFrame {
  readonly chosen: StatsChosen;
  /** Its row, while it is in the table. */
  readonly row: StatsRow | undefined;
  readonly gone: string | undefined;
  readonly data: PlotData | undefined;
  /** Place of the cursor among the seconds; undefined for the last. */
  readonly cursor: number | undefined;
  readonly processes: Processes | undefined;
  readonly send: (message: FromStats) => void;
  readonly showAll: () => void;
}

/** The charts of what is chosen, what can be done with it, and its processes. */
export function detail(frame: DetailFrame): TemplateResult {
  const { chosen, gone } = frame;
  return html`<section class="detail" aria-label="Charts">
    <header>
      <h2>${chosenTitle(chosen)}</h2>
      ${chosen.kind === 'project' ? html`<span class="what">project</span>` : nothing}
      ${gone === undefined ? nothing : html`<span class="gone">${oneLine(gone)}</span>`}
      <span class="room"></span>
      ${actions(frame)}
      ${
        chosen.kind === 'all'
          ? nothing
          : html`<button class="secondary all" @click=${frame.showAll}>All Containers</button>`
      }
    </header>
    <div class="charts">${CHARTS.map((chart) => chartBox(chart, frame))}</div>
    ${chosen.kind === 'container' ? processList(frame) : nothing}
  </section>`;
}

function actions({ chosen, row, send }: DetailFrame): TemplateResult | typeof nothing {
  if (chosen.kind !== 'container' || !row) return nothing;
  const { id, name, muted, alerts } = row;
  return html`<button class="secondary" @click=${() => send({ type: 'logs', id })}>
      View Logs
    </button>
    <button class="secondary" @click=${() => send({ type: 'limits', id })}>Update Limits…</button>
    ${
      alerts.length > 0 || muted
        ? html`<button
            class="secondary"
            @click=${() => send({ type: 'mute', name, muted: !muted })}
          >
            ${muted ? 'Unmute' : 'Mute'}
          </button>`
        : nothing
    }`;
}

function chartBox(chart: ChartId, { chosen, data, cursor }: DetailFrame): TemplateResult {
  const lines = data?.charts[chart] ?? [];
  const last = (data?.seconds.length ?? 0) - 1;
  const at = cursor === undefined ? last : Math.min(cursor, last);
  const limit = chart === 'memory' ? data?.limit : undefined;
  return html`<figure class=${chart}>
    <figcaption>
      <h3>${CHART_TITLES[chart]}</h3>
      ${lines.map(
        ({ name, values }, n) =>
          html`<span class="key c${n % LINE_COLOURS.length} ${lines.length > 1 ? '' : 'single'}"
            >${lines.length > 1 ? html`<span class="line">${oneLine(name)}</span>` : nothing}
            <span class="value">${valueText(chart, values[at])}</span></span
          >`,
      )}
      ${limit === undefined ? nothing : html`<span class="limit">of ${bytesText(limit)}</span>`}
    </figcaption>
    <div
      class="plot"
      data-chart=${chart}
      role="img"
      aria-label=${chartSpoken(chart, chosenTitle(chosen), lines)}
    ></div>
  </figure>`;
}

function processList({ chosen, processes, row, send }: DetailFrame): TemplateResult {
  const mine =
    processes && chosen.kind === 'container' && processes.of === chosen.id ? processes : undefined;
  const numeric = mine?.titles.map((_, n) =>
    mine.rows.every((cells) => /^[\d.:-]+%?$/.test(cells[n] ?? '')),
  );
  const more = mine ? mine.count - mine.rows.length : 0;
  return html`<section class="processes">
    <header>
      <h3>Processes</h3>
      ${mine && !mine.problem ? html`<span class="what">${count(mine.count, 'process').replace('processs', 'processes')}</span>` : nothing}
      <button
        class="icon-button"
        title="Read Again"
        aria-label="Read the processes again"
        ?disabled=${!row}
        @click=${() => send({ type: 'processes' })}
      >
        ${icon('refresh')}
      </button>
    </header>
    ${mine?.problem === undefined ? nothing : html`<p class="problem">${oneLine(mine.problem)}</p>`}
    ${
      mine && mine.rows.length > 0
        ? html`<div class="scroll" tabindex="0" role="region" aria-label="Processes">
            <table>
              <thead>
                <tr>
                  ${mine.titles.map((title, n) => html`<th scope="col" class=${numeric?.[n] ? 'number' : ''}>${oneLine(title)}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${mine.rows.map(
                  (cells) =>
                    html`<tr>
                      ${cells.map((cell, n) => html`<td class=${numeric?.[n] ? 'number' : ''}>${oneLine(cell)}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
        : nothing
    }
    ${more > 0 ? html`<p class="what">and ${more} more</p>` : nothing}
  </section>`;
}
