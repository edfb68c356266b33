/**
 * Where the words of a filter stand in a text, or undefined when one of them is missing.
 * Case does not matter, nor the order of the words.
 */
export function match(filter: string, text: string): [number, number][] | undefined {
  const haystack = text.toLowerCase();
  const ranges: [number, number][] = [];
  for (const word of filter.toLowerCase().split(/\s+/).filter(Boolean)) {
    const start = haystack.indexOf(word);
    if (start < 0) return undefined;
    ranges.push([start, start + word.length]);
  }
  return ranges.sort((a, b) => a[0] - b[0]);
}

/** Whether each word of the filter stands in some of the texts. */
export function matches(filter: string, texts: readonly (string | undefined)[]): boolean {
  return match(filter, texts.filter((text) => text !== undefined).join('\n')) !== undefined;
}

/** The part of a row that shows where the filter matched its label. */
export function highlighted(filter: string, label: string): { highlights?: [number, number][] } {
  const found = filter ? match(filter, label) : undefined;
  return found?.length ? { highlights: found } : {};
}
