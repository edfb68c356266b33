import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import tar from 'tar-stream';
import { staticBusybox } from '../../../scripts/lib/busybox.ts';
import { eventually } from '../pages/wait.ts';

/** Any JSON that the engine answers; tests say which part of it they mean. */
// oxlint-disable-next-line typescript/no-explicit-any -- Tests read single fields of answers whose shape is the engine's.
export type Json = any;

/** An engine asked over its socket, without the code under test. */
export interface RawEngine {
  /** Parsed answer of a call. @throws Error on 4xx and 5xx. */
  api(method: string, path: string, body?: unknown): Promise<Json>;
  /** What an inspection of `path` answers, undefined where there is nothing of that name. */
  look(path: string): Promise<Json>;
  /** Makes `busybox:1.35` with the applets that tests use, unless it is there. */
  base(): Promise<void>;
  /** Makes an image of one program of busybox and nothing else: no shell. */
  shellless(reference: string): Promise<void>;
  /** Makes an image of 48 MB that no compression makes smaller. */
  bulky(reference: string): Promise<void>;
  /** Creates and starts a container from `busybox:1.35` (unless told otherwise), and returns its id. */
  run(name: string, command: readonly string[], more?: Json): Promise<string>;
  create(name: string, command: readonly string[], more?: Json): Promise<string>;
  state(name: string): Promise<string | undefined>;
  /** Removes all containers, images, networks and volumes. */
  clear(): Promise<void>;
}

const APPLETS = [
  'sh',
  'ash',
  'cat',
  'ls',
  'sleep',
  'stty',
  'date',
  'seq',
  'nc',
  'id',
  'dd',
  'true',
];

/** The address of the bed's engine. */
export function bedEngine(): string {
  const url = process.env['STEVEDORE_TEST_ENGINE'];
  if (url === undefined) throw new Error('STEVEDORE_TEST_ENGINE is not set');
  return url;
}

async function archive(entries: readonly (readonly [string, Buffer | string])[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const [name, content] of entries) {
    if (typeof content === 'string') pack.entry({ name, type: 'symlink', linkname: content });
    else pack.entry({ name, mode: 0o755 }, content);
  }
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A raw client of the engine at a `unix://` address, the bed's unless another is given. */
export function rawEngine(url: string = bedEngine()): RawEngine {
  const socketPath = url.replace('unix://', '');
  const call = (method: string, path: string, body?: unknown) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const raw = body instanceof Buffer;
      const headers = { 'content-type': raw ? 'application/x-tar' : 'application/json' };
      const sent = request({ socketPath, method, path, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(raw ? body : body === undefined ? undefined : JSON.stringify(body));
    });
  const parse = (text: string): Json => {
    try {
      return JSON.parse(text);
    } catch {
      // A progress stream is many objects; the text says as much as tests need.
      return text;
    }
  };
  const api: RawEngine['api'] = async (method, path, body) => {
    const { status, text } = await call(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
    return parse(text);
  };
  const look: RawEngine['look'] = async (path) => {
    const { status, text } = await call('GET', path);
    if (status === 404) return undefined;
    if (status >= 400) throw new Error(`GET ${path}: ${status} ${text}`);
    return parse(text);
  };
  const make = async (reference: string, content: Buffer, command: readonly string[]) => {
    const [repo = '', tag = 'latest'] = reference.split(/:(?!.*\/)/);
    const changes = `CMD ${JSON.stringify(command)}`;
    const query = new URLSearchParams({ fromSrc: '-', repo, tag, changes });
    await api('POST', `/images/create?${query.toString()}`, content);
  };
  const create: RawEngine['create'] = async (name, command, more = {}) => {
    const { Id } = await api('POST', `/containers/create?name=${encodeURIComponent(name)}`, {
      Image: 'busybox:1.35',
      Cmd: command,
      // The main process of a container ignores SIGTERM, and stopping it would take ten seconds.
      StopSignal: 'SIGKILL',
      ...more,
    });
    return Id;
  };
  return {
    api,
    look,
    async base() {
      if (await look('/images/busybox:1.35/json')) return;
      const program = await readFile(await staticBusybox());
      const links = APPLETS.map((name) => [`bin/${name}`, 'busybox'] as const);
      await make('busybox:1.35', await archive([['bin/busybox', program], ...links]), ['sh']);
    },
    async shellless(reference) {
      const program = await readFile(await staticBusybox());
      await make(reference, await archive([['sleep', program]]), ['/sleep', '100000']);
    },
    async bulky(reference) {
      await make(reference, await archive([['bulk', randomBytes(48_000_000)]]), ['/bulk']);
    },
    create,
    async run(name, command, more) {
      const id = await create(name, command, more);
      await api('POST', `/containers/${id}/start`);
      return id;
    },
    state: async (name) => (await look(`/containers/${name}/json`))?.State.Status,
    async clear() {
      // Those that the extension makes for files, and those that are removed on exit, may go at the same moment.
      await eventually('no container', async () => {
        const all: Json[] = await api('GET', '/containers/json?all=1');
        await Promise.all(all.map(({ Id }) => api('DELETE', `/containers/${Id}?force=1&v=1`)));
        return all.length === 0;
      });
      const images: Json[] = await api('GET', '/images/json');
      for (const { Id } of images) await call('DELETE', `/images/${Id}?force=1`);
      await api('POST', '/networks/prune');
      const { Volumes } = await api('GET', '/volumes');
      for (const { Name } of (Volumes as Json[] | null) ?? [])
        await api('DELETE', `/volumes/${Name}`);
    },
  };
}
