import type { Row } from './lanes.ts';

/** What a key does to the chart's rows: another row gets the focus, or a stage is folded or unfolded. */
export type Move =
  | { readonly kind: 'focus'; readonly index: number }
  | { readonly kind: 'fold' | 'unfold'; readonly lane: string }
  | undefined;

/**
 * What a key means on the row with the focus, as in any tree of VS Code; undefined for keys that mean nothing here.
 * @param page rows that are seen at once.
 */
export function moveOf(key: string, rows: readonly Row[], index: number, page: number): Move {
  const row = rows[index];
  if (row === undefined) return undefined;
  const to = (wanted: number): Move => ({
    kind: 'focus',
    index: Math.min(Math.max(wanted, 0), rows.length - 1),
  });
  switch (key) {
    case 'ArrowDown':
      return to(index + 1);
    case 'ArrowUp':
      return to(index - 1);
    case 'PageDown':
      return to(index + Math.max(page - 1, 1));
    case 'PageUp':
      return to(index - Math.max(page - 1, 1));
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowLeft':
      if (row.kind === 'step') return to(index - row.place);
      return row.folded ? undefined : { kind: 'fold', lane: row.lane.key };
    case 'ArrowRight':
      if (row.kind === 'step') return undefined;
      return row.folded ? { kind: 'unfold', lane: row.lane.key } : to(index + 1);
    default:
      return undefined;
  }
}
