import type { FilePath } from '../../engine/containerFiles/service.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Run } from '../services.ts';

/** Whether there is something at a path. Throws what looking throws otherwise. */
export async function exists({ files, signal }: Run<unknown>, at: FilePath): Promise<boolean> {
  try {
    await files.stat(at, signal);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.reason === 'not-found') return false;
    throw error;
  }
}
