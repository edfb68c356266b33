import { svg } from 'lit/html.js';
import { COMMON_SHAPES, iconsOf } from '../common/icon.ts';

/** Drawings of 16 by 16 that take the colour of the text around them. */
const SHAPES = {
  ...COMMON_SHAPES,
  directory: svg`<path d="M1.5 3.5h5l1.5 2h6.5v7h-13z" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  file: svg`<path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  symlink: svg`<path d="M3.5 1.5h6l3 3v10h-9zM5.5 11.5c0-3 1-4 4-4M8 5.7l2 1.8-2 1.8" fill="none" stroke="currentColor"/>`,
  link: svg`<path d="M3.5 1.5h6l3 3v10h-9zM6 8.5h4M6 11h4" fill="none" stroke="currentColor"/>`,
  other: svg`<path d="M3.5 1.5h6l3 3v10h-9zM8 7v4M8 12.5v1" fill="none" stroke="currentColor"/>`,
  dockerfile: svg`<path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3M5.5 8h5M5.5 11h3" fill="none" stroke="currentColor"/>`,
  compare: svg`<path d="M2.5 3.5h4v9h-4zM9.5 3.5h4v9h-4zM8 1.5v13" fill="none" stroke="currentColor"/>`,
} as const;

/** One of the drawings. */
export const icon = iconsOf(SHAPES);
