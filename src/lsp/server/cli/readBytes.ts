import { open } from 'node:fs/promises';

/** Within so many bytes a file shows that it is no text, as git and grep look at it. */
const HEAD = 8000;
const NO_TEXT = 'ERR_NO_TEXT';

/**
 * The bytes of a file, or of standard input for `-`. Throws what reading throws, and an Error that says so of what is no text:
 * of a large archive no more than its beginning is read.
 */
export async function readBytes(path: string): Promise<Buffer> {
  if (path === '-') {
    const bytes = await (await import('node:stream/consumers')).buffer(process.stdin);
    return asText(bytes);
  }
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD);
    const head = asText(buffer.subarray(0, bytesRead));
    return Buffer.concat([head, await file.readFile()]);
  } finally {
    await file.close();
  }
}

/** Whether an error says that a file is no text. */
export function isNoText(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === NO_TEXT;
}

function asText(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, HEAD).includes(0)) return bytes;
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff')
    throw new Error('is UTF-16, which no builder reads: save it as UTF-8');
  throw Object.assign(new Error('is no text'), { code: NO_TEXT });
}
