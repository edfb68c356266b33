import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { manyLines } from '../common/text.ts';
import { oneLine } from '../../util/format.ts';
import type { Advice, TimelineState } from '../protocol/timeline.ts';
import type { Frame } from './frame.ts';
import { icon } from './icons.ts';
import { summary } from './words.ts';

/** What a person can ask for on the page, but for what they do in the chart. */
export interface Actions {
  cancel(): void;
  rerun(): void;
  /** Leads to the row of a step. */
  reveal(step: string): void;
  adviceFolded(folded: boolean): void;
  /** Magnifies about the middle of what is seen; 0 shows the whole build. */
  zoom(factor: number): void;
}

/** Name, state and figures of the build, with what can be done about it. */
export function heading(frame: Frame, actions: Actions): TemplateResult {
  const { head } = frame.model;
  return html`<header class="heading ${head.state}">
    <div class="title">
      ${icon(head.state)}
      <h1 title=${oneLine(head.name)}>${oneLine(head.name)}</h1>
      ${head.elsewhere ? nothing : button(head.state, actions)}
    </div>
    <div class="summary">
      <p>${summary(frame.model, frame.elapsed).map((part) => html`<span>${part}</span> `)}</p>
    </div>
    ${[head.failure, head.problem].map(alert)}
  </header>`;
}

const alert = (text: string | undefined) =>
  text === undefined ? nothing : html`<p class="failure" role="alert">${manyLines(text)}</p>`;

const button = (state: TimelineState, { cancel, rerun }: Actions): TemplateResult =>
  state === 'running'
    ? html`<button class="secondary" @click=${cancel}>Cancel</button>`
    : html`<button @click=${rerun}>Run Again</button>`;

/** The list of what makes the build slow, or that there is little to gain. */
export function advice(
  { model, memory }: Frame,
  actions: Actions,
): TemplateResult | typeof nothing {
  const { advice: list, quick } = model.head;
  if (quick) return html`<p class="advice quick">A build this quick leaves little to gain.</p>`;
  if (list.length === 0) return nothing;
  const toggled = ({ currentTarget }: Event) =>
    actions.adviceFolded(!(currentTarget as HTMLDetailsElement).open);
  return html`<details class="advice" ?open=${memory.adviceFolded !== true} @toggle=${toggled}>
    <summary>
      ${icon('folded')}
      <h2>What to fix first</h2>
    </summary>
    <ol>
      ${list.map((item) => html`<li>${sentence(item, actions)}</li>`)}
    </ol>
  </details>`;
}

function sentence({ text, step }: Advice, actions: Actions): TemplateResult {
  const words = oneLine(text);
  if (step === undefined) return html`<p>${words}</p>`;
  const show = () => actions.reveal(step);
  return html`<p>
    ${words} <button class="link" aria-label="Show the step: ${words}" @click=${show}>Show</button>
  </p>`;
}

const LEGEND = [
  ['completed', 'ran'],
  ['cached', 'cached'],
  ['running', 'running'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
] as const;

/** What the bars mean, and the buttons that magnify. */
export function toolbar({ model, memory, critical }: Frame, actions: Actions): TemplateResult {
  const states = new Set(model.steps.map(({ state }) => state));
  return html`<div class="toolbar">
    <ul class="legend" aria-label="Legend">
      ${LEGEND.filter(([state]) => states.has(state)).map(
        ([state, text]) =>
          html`<li>
            <span class="step ${state}"><span class="bar"></span></span>${text}
          </li>`,
      )}
      ${critical.size > 0 ? html`<li><span class="line"></span>critical path</li>` : nothing}
    </ul>
    <div class="zoom" role="group" aria-label="Zoom">
      ${zoomButton('minus', 'Zoom Out (−)', memory.zoom <= 1, () => actions.zoom(1 / 1.5))}
      ${zoomButton('fit', 'Show the Whole Build (0)', memory.zoom <= 1, () => actions.zoom(0))}
      ${zoomButton('plus', 'Zoom In (+)', false, () => actions.zoom(1.5))}
    </div>
  </div>`;
}

function zoomButton(
  name: 'plus' | 'minus' | 'fit',
  title: string,
  disabled: boolean,
  act: () => void,
): TemplateResult {
  return html`<button
    class="icon-button"
    title=${title}
    aria-label=${title}
    ?disabled=${disabled}
    @click=${act}
  >
    ${icon(name)}
  </button>`;
}
