/** Text that looks the same throughout. */
export interface StyledPart {
  readonly text: string;
  readonly style: TextStyle;
}

/** How text looks by the sequences before it (ECMA-48 §8.3.117, and xterm's colours). */
export interface TextStyle {
  /** A colour of the terminal, 0 to 15, or one of its own as `#rrggbb`. */
  readonly fg?: number | string;
  readonly bg?: number | string;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
}

const PLAIN: TextStyle = {};

// Control characters are what is looked for.
// oxlint-disable-next-line no-control-regex
const SEQUENCE = /(?:\x1b\[|\x9b)([\d;:]*)m|\x1b\[?[\d;:]*|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Takes text apart at the sequences that colour it; what else is a control character is left out. */
export function styledParts(text: string): readonly StyledPart[] {
  const parts: StyledPart[] = [];
  let style = PLAIN;
  let at = 0;
  for (const found of text.matchAll(SEQUENCE)) {
    if (found.index > at) parts.push({ text: text.slice(at, found.index), style });
    at = found.index + found[0].length;
    if (found[1] !== undefined) style = changed(style, found[1]);
  }
  if (at < text.length) parts.push({ text: text.slice(at), style });
  return parts;
}

function changed(style: TextStyle, parameters: string): TextStyle {
  const codes = parameters.split(/[;:]/).map(Number);
  const next: { -readonly [K in keyof TextStyle]: TextStyle[K] } = { ...style };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) for (const key of Object.keys(next)) delete next[key as keyof TextStyle];
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 7) next.inverse = true;
    else if (code === 9) next.strike = true;
    else if (code === 22) {
      delete next.bold;
      delete next.dim;
    } else if (code === 23) delete next.italic;
    else if (code === 24) delete next.underline;
    else if (code === 27) delete next.inverse;
    else if (code === 29) delete next.strike;
    else if (code >= 30 && code <= 37) next.fg = code - 30;
    else if (code >= 90 && code <= 97) next.fg = code - 82;
    else if (code >= 40 && code <= 47) next.bg = code - 40;
    else if (code >= 100 && code <= 107) next.bg = code - 92;
    else if (code === 39) delete next.fg;
    else if (code === 49) delete next.bg;
    else if (code === 38 || code === 48) {
      const colour = codes[at + 1] === 5 ? indexed(codes[at + 2]) : direct(codes, at + 2);
      at += codes[at + 1] === 5 ? 2 : 4;
      if (colour !== undefined) next[code === 38 ? 'fg' : 'bg'] = colour;
    }
  }
  return next;
}

const hex = (value: number) =>
  Math.min(Math.max(value || 0, 0), 255)
    .toString(16)
    .padStart(2, '0');

/** One of xterm's 256: the terminal's own 16, a cube of 6 by 6 by 6, 24 greys. */
function indexed(index: number | undefined): number | string | undefined {
  if (index === undefined || index > 255) return undefined;
  if (index < 16) return index;
  if (index >= 232) return `#${hex(8 + (index - 232) * 10).repeat(3)}`;
  const level = (part: number) => hex(part === 0 ? 0 : 55 + part * 40);
  const of = index - 16;
  return `#${level(Math.floor(of / 36))}${level(Math.floor(of / 6) % 6)}${level(of % 6)}`;
}

function direct(codes: readonly number[], at: number): string | undefined {
  const [red, green, blue] = codes.slice(at, at + 3);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return `#${hex(red)}${hex(green)}${hex(blue)}`;
}
