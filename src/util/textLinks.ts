/** A place in a text that leads somewhere. */
export interface TextLink {
  readonly from: number;
  readonly to: number;
  readonly kind: 'url' | 'file';
  readonly text: string;
}

/** Only the beginning of a text is looked at: what a person would follow stands there. */
const LOOKED_AT = 600;

const URLS = /\bhttps?:\/\/[^\s"'<>`\\]{1,500}/g;
const EXTENSIONS =
  'tsx?|jsx?|mjs|cjs|mts|cts|py|go|rs|rb|php|java|kts?|cs|fs|cc?|cpp|cxx|hh?|hpp|mm?|swift|scala|exs?|erl|lua|pl|sh|sql|html?|s?css|vue|svelte|json|ya?ml|toml|xml|conf|cfg|ini|dart|groovy|clj|hs|ml|jl|zig|nim|proto|tf';
/** `src/a.ts:12:3`, `a.py:7`, `C.java:9`, `a.cs(7,3)`, `File "a.py", line 7`. */
const FILES = new RegExp(
  String.raw`(?:[\w.@~+-]{0,100}/){0,30}[\w.@+-]{1,60}\.(?:${EXTENSIONS})(?::\d{1,7}(?::\d{1,5})?|\(\d{1,7}(?:,\d{1,5})?\)|", line \d{1,7})`,
  'g',
);

/** Finds addresses of pages and places in files, in their order; they don't overlap. */
export function findLinks(text: string): readonly TextLink[] {
  const start = text.slice(0, LOOKED_AT);
  if (!start.includes('.') && !start.includes('://')) return [];
  const urls = [...start.matchAll(URLS)].map(({ index, 0: found }) => {
    const address = trimmed(found);
    return { from: index, to: index + address.length, kind: 'url' as const, text: address };
  });
  const files = [...start.matchAll(FILES)].flatMap(({ index, 0: found }) => {
    const to = index + found.length;
    const isApart = urls.every((url) => to <= url.from || index >= url.to);
    return isApart ? [{ from: index, to, kind: 'file' as const, text: found }] : [];
  });
  return [...urls, ...files].sort((a, b) => a.from - b.from);
}

/** An address without the punctuation of the sentence around it. */
function trimmed(address: string): string {
  let end = address.length;
  while (/[.,;:!?)\]}]/.test(address[end - 1] ?? '')) {
    const closes = address[end - 1] === ')';
    if (
      closes &&
      address.slice(0, end).split('(').length >= address.slice(0, end).split(')').length
    )
      break;
    end--;
  }
  return address.slice(0, end);
}

/** A place in a file: lines and columns count from 1. */
export interface FilePlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** The place that the text of a link of the kind `file` says; undefined when it says none. */
export function placeOf(text: string): FilePlace | undefined {
  const found = /^(.+?)(?::(\d+)(?::(\d+))?|\((\d+)(?:,(\d+))?\)|", line (\d+))$/.exec(text);
  if (!found?.[1]) return undefined;
  const line = Number(found[2] ?? found[4] ?? found[6]);
  return { path: found[1], line, column: Number(found[3] ?? found[5] ?? 1) };
}
