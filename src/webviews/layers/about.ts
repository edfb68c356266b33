import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { formatBytes } from '../../util/format.ts';
import type { ImageFactsRow, ToLayers } from '../protocol/layers.ts';

export type Facts = Extract<ToLayers, { readonly type: 'facts' }>;

/** What the image is, and how it came to be. */
export function aboutView(facts: Facts | undefined): TemplateResult {
  if (!facts) return html`<p class="empty">…</p>`;
  return html`<div class="page" tabindex="0" role="region" aria-label="About the image">
    <table class="facts">
      <tbody>
        ${facts.facts.map(factRow)}
      </tbody>
    </table>
    <h2>History</h2>
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">Layer</th>
          <th scope="col">Instruction</th>
          <th scope="col" class="number">Size</th>
          <th scope="col">Created</th>
        </tr>
      </thead>
      <tbody>
        ${facts.history.map(
          ({ instruction, created, size, layer }) =>
            html`<tr>
              <td class="number">${layer === undefined ? '' : layer + 1}</td>
              <td class="path"><code>${instruction}</code></td>
              <td class="number">${layer === undefined ? '' : formatBytes(size)}</td>
              <td class="when">${created.slice(0, 16).replace('T', ' ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function factRow({ title, values }: ImageFactsRow): TemplateResult {
  return html`<tr>
    <th scope="row">${title}</th>
    <td class="path">
      ${values.map(
        ({ name, text }) =>
          html`<div>
            ${name === undefined ? nothing : html`<span class="key">${name}</span> `}<code
              >${text}</code
            >
          </div>`,
      )}
    </td>
  </tr>`;
}
