import { openConnection } from '../../../src/engine/connection.ts';
import { createCurrentEngine } from '../../../src/engine/current.ts';
import type { CurrentEngine } from '../../../src/engine/current.ts';
import { ensureBaseImage } from '../../../test/engine/bed/base.ts';
import type { lifetime } from '../../../scripts/lib/lifetime.ts';

/** The bed's engine, as a window has it. */
export interface BenchEngine {
  readonly engine: CurrentEngine;
  /** Its address, `unix://…`. */
  readonly url: string;
  /** The base image, which is there. */
  readonly image: string;
}

/** Has an engine that is let go of by `add`. */
export async function benchEngine(add: ReturnType<typeof lifetime>['add']): Promise<BenchEngine> {
  const url = process.env['STEVEDORE_TEST_ENGINE'] ?? '';
  const image = await ensureBaseImage(url.replace('unix://', ''));
  const engine = createCurrentEngine(
    async () => ({ name: 'bench', url, source: 'bench', host: 'localhost' }),
    (endpoint) => openConnection(endpoint),
  );
  add(() => engine.dispose());
  return { engine, url, image };
}
