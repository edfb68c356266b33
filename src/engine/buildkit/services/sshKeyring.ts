import { sign } from 'node:crypto';
import type { SshKey } from './sshKeys.ts';
import { sshNumber, sshReader, sshString, sshUint32 } from './sshWire.ts';

/** Messages and flags of the agent's protocol (draft-miller-ssh-agent, 5.1 and 5.3). */
const REQUEST_IDENTITIES = 11;
const IDENTITIES = 12;
const SIGN_REQUEST = 13;
const SIGNED = 14;
const FAILURE = 5;
const SHA2_256 = 2;
const SHA2_512 = 4;

/** An answer of an agent that cannot, or will not. */
export const AGENT_FAILURE: Buffer = sshString(Buffer.from([FAILURE]));

/**
 * Answers as an ssh agent that holds these keys would: it lists them, by no name as buildx's does, and signs. Whatever else
 * it is asked fails.
 * @param request a whole one, its length before it
 * @returns the answer, its length before it
 */
export function answerAsAgent(keys: readonly SshKey[], request: Buffer): Buffer {
  try {
    const reader = sshReader(sshReader(request).string());
    switch (reader.byte()) {
      case REQUEST_IDENTITIES:
        return reply(
          IDENTITIES,
          sshUint32(keys.length),
          ...keys.flatMap(({ blob }) => [sshString(blob), sshString('')]),
        );
      case SIGN_REQUEST: {
        const [blob, data, flags] = [reader.string(), reader.string(), reader.uint32()];
        const key = keys.find((one) => one.blob.equals(blob));
        return key ? reply(SIGNED, sshString(signature(key, data, flags))) : AGENT_FAILURE;
      }
      default:
        return AGENT_FAILURE;
    }
  } catch {
    // Malformed, or an algorithm that this machine's crypto forbids: the protocol has one word for both.
    return AGENT_FAILURE;
  }
}

const reply = (type: number, ...fields: readonly Buffer[]): Buffer =>
  sshString(Buffer.concat([Buffer.from([type]), ...fields]));

/** Signs as RFC 4253 (6.6), RFC 8332 (3), RFC 5656 (3.1.2) and RFC 8709 (6) say. */
function signature({ type, key }: SshKey, data: Buffer, flags: number): Buffer {
  switch (type) {
    case 'ssh-ed25519':
      return signed(type, sign(null, data, key));
    case 'ssh-rsa':
      if (flags & SHA2_256) return signed('rsa-sha2-256', sign('sha256', data, key));
      if (flags & SHA2_512) return signed('rsa-sha2-512', sign('sha512', data, key));
      return signed(type, sign('sha1', data, key));
    default: {
      const hash = { nistp256: 'sha256', nistp384: 'sha384' }[type.slice(-8)] ?? 'sha512';
      const both = sign(hash, data, { key, dsaEncoding: 'ieee-p1363' });
      const half = both.length / 2;
      const numbers = [sshNumber(both.subarray(0, half)), sshNumber(both.subarray(half))];
      return signed(type, Buffer.concat(numbers));
    }
  }
}

const signed = (algorithm: string, bytes: Buffer): Buffer =>
  Buffer.concat([sshString(algorithm), sshString(bytes)]);
