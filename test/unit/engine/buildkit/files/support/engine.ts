import {
  isRegular,
  packet,
  readPacket,
  smallPacket,
} from '../../../../../../src/engine/buildkit/files/packet.ts';
import type { Stat } from '../../../../../../src/engine/buildkit/files/packet.ts';
import type { Services } from '../../../../../../src/engine/buildkit/grpc/exchange.ts';
import { exchangePair } from './pair.ts';

export interface Received {
  readonly stats: readonly Stat[];
  /** Contents by path, of those that were asked for. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

export interface AskOptions {
  /** Which regular files are asked for. Default: all that are no further names of others. */
  readonly want?: (stat: Stat) => boolean;
  /** Called when the list is complete, before files are asked for. */
  readonly listed?: () => Promise<void> | void;
  readonly metadata?: Readonly<Record<string, readonly string[]>>;
}

/** Asks for files as an engine does: takes the list, asks for files, ends. Rejects with what the service threw. */
export async function askFiles(
  services: Services,
  folder: string,
  options: AskOptions = {},
): Promise<Received> {
  const pair = exchangePair({ 'dir-name': [folder], ...options.metadata });
  const service = services['/moby.filesync.v1.FileSync/DiffCopy'];
  if (!service) throw new Error('there is no such service');
  const served = service(pair.ours).finally(() => pair.endOurs());
  served.catch(() => {});
  const stats: Stat[] = [];
  const chunks = new Map<number, Buffer[]>();
  const open = new Set<number>();
  let error: string | undefined;
  let complete = false;
  const wanted = options.want ?? ((stat: Stat) => stat.linkname === '');
  for await (const message of pair.theirs.messages) {
    const { type, id, stat, data } = readPacket(message);
    if (type === packet.stat && stat) stats.push(stat);
    else if (type === packet.stat) {
      complete = true;
      await options.listed?.();
      for (const [index, entry] of stats.entries()) {
        if (!isRegular(entry.mode) || !wanted(entry)) continue;
        open.add(index);
        chunks.set(index, []);
      }
      for (const index of open) await pair.theirs.send(smallPacket(packet.request, { id: index }));
    } else if (type === packet.data && data.length > 0) chunks.get(id)?.push(Buffer.from(data));
    else if (type === packet.data) open.delete(id);
    else if (type === packet.error) error = Buffer.from(data).toString();
    else if (type === packet.finished) break;
    if (complete && open.size === 0) {
      complete = false;
      await pair.theirs.send(smallPacket(packet.finished));
    }
  }
  await served;
  if (error !== undefined) throw new Error(`told, but not thrown: ${error}`);
  return {
    stats,
    contents: new Map(
      [...chunks].map(([index, parts]) => [stats[index]?.path ?? '', Buffer.concat(parts)]),
    ),
  };
}
