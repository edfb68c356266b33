import type { LayerRow } from '../protocol/layers.ts';

/** What keys do to the tree. */
export interface TreeDeeds {
  readonly current: number;
  readonly total: number;
  /** Rows that are seen at once. */
  readonly page: number;
  row(place: number): LayerRow | undefined;
  choose(place: number): void;
  /** Unfolds or folds a directory, opens a file. */
  act(row: LayerRow): void;
}

/** Does what a key stands for on a tree (WAI-ARIA's pattern for trees); whether it stands for anything. */
export function treeKey(event: KeyboardEvent, deeds: TreeDeeds): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { current, total, page } = deeds;
  const row = deeds.row(current);
  const go = (place: number) => deeds.choose(Math.min(Math.max(place, 0), total - 1));
  switch (event.key) {
    case 'ArrowDown':
      go(current + 1);
      return true;
    case 'ArrowUp':
      go(current - 1);
      return true;
    case 'PageDown':
      go(current + page);
      return true;
    case 'PageUp':
      go(current - page);
      return true;
    case 'Home':
      go(0);
      return true;
    case 'End':
      go(total - 1);
      return true;
    case 'ArrowRight':
      if (row?.unfolded === false) deeds.act(row);
      else if (row?.unfolded && (deeds.row(current + 1)?.depth ?? 0) > row.depth) go(current + 1);
      return true;
    case 'ArrowLeft':
      if (row?.unfolded) deeds.act(row);
      else if (row) go(parentOf(deeds, row));
      return true;
    case 'Enter':
    case ' ':
      if (row) deeds.act(row);
      return true;
    default:
      return false;
  }
}

/** The place of the directory around a row, as far as the rows between are known. */
function parentOf({ current, row }: TreeDeeds, { depth }: LayerRow): number {
  for (let place = current - 1; place >= 0; place--) {
    const above = row(place);
    if (!above) return current;
    if (above.depth < depth) return place;
  }
  return current;
}
