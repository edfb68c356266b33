import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { LayersView } from '../protocol/layers.ts';

/** What rows the tree has. */
export function toolbar(
  { sort, changesOnly }: LayersView,
  filter: string,
  actions: {
    readonly filter: (text: string) => void;
    readonly look: (change: Partial<LayersView>) => void;
  },
): TemplateResult {
  return html`<div class="toolbar">
    <input
      id="filter"
      class="text-field"
      type="search"
      placeholder="Filter by name or path"
      aria-label="Filter by name or path"
      .value=${filter}
      @input=${(event: InputEvent) => actions.filter((event.target as HTMLInputElement).value)}
    />
    <button
      class="toggle secondary"
      aria-pressed=${String(changesOnly)}
      title="Only what this layer added, changed or deleted"
      @click=${() => actions.look({ changesOnly: !changesOnly })}
    >
      Changes only
    </button>
    <select
      aria-label="Order"
      .value=${sort}
      @change=${(event: Event) =>
        actions.look({
          sort: (event.target as HTMLSelectElement).value === 'name' ? 'name' : 'size',
        })}
    >
      <option value="size">By size</option>
      <option value="name">By name</option>
    </select>
  </div>`;
}
