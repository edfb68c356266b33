import { svg } from 'lit/html.js';
import { COMMON_SHAPES, iconsOf } from '../common/icon.ts';

/** Drawings of 16 by 16 that take the colour of the text around them. */
const SHAPES = {
  ...COMMON_SHAPES,
  filter: svg`<path d="M2 3.5h12L9.5 8.7v4.8l-3-1.6V8.7z" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  wrap: svg`<path d="M2 3.5h12M2 12.5h4M2 8h9.5a2.25 2.25 0 0 1 0 4.5H9m1.8-2L9 12.5l1.8 2" fill="none" stroke="currentColor"/>`,
  tag: svg`<path d="M2.5 2.5h5l6 6-5 5-6-6zM5 5h.01" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  save: svg`<path d="M2.5 2.5h9l2 2v9h-11zM5 2.5v4h5v-4M5 13.5v-4h6v4" fill="none" stroke="currentColor"/>`,
  document: svg`<path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 11h5" fill="none" stroke="currentColor"/>`,
} as const;

/** One of the drawings. */
export const icon = iconsOf(SHAPES);
