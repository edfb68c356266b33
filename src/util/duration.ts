const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds in words, to three digits or two units: `12 ms`, `4.2 s`, `38 s`, `1 min 12 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '?';
  if (ms < 99.5) return `${Math.round(ms)} ms`;
  if (ms < 9.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE - SECOND / 2) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR - SECOND / 2) return two(Math.round(ms / SECOND), 60, 'min', 's');
  return two(Math.round(ms / MINUTE), 60, 'h', 'min');
}

function two(small: number, size: number, bigUnit: string, smallUnit: string): string {
  const rest = small % size;
  const big = `${Math.floor(small / size)} ${bigUnit}`;
  return rest === 0 ? big : `${big} ${rest} ${smallUnit}`;
}
