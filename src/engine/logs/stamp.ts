/** Reads the time that an engine puts before each message of a log. What it read last stays in its fields. */
export interface StampReader {
  /** Seconds since the epoch. */
  readonly seconds: number;
  readonly nanos: number;
  /**
   * Reads a time and the blank behind it at `from`. Answers how many bytes they have; 0 when there is none; -1 when
   * `bytes` end before that can be told.
   */
  read(bytes: Uint8Array, from: number, to: number): number;
}

const BLANK = 0x20;
const DOT = 0x2e;
const ZULU = 0x5a;
const PLUS = 0x2b;
const MINUS = 0x2d;

/** `2026-11-28T15:28:54`, what all forms begin with. */
const SHAPE = 'dddd-dd-ddTdd:dd:dd';
/** `2026-11-28T15:28:54.123456789+01:00 ` */
const LONGEST = 36;

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

/**
 * Makes a reader of RFC 3339 times: Docker writes nine digits of a second and `Z`, Podman may leave the fraction out and
 * tell the difference to UTC instead.
 */
export function createStampReader(): StampReader {
  const known = new Uint8Array(SHAPE.length);
  let knownSeconds = Number.NaN;
  let seconds = 0;
  let nanos = 0;

  const number = (bytes: Uint8Array, from: number, length: number) => {
    let value = 0;
    for (let at = from; at < from + length; at++) value = value * 10 + (bytes[at] ?? 0) - 0x30;
    return value;
  };

  /** Seconds of the date and time at `from`; most lines have those of the line before. */
  function wholeSeconds(bytes: Uint8Array, from: number): number {
    let same = true;
    for (let at = SHAPE.length - 1; same && at >= 0; at--) same = bytes[from + at] === known[at];
    if (same) return knownSeconds;
    for (let at = 0; at < SHAPE.length; at++) {
      const byte = bytes[from + at] ?? 0;
      if (SHAPE[at] === 'd' ? !isDigit(byte) : byte !== SHAPE.charCodeAt(at)) return Number.NaN;
    }
    const date = [number(bytes, from, 4), number(bytes, from + 5, 2) - 1] as const;
    const time = [number(bytes, from + 11, 2), number(bytes, from + 14, 2)] as const;
    knownSeconds =
      Date.UTC(...date, number(bytes, from + 8, 2), ...time, number(bytes, from + 17, 2)) / 1000;
    known.set(bytes.subarray(from, from + SHAPE.length));
    return knownSeconds;
  }

  function read(bytes: Uint8Array, from: number, to: number): number {
    const more = to - from < LONGEST ? -1 : 0;
    if (to > from && !isDigit(bytes[from] ?? 0)) return 0;
    if (to - from <= SHAPE.length) return more;
    const whole = wholeSeconds(bytes, from);
    if (Number.isNaN(whole)) return 0;
    let at = from + SHAPE.length;
    let fraction = 0;
    if (bytes[at] === DOT) {
      const start = ++at;
      while (at < to && isDigit(bytes[at] ?? 0)) at++;
      const digits = Math.min(at - start, 9);
      fraction = number(bytes, start, digits) * 10 ** (9 - digits);
    }
    let away = 0;
    if (at >= to) return more;
    const zone = bytes[at];
    if (zone === ZULU) at++;
    else if (zone === PLUS || zone === MINUS) {
      if (to - at < 6) return more;
      const minutes = number(bytes, at + 1, 2) * 60 + number(bytes, at + 4, 2);
      away = (zone === PLUS ? minutes : -minutes) * 60;
      at += 6;
    } else return 0;
    if (at >= to) return more;
    if (bytes[at] !== BLANK) return 0;
    seconds = whole - away;
    nanos = fraction;
    return at + 1 - from;
  }

  return {
    get seconds() {
      return seconds;
    },
    get nanos() {
      return nanos;
    },
    read,
  };
}
