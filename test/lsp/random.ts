/** Pseudo-random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SPLICES = [
  '\\\n',
  '\n',
  '\r',
  '\r\n',
  '"',
  "'",
  '${',
  '}',
  '$',
  '<<EOF',
  '<<',
  '[',
  ']',
  '--',
  '=',
  '#',
  '`',
  '\u00a0',
  '😀',
  '\uFEFF',
  '\t',
  'ONBUILD ',
  'FROM ',
  '\\\\',
];

/** A text with one to four random cuts, repetitions or splices. */
export function mutate(text: string, random: () => number): string {
  let result = text;
  const pick = (limit: number) => Math.floor(random() * limit);
  for (let i = pick(4); i >= 0; i--) {
    const at = pick(result.length + 1);
    const end = Math.min(at + pick(30), result.length);
    const kind = pick(5);
    if (kind === 0) result = result.slice(0, at) + result.slice(end);
    else if (kind === 1) result = result.slice(0, end) + result.slice(at);
    else if (kind === 2) result = result.slice(0, at);
    else result = result.slice(0, at) + (SPLICES[pick(SPLICES.length)] ?? '') + result.slice(at);
  }
  return result;
}
