/**
 * Custom properties for a `.style` binding: `--from:12;--to:40`. A style attribute, such as lit's own styleMap begins
 * with, is refused by the page's policy; setting the property isn't.
 */
export function vars(values: Readonly<Record<string, number | `${number}px`>>): string {
  return Object.entries(values)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
