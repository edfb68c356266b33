import type { Report } from './report.ts';

/** Findings as a JSON array of Issue. Every character outside of ASCII's printable ones that matters is escaped by JSON itself. */
export function formatJson({ shown }: Report): string {
  return `${JSON.stringify(
    shown.map(({ issue }) => issue),
    null,
    2,
  )}\n`;
}
