import type { CurrentEngine } from '../../engine/current.ts';
import { createEngineBuilds } from '../../engine/builds/engineBuilds.ts';
import type { EngineBuilds } from '../../engine/builds/engineBuilds.ts';
import { createForgotten } from '../../engine/builds/forgotten.ts';
import type { BuildHistory, Builds } from '../../engine/builds/service.ts';

/**
 * The builds of the engine that are not of this workspace. Those that the workspace has forgotten are not strange for that:
 * nothing is told of them, for the values of their secrets are not known any more.
 * @param builds those of this workspace
 * @param memory keeps which were forgotten
 */
export function createOthers(
  parts: { readonly current: CurrentEngine; readonly report: (error: unknown) => void },
  builds: Pick<Builds, 'get' | 'onDidChange'>,
  memory: BuildHistory,
): EngineBuilds {
  const { current, report } = parts;
  const forgotten = createForgotten(memory);
  builds.onDidChange(({ what, build }) => {
    if (what === 'removed') forgotten.add(build.id);
  });
  /** The client of BuildKit is loaded with the first look at the view. */
  const history = () => import('../../engine/buildkit/engineHistory.ts');
  const engine = createEngineBuilds({
    current,
    open: async (...asked) => (await history()).openHistory(...asked),
    async *status(ref, signal) {
      const { pastBuildStatus } = await history();
      yield* pastBuildStatus(await current.client(signal), ref, signal);
    },
    isOwn: (ref) => builds.get(ref) !== undefined || forgotten.has(ref),
    report,
  });
  return { ...engine, get: (id) => (forgotten.has(id) ? undefined : engine.get(id)) };
}
