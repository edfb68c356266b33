import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { formatBytes, oneLine } from '../../util/format.ts';
import { vars } from '../common/vars.ts';
import { LAYER_TABS } from '../protocol/layers.ts';
import type { LayersHead, LayersTab } from '../protocol/layers.ts';
import { icon } from './icons.ts';
import { percent } from './wasted.ts';

/** What the image is called, its figures, and what can be done with it. */
export function header(
  { opened, state, size, files, efficiency, wasted }: LayersHead,
  actions: { readonly dockerfile: () => void; readonly compare: () => void },
): TemplateResult {
  return html`<header>
    <h1>${oneLine(opened.name)}</h1>
    ${
      state === 'ready'
        ? html`<span class="figures">
            <span
              >${formatBytes(size)} in ${files.toLocaleString('en')}
              ${files === 1 ? 'file' : 'files'}</span
            >
            <span
              title="What each path could weigh at the least, by what it weighs in all layers together"
              >${percent(efficiency)} efficient</span
            >
            <span class=${wasted > 0 ? 'wasted' : ''}>${formatBytes(wasted)} wasted</span>
          </span>`
        : nothing
    }
    <span class="room"></span>
    <button class="secondary" @click=${actions.compare}>
      ${icon('compare')}<span>Compare…</span>
    </button>
    <button class="secondary" @click=${actions.dockerfile}>
      ${icon('dockerfile')}<span>Dockerfile</span>
    </button>
  </header>`;
}

/** How far the reading is, or why there is nothing to show. */
export function reading(
  { state, read, expected, problem = '' }: LayersHead,
  actions: { readonly read: () => void; readonly cancel: () => void },
): TemplateResult {
  if (state !== 'reading')
    return html`<div class="reading">
      <p role=${problem ? 'alert' : nothing}>
        ${problem || 'The layers are read from the engine’s export of the image.'}
      </p>
      <button @click=${actions.read}>${problem ? 'Try Again' : 'Read Layers'}</button>
    </div>`;
  const part = expected > 0 ? Math.min(read / expected, 1) : 0;
  return html`<div class="reading">
    <p>The engine exports the image; its layers are read as they come.</p>
    <div
      class="progress"
      role="progressbar"
      aria-label="Reading the image"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.floor(part * 100)}
    >
      <span .style=${vars({ part })}></span>
    </div>
    <p class="bytes">
      ${formatBytes(read)}${expected > 0 ? ` of about ${formatBytes(expected)}` : ''}
    </p>
    <button class="secondary" @click=${actions.cancel}>Cancel</button>
  </div>`;
}

const TITLES: Readonly<Record<LayersTab, string>> = {
  files: 'Files',
  wasted: 'Wasted',
  map: 'Map',
  packages: 'Packages',
  weaknesses: 'Weaknesses',
  about: 'About',
};

/** The tabs (WAI-ARIA's pattern: the arrow keys choose). */
export function tabs(chosen: LayersTab, show: (tab: LayersTab) => void): TemplateResult {
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = LAYER_TABS.indexOf(chosen) + step + LAYER_TABS.length;
    const next = LAYER_TABS[at % LAYER_TABS.length] ?? 'files';
    show(next);
    document.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    event.preventDefault();
  };
  return html`<div class="tabs" role="tablist" aria-label="Views" @keydown=${onKey}>
    ${LAYER_TABS.map(
      (tab) =>
        html`<button
          id="tab-${tab}"
          class="tab"
          role="tab"
          aria-selected=${String(tab === chosen)}
          aria-controls="content"
          tabindex=${tab === chosen ? 0 : -1}
          @click=${() => show(tab)}
        >
          ${TITLES[tab]}
        </button>`,
    )}
  </div>`;
}
