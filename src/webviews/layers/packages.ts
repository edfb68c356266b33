import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { formatBytes } from '../../util/format.ts';
import type { PackageRow, ToLayers } from '../protocol/layers.ts';
import type { Reveal } from './wasted.ts';

export type PackageList = Extract<ToLayers, { readonly type: 'packages' }>;

/** Rows that are drawn; more are found by typing. */
const MOST_DRAWN = 500;

/** Which packages are shown, and in which order. */
export interface PackageLook {
  readonly filter: string;
  readonly sort: 'name' | 'size';
}

/** The packages that are there, as far as their names have what was typed. */
export function packagesView(
  list: PackageList | undefined,
  look: PackageLook,
  actions: { readonly look: (look: Partial<PackageLook>) => void; readonly reveal: Reveal },
): TemplateResult {
  if (!list) return html`<p class="empty">…</p>`;
  if (list.total === 0 && list.unread.length === 0)
    return html`<p class="empty">
      No database of apk, dpkg or rpm is in this image, and no packages of npm or Python.
    </p>`;
  const wanted = look.filter.toLowerCase();
  const found = list.packages.filter(({ name, kind }) =>
    `${kind} ${name}`.toLowerCase().includes(wanted),
  );
  // Those of one size stay in the order of their names, in which they come.
  const sorted =
    look.sort === 'size' ? [...found].sort((a, b) => (b.size ?? -1) - (a.size ?? -1)) : found;
  const shown = sorted.slice(0, MOST_DRAWN);
  return html`<div class="page" tabindex="0" role="region" aria-label="Packages">
    <p class="summary">${kindsText(list.packages)} ${controls(look, actions.look)}</p>
    ${list.unread.map(
      ({ node, layer, path, problem }) =>
        html`<p class="unread">
          <button class="link" @click=${() => actions.reveal(node, layer)}>${path}</button>
          ${problem}
        </p>`,
    )}
    ${table(shown, actions.reveal)}
    ${
      found.length > shown.length || list.total > list.packages.length
        ? html`<p class="more">
            and
            ${(found.length - shown.length + list.total - list.packages.length).toLocaleString('en')}
            more
          </p>`
        : nothing
    }
  </div>`;
}

function controls(look: PackageLook, change: (look: Partial<PackageLook>) => void): TemplateResult {
  return html`<input
      class="text-field"
      type="search"
      placeholder="Filter packages"
      aria-label="Filter packages"
      .value=${look.filter}
      @input=${(event: InputEvent) => change({ filter: (event.target as HTMLInputElement).value })}
    />
    <select
      aria-label="Order"
      .value=${look.sort}
      @change=${(event: Event) =>
        change({
          sort: (event.target as HTMLSelectElement).value === 'size' ? 'size' : 'name',
        })}
    >
      <option value="name">By name</option>
      <option value="size">By size</option>
    </select>`;
}

function table(shown: readonly PackageRow[], reveal: Reveal): TemplateResult {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Kind</th>
        <th scope="col">Name</th>
        <th scope="col">Version</th>
        <th scope="col">Architecture</th>
        <th scope="col" class="number">Size</th>
        <th scope="col" class="number">Layer</th>
      </tr>
    </thead>
    <tbody>
      ${shown.map(
        ({ kind, name, version, arch, size, layer, node }) =>
          html`<tr>
            <td>${kind}</td>
            <td class="path">
              <button class="link" @click=${() => reveal(node, layer)}>${name}</button>
            </td>
            <td>${version}</td>
            <td>${arch}</td>
            <td class="number">${size === undefined ? '' : formatBytes(size)}</td>
            <td class="number">${layer + 1}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** `120 deb, 14 pip`. */
function kindsText(packages: readonly PackageRow[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of packages) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, number]) => `${number.toLocaleString('en')} ${kind}`).join(', ');
}
