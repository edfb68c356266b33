import { svg } from 'lit/html.js';
import { COMMON_SHAPES, iconsOf } from '../common/icon.ts';

/** Drawings of 16 by 16 that take the colour of the text around them. */
const SHAPES = {
  ...COMMON_SHAPES,
  warning: svg`<path d="M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.2v1" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  muted: svg`<path d="M4.5 11V7a3.5 3.5 0 0 1 7 0v4l1 1.5h-9zM7 14h2M2.5 2.5l11 11" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  bell: svg`<path d="M4.5 11V7a3.5 3.5 0 0 1 7 0v4l1 1.5h-9zM7 14h2" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  refresh: svg`<path d="M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5" fill="none" stroke="currentColor"/>`,
} as const;

/** One of the drawings. */
export const icon = iconsOf(SHAPES);
