import { html, svg } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';

/** Drawings that several panels have, of 16 by 16 in the colour of the text around them. */
export const COMMON_SHAPES = {
  folded: svg`<path d="m6 3.7 4.3 4.3L6 12.3" fill="none" stroke="currentColor"/>`,
  unfolded: svg`<path d="M3.7 6 8 10.3 12.3 6" fill="none" stroke="currentColor"/>`,
  up: svg`<path d="M8 13V3.5M4 7l4-4 4 4" fill="none" stroke="currentColor"/>`,
  down: svg`<path d="M8 3v9.5M4 9l4 4 4-4" fill="none" stroke="currentColor"/>`,
  close: svg`<path d="m4 4 8 8m0-8-8 8" stroke="currentColor"/>`,
} as const;

/**
 * Makes the function that draws a panel's icons by their names, which are classes of theirs, too. An icon says nothing to those who
 * hear the page: what it stands on does.
 */
export const iconsOf =
  <Name extends string>(shapes: Readonly<Record<Name, TemplateResult<2>>>) =>
  (name: Name): TemplateResult =>
    html`<svg class="icon ${name}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      ${shapes[name]}
    </svg>`;
