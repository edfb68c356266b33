import type { Disposable } from '../../util/emitter.ts';
import type { EngineBuilds } from './engineBuilds.ts';

/**
 * Watches a build that the engine remembers, with its steps: once it is known to have ended they are read, and kept.
 * @param onProblem told in a sentence why they can't be read, and undefined once they can
 */
export function watchWhole(
  engine: Pick<EngineBuilds, 'get' | 'load' | 'onDidChange' | 'watch'>,
  id: string,
  onProblem: (problem: string | undefined) => void,
): Disposable {
  const controller = new AbortController();
  const { signal } = controller;
  let reading = false;

  async function read(): Promise<void> {
    const build = engine.get(id);
    if (reading || !build || build.state === 'running') return;
    reading = true;
    let problem: string | undefined;
    try {
      await engine.load(id, signal);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    reading = false;
    if (!signal.aborted) onProblem(problem);
  }

  const watching = engine.watch(id);
  // It is told of again with each new connection, so what broke off is tried once more.
  const subscription = engine.onDidChange((ids) => {
    if (ids.includes(id)) void read();
  });
  void read();
  return {
    dispose() {
      controller.abort();
      subscription.dispose();
      watching.dispose();
    },
  };
}
