const GAP = 4;
const EDGE = 8;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where a card of this size goes: below its row or, where there is more room, above it, and always inside of the window.
 * @param x pixels from the window's left edge at which it would like to begin.
 */
export function cardPlace(
  row: Pick<Box, 'top' | 'height'>,
  size: Pick<Box, 'width' | 'height'>,
  window: Pick<Box, 'width' | 'height'>,
  x: number,
): { readonly left: number; readonly top: number; readonly most: number } {
  const below = window.height - row.top - row.height - GAP - EDGE;
  const above = row.top - GAP - EDGE;
  const goesBelow = size.height <= below || below >= above;
  const most = Math.max(goesBelow ? below : above, 40);
  const height = Math.min(size.height, most);
  return {
    left: Math.max(EDGE, Math.min(x, window.width - size.width - EDGE)),
    top: goesBelow ? row.top + row.height + GAP : row.top - GAP - height,
    most,
  };
}
