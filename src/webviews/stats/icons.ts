import { html, svg } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';

/** Drawings of 16 by 16 that take the colour of the text around them. */
const SHAPES = {
  up: svg`<path d="M8 13V3.5M4 7l4-4 4 4" fill="none" stroke="currentColor"/>`,
  down: svg`<path d="M8 3v9.5M4 9l4 4 4-4" fill="none" stroke="currentColor"/>`,
  warning: svg`<path d="M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.2v1" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  muted: svg`<path d="M4.5 11V7a3.5 3.5 0 0 1 7 0v4l1 1.5h-9zM7 14h2M2.5 2.5l11 11" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  bell: svg`<path d="M4.5 11V7a3.5 3.5 0 0 1 7 0v4l1 1.5h-9zM7 14h2" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  refresh: svg`<path d="M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5" fill="none" stroke="currentColor"/>`,
  close: svg`<path d="m4 4 8 8m0-8-8 8" stroke="currentColor"/>`,
} as const;

/** One of the drawings; it says nothing to those who hear the page, what it stands on does. */
export function icon(name: keyof typeof SHAPES): TemplateResult {
  return html`<svg
    class="icon ${name}"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    aria-hidden="true"
  >
    ${SHAPES[name]}
  </svg>`;
}
