/** Reads the fields of a message of ssh one after the other (RFC 4251, 5). Each method throws where the message ends too early. */
export interface SshReader {
  byte(): number;
  uint32(): number;
  /** A `string`, or the bytes of an `mpint`. */
  string(): Buffer;
  text(): string;
  /** What has not been read yet. */
  rest(): Buffer;
}

export function sshReader(message: Buffer): SshReader {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length > message.length - at) throw new Error('it ends too early');
    at += length;
    return message.subarray(at - length, at);
  };
  const uint32 = () => take(4).readUInt32BE();
  const string = () => take(uint32());
  return {
    byte: () => take(1).readUInt8(),
    uint32,
    string,
    text: () => string().toString('latin1'),
    rest: () => message.subarray(at),
  };
}

export function sshUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A `string`: its length, then the bytes, or the text as ASCII. */
export function sshString(value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return Buffer.concat([sshUint32(bytes.length), bytes]);
}

/** An `mpint` of a positive number's bytes, the highest first: no leading zeros but the one that keeps it positive. */
export function sshNumber(value: Uint8Array): Buffer {
  const bytes = withoutZeros(value);
  return sshString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

export function withoutZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? new Uint8Array() : bytes.subarray(first);
}
