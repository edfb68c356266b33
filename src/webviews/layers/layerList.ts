import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { formatBytes } from '../../util/format.ts';
import { vars } from '../common/vars.ts';
import type { LayerHead } from '../protocol/layers.ts';

export interface LayerListActions {
  choose(layer: number): void;
  openInstruction(layer: number): void;
}

/** The layers from the base on, the chosen one marked: a list that the arrow keys go through. */
export function layerList(
  layers: readonly LayerHead[],
  chosen: number,
  { choose, openInstruction }: LayerListActions,
): TemplateResult {
  const largest = Math.max(...layers.map(({ size }) => size), 1);
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, Home: 0, End: layers.length - 1 }[
      event.key
    ];
    if (to === undefined) {
      if (event.key === 'Enter' && layers[chosen]?.linked) openInstruction(chosen);
      return;
    }
    event.preventDefault();
    if (to >= 0 && to < layers.length) choose(to);
  };
  return html`<ol
    class="layers"
    role="listbox"
    tabindex="0"
    aria-label="Layers"
    aria-activedescendant="layer-${chosen}"
    .style=${vars({ digits: Math.max(2, String(layers.length).length) })}
    @keydown=${onKey}
  >
    ${layers.map(
      (layer, index) =>
        html`<li
          id="layer-${index}"
          role="option"
          class=${index === chosen ? 'layer chosen' : 'layer'}
          aria-selected=${String(index === chosen)}
          aria-label=${spoken(layer, index)}
          @click=${() => choose(index)}
        >
          <span class="number">${index + 1}</span>
          <span class="what">
            <span class="instruction" title=${layer.instruction}>${words(layer)}</span>
            <span class="bar" .style=${vars({ part: layer.size / largest })}></span>
            <span class="figures">
              <span class="size">${formatBytes(layer.size)}</span>
              ${figure('added', '+', layer.added)}${figure('changed', '~', layer.changed)}${figure(
                'deleted',
                '−',
                layer.deleted,
              )}
            </span>
          </span>
          ${
            layer.linked
              ? html`<button
                  class="link to-dockerfile"
                  tabindex="-1"
                  title="Show in the Dockerfile"
                  @click=${(event: Event) => {
                    event.stopPropagation();
                    openInstruction(index);
                  }}
                >
                  Dockerfile
                </button>`
              : nothing
          }
        </li>`,
    )}
  </ol>`;
}

function words({ instruction, comment }: LayerHead): TemplateResult {
  const cut = instruction.indexOf(' ');
  if (instruction === '') return html`<i>${comment || 'Nothing is said of it'}</i>`;
  const keyword = cut < 0 ? instruction : instruction.slice(0, cut);
  return html`<b>${keyword}</b>${cut < 0 ? '' : instruction.slice(cut)}`;
}

const figure = (kind: string, sign: string, number: number) =>
  number > 0
    ? html`<span class=${kind} title="${number.toLocaleString('en')} ${kind}"
        >${sign}${number.toLocaleString('en')}</span
      >`
    : nothing;

/** What a screen reader says of a layer. */
function spoken(
  { instruction, comment, size, added, changed, deleted, linked }: LayerHead,
  index: number,
) {
  return [
    `Layer ${index + 1}`,
    instruction.slice(0, 300) || comment || 'nothing is said of it',
    formatBytes(size),
    ...(added ? [`${added} added`] : []),
    ...(changed ? [`${changed} changed`] : []),
    ...(deleted ? [`${deleted} deleted`] : []),
    ...(linked ? ['Enter shows it in the Dockerfile'] : []),
  ].join(', ');
}
