import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { manyLines } from '../common/text.ts';
import type { Frame } from './frame.ts';
import { icon } from './icons.ts';
import type { Row } from './lanes.ts';
import { facts } from './words.ts';

/** The row whose card is shown. */
export interface Shown {
  readonly key: string;
  /** Where the pointer is, in pixels of the window; absent when the keyboard called for the card. */
  readonly x?: number;
}

/**
 * All about one step: shown beside its row.
 * @param log the last lines that it has written; undefined until they have come.
 */
export function card(
  frame: Frame,
  row: Extract<Row, { kind: 'step' }>,
  log: string | undefined,
): TemplateResult {
  const { step, lane } = row;
  const isCritical = frame.critical.has(step.id);
  const { dockerfile } = frame.model.head;
  return html`<div id="card" class="card ${step.state}" role="tooltip">
    <div class="instruction">${icon(step.state)}<code>${manyLines(step.instruction)}</code></div>
    <dl>
      ${facts(step, lane, isCritical, frame, dockerfile).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    ${step.error === undefined ? nothing : html`<p class="error">${manyLines(step.error)}</p>`}
    ${log ? html`<pre class="log"><code>${manyLines(log)}</code></pre>` : nothing}
    ${step.lines === undefined ? nothing : html`<p class="hint">Click or press Enter to go to the instruction</p>`}
  </div>`;
}
