/** What stands in the place of a secret. */
const MASK = '***';
/** Of anything shorter every text is full: a mask would spoil the text, and tell what it covers. */
const SHORTEST = 4;
/** More than this is never kept back, in characters. */
const MOST_KEPT = 65_536;

/** Takes secrets out of text. */
export interface Redactor {
  /** Has it take these out from now on, too. */
  add(...values: readonly string[]): void;
  /** Of a whole text. */
  text(text: string): string;
  /** Makes one for text that comes in pieces, in which a secret may be cut. */
  stream(): RedactedStream;
}

export interface RedactedStream {
  /** The text but for an end that may be the beginning of a secret: it comes with the next piece. */
  push(piece: string): string;
  /** What was kept back. */
  flush(): string;
}

type Range = [from: number, to: number];
type Index = Map<string, readonly string[]>;

/**
 * Makes a redactor of the values of secrets. Each value is taken without white space around it, its lines also one by
 * one, for tools print them so; values of less than four characters are left alone.
 */
export function createRedactor(values: readonly string[] = []): Redactor {
  const secrets = new Set<string>();
  /** The same by their first characters, as many as the shortest has. */
  const index: Index = new Map();
  /** What secrets may begin with that is shorter than that. */
  const starts = new Set<string>();
  let longest = 0;

  function add(...values: readonly string[]): void {
    for (const part of values.flatMap((value) => [value, ...value.split(/\r?\n/)])) {
      const secret = part.trim();
      if (secret.length < SHORTEST || secrets.has(secret)) continue;
      secrets.add(secret);
      const start = secret.slice(0, SHORTEST);
      index.set(start, [...(index.get(start) ?? []), secret]);
      for (let length = 1; length < SHORTEST; length++) starts.add(secret.slice(0, length));
      longest = Math.max(longest, secret.length);
    }
  }
  add(...values);

  function mask(text: string): string {
    let kept = '';
    let at = 0;
    for (const [from, to] of covered(text, index)) {
      kept += text.slice(at, from) + MASK;
      at = to;
    }
    return kept + text.slice(at);
  }

  /** Where the end begins that can only be shown once it is known what follows. */
  function restAt(text: string): number {
    let at = longest === 0 ? text.length : Math.max(0, text.length - longest + 1);
    while (at < text.length && !beginsAt(text, at)) at++;
    if (at === 0) return 0;
    // Secrets may overlap: what the beginning of one lies in waits with it.
    const around = covered(text, index).find(([from, to]) => from < at && at < to);
    return around?.[0] ?? at;
  }

  /** Whether all from `at` on is the beginning of a secret, and not the whole of it. */
  function beginsAt(text: string, at: number): boolean {
    const left = text.length - at;
    if (left < SHORTEST) return starts.has(text.slice(at));
    const begun = index.get(text.slice(at, at + SHORTEST)) ?? [];
    return begun.some((secret) => secret.length > left && secret.startsWith(text.slice(at)));
  }

  return {
    add,
    text: mask,
    stream() {
      let kept = '';
      return {
        push(piece) {
          const text = kept + piece;
          const at = text.length > MOST_KEPT + longest ? text.length : restAt(text);
          kept = text.slice(at);
          return mask(text.slice(0, at));
        },
        flush() {
          const rest = mask(kept);
          kept = '';
          return rest;
        },
      };
    },
  };
}

/** The stretches that secrets take up, in order; those that overlap as one. */
function covered(text: string, index: Index): readonly Range[] {
  const found: Range[] = [];
  if (index.size === 0) return found;
  for (let at = 0; at + SHORTEST <= text.length; at++)
    for (const secret of index.get(text.slice(at, at + SHORTEST)) ?? []) {
      if (!text.startsWith(secret, at)) continue;
      const last = found.at(-1);
      if (last && at < last[1]) last[1] = Math.max(last[1], at + secret.length);
      else found.push([at, at + secret.length]);
    }
  return found;
}
