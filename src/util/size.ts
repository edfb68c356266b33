/** Factors of the units that docker takes in sizes: powers of 1024, whichever way they are written. */
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/**
 * Bytes of a size as `docker run --memory` takes it: `512m`, `1.5 GB`, `1048576`. Undefined for anything else.
 */
export function parseSize(text: string): number | undefined {
  const found = /^\s*(\d+(?:\.\d+)?)\s*([bkmgt])?(?:i?b)?\s*$/i.exec(text);
  const factor = UNITS[found?.[2]?.toLowerCase() ?? 'b'];
  return found && factor ? Math.round(Number(found[1]) * factor) : undefined;
}

/** The shortest such text that means just these bytes: `512m`, `1536m`, `1000001`. */
export function sizeText(bytes: number): string {
  const unit = (['t', 'g', 'm', 'k'] as const).find((unit) => bytes % (UNITS[unit] ?? 1) === 0);
  return unit && bytes > 0 ? `${bytes / (UNITS[unit] ?? 1)}${unit}` : String(bytes);
}
