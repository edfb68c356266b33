import { ask } from '../../scripts/lib/process.ts';

const IMAGE = 'bench';
/** Two blocks of zeros: an archive without a file. Nothing is ever started from the image. */
const EMPTY_TAR = Buffer.alloc(1024);

/** What the benchmarks do to an engine, over its API and from this process: somebody else, as the editor sees it. */
export interface Containers {
  /** Creates containers until there are `count`; they are never started. */
  fill(count: number): Promise<void>;
  /** Creates one container. Returns the milliseconds since the epoch at which the engine answered. */
  create(name: string): Promise<number>;
  remove(name: string): Promise<void>;
}

/** @param socket path of the engine's unix socket. Every call throws Error when the engine refuses. */
export function containersOf(socket: string): Containers {
  const state = { count: 0 };

  const call = async (method: string, path: string, json?: unknown): Promise<void> => {
    const data = Buffer.from(json === undefined ? '' : JSON.stringify(json));
    const { status, body } = await ask(socket, method, path, { type: 'application/json', data });
    if (status >= 300) throw new Error(`${method} ${path} gave ${status}: ${body}`);
  };

  const create = (name: string): Promise<void> =>
    call('POST', `/containers/create?name=${name}`, { Image: IMAGE, Cmd: ['true'] });

  return {
    async fill(count) {
      if (state.count === 0) {
        const path = `/images/create?fromSrc=-&repo=${IMAGE}&tag=latest`;
        const body = { type: 'application/x-tar', data: EMPTY_TAR };
        const answer = await ask(socket, 'POST', path, body);
        if (answer.status !== 200) throw new Error(`no image could be made: ${answer.body}`);
      }
      const worker = async (): Promise<void> => {
        while (state.count < count) {
          state.count += 1;
          await create(`app-${String(state.count).padStart(4, '0')}`);
        }
      };
      await Promise.all([worker(), worker(), worker(), worker()]);
    },
    async create(name) {
      await create(name);
      return Date.now();
    },
    remove: (name) => call('DELETE', `/containers/${name}?force=1`),
  };
}
