import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { count, formatBytes } from '../../util/format.ts';
import type { DuplicateRow, LayersHead, ToLayers, WastedRow } from '../protocol/layers.ts';

export type WastedList = Extract<ToLayers, { readonly type: 'wasted' }>;
export type Reveal = (node: number, layer: number) => void;

/** What takes room without need: the figures, the paths, deleted directories, files that are there twice. */
export function wastedView(
  { efficiency, wasted, layers }: LayersHead,
  list: WastedList | undefined,
  reveal: Reveal,
): TemplateResult {
  if (!list) return html`<p class="empty">…</p>`;
  const { paths, folders, duplicates, totals, folderBytes } = list;
  const last = layers.length - 1;
  return html`<div class="page" tabindex="0" role="region" aria-label="Wasted space">
    <p class="summary">
      <span class="figure">${percent(efficiency)}</span> efficient:
      ${
        wasted > 0
          ? html`<b>${formatBytes(wasted)}</b> in ${count(totals.paths, 'path')} that more than one
              layer holds, or that a later one deletes.`
          : 'no path is in more than one layer.'
      }
      ${
        folderBytes > 0
          ? html`Besides, <b>${formatBytes(folderBytes)}</b> in directories that a later layer
              deletes.`
          : nothing
      }
    </p>
    ${paths.length > 0 ? wastedTable('Paths in more than one layer', paths, totals.paths, reveal) : nothing}
    ${
      folders.length > 0
        ? wastedTable('Directories that a later layer deletes', folders, totals.folders, reveal)
        : nothing
    }
    ${
      duplicates.length > 0
        ? html`<h2>Files with the same content</h2>
            <table>
              <thead>
                <tr>
                  <th scope="col" class="number">Wasted</th>
                  <th scope="col" class="number">Each</th>
                  <th scope="col">Paths</th>
                </tr>
              </thead>
              <tbody>
                ${duplicates.map((one) => duplicateRow(one, last, reveal))}
              </tbody>
            </table>
            ${rest(duplicates.length, totals.duplicates)}`
        : nothing
    }
  </div>`;
}

export const percent = (part: number): string => `${(Math.floor(part * 1000) / 10).toFixed(1)} %`;

const rest = (shown: number, all: number) =>
  all > shown ? html`<p class="more">and ${(all - shown).toLocaleString('en')} more</p>` : nothing;

function wastedTable(
  title: string,
  rows: readonly WastedRow[],
  all: number,
  reveal: Reveal,
): TemplateResult {
  return html`<h2>${title}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">Bytes</th>
          <th scope="col">Path</th>
          <th scope="col">Layers</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ node, path, size, layers, deleted, same }) =>
            html`<tr>
              <td class="number">${formatBytes(size)}</td>
              <td class="path">
                <button class="link" @click=${() => reveal(node, layers.at(-1) ?? 0)}>
                  ${path}
                </button>
              </td>
              <td>${layers.map((layer) => layer + 1).join(', ')}</td>
              <td>
                ${deleted ? 'deleted' : same ? 'only owner, mode or time changed' : 'overwritten'}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${rest(rows.length, all)}`;
}

function duplicateRow({ size, files, more }: DuplicateRow, last: number, reveal: Reveal) {
  return html`<tr>
    <td class="number">${formatBytes(size * (files.length + more - 1))}</td>
    <td class="number">${formatBytes(size)}</td>
    <td class="path">
      ${files.map(
        ({ node, path }) =>
          html`<button class="link" @click=${() => reveal(node, last)}>${path}</button>`,
      )}
      ${more > 0 ? html`<span class="more">and ${more} more</span>` : nothing}
    </td>
  </tr>`;
}
