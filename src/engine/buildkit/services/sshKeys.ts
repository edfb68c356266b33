import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import { EngineError } from '../../errors.ts';
import { readOpenSshKey } from './openSshKey.ts';
import { sshNumber, sshString } from './sshWire.ts';

/** A private key that things can be signed with, and how ssh calls its public half. */
export interface SshKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`… */
  readonly type: string;
  /** The public key as it goes over the wire (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4). */
  readonly blob: Buffer;
  readonly key: KeyObject;
}

/** As much as buildx reads of a key's file. */
const LARGEST = 100 * 1024;

/** The file holds no key that can be used as it is; the message goes on after the file's name. */
type Unusable = (why: string, cause?: unknown) => EngineError;

/**
 * Reads a private key: PEM (PKCS#1, PKCS#8, SEC1) or OpenSSH's own form.
 * @throws EngineError `bad-request` where there is no key that can be used without a passphrase. No part of the file is in the message
 */
export async function readSshKey(path: string): Promise<SshKey> {
  const unusable: Unusable = (why, cause) =>
    new EngineError('bad-request', `The ssh key “${path}” ${why}.`, { cause });
  return parseSshKey(
    await readStart(path).catch((error: NodeJS.ErrnoException) => {
      throw unusable(`cannot be read (${error.code ?? error.message})`, error);
    }),
    unusable,
  );
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LARGEST), 0, LARGEST, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function parseSshKey(text: string, unusable: Unusable): SshKey {
  const [block, label] = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[^]*?-----END \1-----/.exec(
    text,
  ) ?? ['', ''];
  if (block === '') {
    const isPublic = /^(?:ssh|ecdsa|sk)-\S+ AAAA|-----BEGIN [A-Z0-9 ]*PUBLIC KEY-----/m.test(text);
    throw unusable(isPublic ? 'is a public key: name the private one' : 'is no private key');
  }
  const encrypted = () =>
    unusable(
      'is protected by a passphrase: add it to your ssh agent with ssh-add, and leave its file out here',
    );
  if (label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(block)) throw encrypted();
  try {
    const key =
      label === 'OPENSSH PRIVATE KEY'
        ? readOpenSshKey(Buffer.from(block.split('-----')[2] ?? '', 'base64'))
        : createPrivateKey(block);
    if (key === 'encrypted') throw encrypted();
    return { key, ...publicHalf(key) };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw unusable(`cannot be used: ${error instanceof Error ? error.message : ''}`, error);
  }
}

/** Curves by the names that JSON web keys and ssh have for them. */
const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};

function publicHalf(key: KeyObject): Pick<SshKey, 'type' | 'blob'> {
  const kind = key.asymmetricKeyType ?? 'unknown';
  if (kind !== 'rsa' && kind !== 'ec' && kind !== 'ed25519')
    throw new Error(`keys of the kind ${kind} are not for ssh`);
  const jwk = key.export({ format: 'jwk' });
  const bytes = (value = '') => Buffer.from(value, 'base64url');
  if (kind === 'ed25519') return blobOf('ssh-ed25519', sshString(bytes(jwk.x)));
  if (kind === 'rsa') return blobOf('ssh-rsa', sshNumber(bytes(jwk.e)), sshNumber(bytes(jwk.n)));
  const curve = CURVES[jwk.crv ?? ''];
  if (curve === undefined) throw new Error(`ssh has no keys of the curve ${jwk.crv}`);
  const point = Buffer.concat([Buffer.from([4]), bytes(jwk.x), bytes(jwk.y)]);
  return blobOf(`ecdsa-sha2-${curve}`, sshString(curve), sshString(point));
}

const blobOf = (type: string, ...fields: readonly Buffer[]) => ({
  type,
  blob: Buffer.concat([sshString(type), ...fields]),
});
