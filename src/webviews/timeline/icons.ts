import { svg } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { TimelineStepState } from '../protocol/timeline.ts';
import { COMMON_SHAPES, iconsOf } from '../common/icon.ts';

/** Drawings of 16 by 16 that take the colour of the text around them: each state has a shape of its own. */
const SHAPES = {
  ...COMMON_SHAPES,
  waiting: svg`<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" stroke-dasharray="2.2 2.2"/>`,
  running: svg`<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor" opacity=".35" stroke-width="1.5"/>
    <path class="spin" d="M8 2.75a5.25 5.25 0 0 1 5.25 5.25" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
  cached: svg`<path d="M8.9 1.5 3.6 9h3.5l-.9 5.5L11.9 7H8.2z" fill="none" stroke="currentColor" stroke-linejoin="round"/>`,
  completed: svg`<path d="m3.2 8.4 3 3 6.6-6.8" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
  failed: svg`<path d="m4 4 8 8m0-8-8 8" fill="none" stroke="currentColor" stroke-width="1.7"/>`,
  cancelled: svg`<circle cx="8" cy="8" r="5.25" fill="none" stroke="currentColor"/><path d="m4.3 11.7 7.4-7.4" stroke="currentColor"/>`,
  plus: svg`<path d="M8 3v10M3 8h10" stroke="currentColor" stroke-width="1.2"/>`,
  minus: svg`<path d="M3 8h10" stroke="currentColor" stroke-width="1.2"/>`,
  fit: svg`<path d="M2 3v10M14 3v10M4 8h8M6.2 5.8 4 8l2.2 2.2M9.8 5.8 12 8l-2.2 2.2" fill="none" stroke="currentColor" stroke-width="1.1"/>`,
} as const satisfies Readonly<Record<TimelineStepState, TemplateResult<2>>> &
  Record<string, unknown>;

/** One of the drawings. */
export const icon = iconsOf(SHAPES);
