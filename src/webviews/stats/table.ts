import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';
import { oneLine } from '../../util/format.ts';
import { vars } from '../common/vars.ts';
import { COLUMNS } from '../protocol/stats.ts';
import type { ColumnId, StatsChosen, StatsFlow, StatsRow, StatsSort } from '../protocol/stats.ts';
import { icon } from './icons.ts';
import {
  bytesText,
  healthText,
  HINTS,
  partOf,
  percentText,
  rateText,
  TITLES,
  UNKNOWN,
} from './words.ts';

/** What the table is drawn with. */
export interface TableFrame {
  readonly rows: readonly StatsRow[];
  readonly sort: StatsSort;
  readonly chosen: StatsChosen;
  /** Id of the row that Tab comes to. */
  readonly entry: string | undefined;
  readonly press: (column: ColumnId) => void;
  readonly choose: (chosen: StatsChosen) => void;
}

/** From this part of its limit on, memory is drawn as scarce. */
const SCARCE = 0.9;

/** All containers that run, a row each. */
export function table(frame: TableFrame): TemplateResult {
  const { rows } = frame;
  return html`<table class="containers" aria-label="Containers" aria-rowcount=${rows.length + 1}>
    <thead>
      <tr>
        ${COLUMNS.map((column) => heading(column, frame))}
      </tr>
    </thead>
    <tbody>
      ${repeat(
        rows,
        ({ id }) => id,
        (row) => rowOf(row, frame),
      )}
    </tbody>
  </table>`;
}

function heading(column: ColumnId, { sort, press }: TableFrame): TemplateResult {
  const isBy = sort.by === column;
  const order = !isBy ? 'none' : sort.down ? 'descending' : 'ascending';
  return html`<th scope="col" class=${column} aria-sort=${order}>
    <button title=${HINTS[column] ?? nothing} @click=${() => press(column)}>
      <span>${TITLES[column]}</span>${isBy ? icon(sort.down ? 'down' : 'up') : nothing}
    </button>
  </th>`;
}

function rowOf(row: StatsRow, frame: TableFrame): TemplateResult {
  const { chosen, entry, choose } = frame;
  const { id, project, cpu, pids, restarts, alerts, muted, problem, state } = row;
  const name = oneLine(row.name);
  const isChosen = chosen.kind === 'container' && chosen.id === id;
  const isOfChosen = chosen.kind === 'project' && chosen.name === project;
  const isAlerting = alerts.length > 0 && !muted;
  const classes = [
    ...(isChosen ? ['chosen'] : []),
    ...(isOfChosen ? ['member'] : []),
    ...(isAlerting ? ['alerting'] : []),
    state,
  ].join(' ');
  const pick = (event: Event) => {
    if (event.target instanceof Element && event.target.closest('.project')) return;
    choose({ kind: 'container', id, name: row.name });
  };
  return html`<tr class=${classes} data-id=${id} @click=${pick}>
    <th scope="row" class="name">
      <div class="cell">
        <button
          class="pick"
          aria-pressed=${String(isChosen)}
          tabindex=${id === entry ? 0 : -1}
          title=${name}
        >
          ${name}
        </button>
        ${
          project === undefined
            ? nothing
            : html`<button
                class="project"
                tabindex="-1"
                aria-pressed=${String(isOfChosen)}
                title="Charts of the project ${oneLine(project)}"
                @click=${() => choose({ kind: 'project', name: project })}
              >
                ${oneLine(project)}
              </button>`
        }
      </div>
      ${
        alerts.length > 0
          ? html`<div class="alerts ${muted ? 'muted' : ''}">
              ${icon(muted ? 'muted' : 'warning')}<span>${alerts.map(oneLine).join('; ')}</span>
            </div>`
          : nothing
      }
      ${problem === undefined ? nothing : html`<div class="problem">${oneLine(problem)}</div>`}
    </th>
    <td class="cpu">${percentText(cpu)}</td>
    ${memory(row)} ${flow('network', row, 'received', 'sent')}
    ${flow('blocks', row, 'read', 'written')}
    <td class="pids">${pids ?? UNKNOWN}</td>
    <td class="restarts ${restarts ? 'some' : ''}">${restarts ?? UNKNOWN}</td>
    <td class="health ${state === 'running' ? row.health : state}">${healthText(row)}</td>
  </tr>`;
}

function memory(row: StatsRow): TemplateResult {
  const part = partOf(row);
  const { memory, limit } = row;
  const percent = part === undefined ? '' : `${(part * 100).toFixed(1)}%`;
  return html`<td class="memory" title=${percent || nothing}>
    <span
      >${bytesText(memory)}${limit === undefined ? nothing : html` <span class="of">/ ${bytesText(limit)}</span>`}</span
    >
    ${
      part === undefined
        ? nothing
        : html`<div
            class="meter ${part >= SCARCE ? 'scarce' : ''}"
            role="img"
            aria-label=${percent}
            .style=${vars({ part })}
          ></div>`
    }
  </td>`;
}

const ARROWS = {
  received: ['↓', 'received'],
  sent: ['↑', 'sent'],
  read: ['↓', 'read'],
  written: ['↑', 'written'],
} as const;

function flow(
  column: 'network' | 'blocks',
  { rates, totals }: StatsRow,
  ...ways: readonly (keyof StatsFlow)[]
): TemplateResult {
  const all = totals && ways.map((way) => `${bytesText(totals[way])} ${ARROWS[way][1]}`).join(', ');
  return html`<td class="flow ${column}" title=${all ? `${all} since its start` : nothing}>
    ${ways.map(
      (way) =>
        html`<span
          ><span role="img" aria-label=${ARROWS[way][1]}>${ARROWS[way][0]}</span
          >&nbsp;${rateText(rates?.[way])}</span
        >`,
    )}
  </td>`;
}
