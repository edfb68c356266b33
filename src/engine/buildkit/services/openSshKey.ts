import { createPrivateKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { sshReader, withoutZeros } from './sshWire.ts';
import type { SshReader } from './sshWire.ts';

const MAGIC = 'openssh-key-v1\0';

/**
 * Reads a private key in OpenSSH's own form, which Node's crypto does not know (openssh-portable, PROTOCOL.key).
 * @param file what stands between the armour, decoded
 * @throws Error with a message fit to be shown, for what is malformed, and for kinds of keys that cannot sign by themselves
 */
export function readOpenSshKey(file: Buffer): KeyObject | 'encrypted' {
  if (file.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('it is malformed');
  const outer = sshReader(file.subarray(MAGIC.length));
  const cipher = outer.text();
  // The name and the options of what makes a key of the passphrase.
  outer.string();
  outer.string();
  if (outer.uint32() !== 1) throw new Error('it has more than one key');
  outer.string();
  if (cipher !== 'none') return 'encrypted';
  const inner = sshReader(outer.string());
  if (inner.uint32() !== inner.uint32()) throw new Error('it is malformed');
  return createPrivateKey({ key: toJwk(inner.text(), inner), format: 'jwk' });
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** @param fields of the key, read behind its type */
function toJwk(type: string, fields: SshReader): JsonWebKey {
  switch (type) {
    case 'ssh-ed25519': {
      const x = base64(fields.string());
      // The seed, and the public key once more.
      return { kty: 'OKP', crv: 'Ed25519', x, d: base64(fields.string().subarray(0, 32)) };
    }
    case 'ssh-rsa':
      return rsa(fields);
    case 'ecdsa-sha2-nistp256':
      return ec('P-256', 32, fields);
    case 'ecdsa-sha2-nistp384':
      return ec('P-384', 48, fields);
    case 'ecdsa-sha2-nistp521':
      return ec('P-521', 66, fields);
    default:
      throw new Error(
        type.startsWith('sk-')
          ? 'its secret is in a security key: use it through an ssh agent'
          : `keys of the type ${type} are not supported`,
      );
  }
}

/** The exponents of the two primes are not in the file, but a JSON web key has them. */
function rsa(fields: SshReader): JsonWebKey {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => withoutZeros(fields.string()));
  const exponent = (prime: Uint8Array | undefined) => {
    const hex = (number(d) % (number(prime) - 1n)).toString(16);
    return base64(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'));
  };
  const [dp, dq] = [exponent(p), exponent(q)];
  const parts = Object.entries({ n, e, d, qi, p, q });
  return {
    kty: 'RSA',
    dp,
    dq,
    ...Object.fromEntries(parts.map(([name, bytes = new Uint8Array()]) => [name, base64(bytes)])),
  };
}

const number = (bytes: Uint8Array = new Uint8Array()): bigint =>
  BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

function ec(crv: string, size: number, fields: SshReader): JsonWebKey {
  fields.string();
  const point = fields.string();
  if (point[0] !== 4 || point.length !== 1 + 2 * size) throw new Error('it is malformed');
  const secret = withoutZeros(fields.string());
  const d = Buffer.concat([Buffer.alloc(Math.max(0, size - secret.length)), secret]);
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  return { kty: 'EC', crv, x: base64(x), y: base64(y), d: base64(d) };
}
