import { createHash, randomBytes } from 'node:crypto';

/** A fresh reference in the form of BuildKit's own: 25 digits of base 36. */
export function newRef(): string {
  const number = BigInt(`0x${randomBytes(17).toString('hex')}`);
  return number.toString(36).padStart(25, '0').slice(-25);
}

/**
 * Names a folder to the builder, so that it finds what the last build from it sent: files that are the same are not
 * asked for again. Nothing of the path can be read from it.
 */
export function sharedKey(context: string): string {
  return createHash('sha256').update(`stevedore\0${context}`).digest('hex');
}
