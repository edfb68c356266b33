import { once } from 'node:events';
import { fork, spawn } from 'node:child_process';
import Dockerode from 'dockerode';
import { ensureHost } from '../../../scripts/lib/host.ts';
import { run } from '../../../scripts/lib/run.ts';
import { bundleOf } from '../bundled.ts';

/** What one build by Stevedore took and sent. */
export interface OwnBuild {
  readonly ms: number;
  /** Of files' contents. */
  readonly bytes: number;
  readonly files: number;
  /** Resident memory of the process at its highest, beyond what it had before: bytes. */
  readonly memory: number;
}

/** A way to build a context into an image of a name. Resolves with the milliseconds that it took. */
export type Method = (context: string, tag: string) => Promise<number>;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** `docker buildx build` by the docker driver, whose builder is the engine's own, as a child process. */
export function buildx(host: string): Method {
  return (context, tag) =>
    timed(() =>
      run('docker', [
        '--host',
        host,
        'buildx',
        'build',
        '--builder',
        'default',
        '--progress',
        'plain',
        '-t',
        tag,
        context,
      ]),
    );
}

/** dockerode's build of a tar of the context, with BuildKit (`version: 2`): everything is sent each time. */
export function dockerode(socket: string): Method {
  const docker = new Dockerode({ socketPath: socket });
  return (context, tag) =>
    timed(async () => {
      const tar = spawn('tar', ['-C', context, '-c', '.'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const stream = await docker.buildImage(tar.stdout, { t: tag, version: '2' });
      await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(stream, (error, output: { error?: string }[] | null) => {
          const failed = output?.find((line) => line.error);
          if (error ?? failed) reject(error ?? new Error(failed?.error));
          else resolve();
        });
      });
    });
}

/**
 * Stevedore's own, in a process that stays, as the extension host does, is connected already, and has the same Node.js: that of
 * the editor.
 */
export async function stevedore(host: string) {
  const walker = new URL('../../../dist/walker.cjs', import.meta.url);
  const { node } = await ensureHost();
  const child = fork(await bundleOf('build/own'), [host, walker.href], {
    execPath: node,
    execArgv: ['--expose-gc'],
  });
  await once(child, 'message');
  return {
    build: async (context: string, tag: string): Promise<OwnBuild> => {
      child.send({ context, tag });
      const [answer] = (await once(child, 'message')) as [OwnBuild | { error: string }];
      if ('error' in answer) throw new Error(answer.error);
      return answer;
    },
    end: () => child.kill(),
  };
}
