import { fileURLToPath } from 'node:url';

/**
 * The path of a document on this machine's disk. Undefined for documents that are elsewhere: unsaved ones, those of other
 * schemes, and addresses that name no file here, such as another machine's share. A `%` that some clients leave as it is
 * stands for itself.
 */
export function fileOf(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    return fileURLToPath(uri.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    // It names no file of this machine.
    return undefined;
  }
}
