import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { LogHead, LogSourceHead } from '../protocol/logs.ts';

const figure = (number: number) => number.toLocaleString('en');

/** How many lines there are, what became of the others, and how the containers stand. */
export function footer(head: LogHead, following: boolean, said: string): TemplateResult {
  const { first, end, held, dropped, complete, sources } = head;
  const shown = end - first;
  const lines =
    shown === held ? `${figure(held)} lines` : `${figure(shown)} of ${figure(held)} lines`;
  return html`<footer>
    <span>${lines}${complete ? '' : '…'}</span>
    ${dropped > 0 ? html`<span class="dropped">${figure(dropped)} earlier ones dropped</span>` : nothing}
    <span>${stateText(sources)}</span>
    <span class="room"></span>
    <span role="status">${said}</span>
    <span>${following ? 'Following' : 'Paused'}</span>
  </footer>`;
}

/** How many of the containers give lines. */
export function stateText(sources: readonly LogSourceHead[]): string {
  const of = (state: LogSourceHead['state']) =>
    sources.filter((source) => source.state === state).length;
  const parts = [
    [of('reading'), 'live'],
    [of('waiting'), 'waiting'],
    [of('ended'), 'ended'],
  ] as const;
  const held = parts.filter(([number]) => number > 0);
  if (sources.length === 1) return held[0]?.[1] ?? '';
  return held.map(([number, word]) => `${number} ${word}`).join(', ');
}
