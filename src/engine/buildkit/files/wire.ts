const NOTHING = new Uint8Array(0);

/** Reads a protobuf message field by field: varints as numbers where they fit, the others' contents. */
export function readFields(
  bytes: Uint8Array,
  on: (field: number, value: number | bigint, content: Uint8Array) => void,
): void {
  let at = 0;
  const varint = (): number | bigint => {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('A message ends within a number.');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    let large = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('A message ends within a number.');
      large |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, large);
    }
    throw new RangeError('A number in a message has no end.');
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    if (kind === 0) {
      on(tag >>> 3, varint(), NOTHING);
      continue;
    }
    const length = kind === 2 ? Number(varint()) : kind === 1 ? 8 : kind === 5 ? 4 : NaN;
    if (!(at + length <= bytes.length)) throw new RangeError('A message ends within a field.');
    on(tag >>> 3, 0, bytes.subarray(at, at + length));
    at += length;
  }
}

/** How many bytes `writeVarint` takes for a number. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Writes a number below 2^53 and returns the offset behind it. */
export function writeVarint(into: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest >= 0x80) {
    into[next++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  into[next++] = rest;
  return next;
}
