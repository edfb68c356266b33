import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { packet } from '../files/packet.ts';
import type { Exchange, Services } from '../grpc/exchange.ts';
import { PacketSchema } from '../proto/session_pb.ts';

/** Texts by the name of a file, for each folder by the name that the builder asks for it with. */
export type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Serves texts in place of files (moby.filesync.v1.FileSync, DiffCopy): for questions that need a Dockerfile and
 * .dockerignore and no other file. Folders that aren't among them are empty.
 */
export function textServices(texts: Texts): Services {
  return {
    '/moby.filesync.v1.FileSync/DiffCopy': (exchange) => {
      const [dir = ''] = exchange.metadata.get('dir-name') ?? [];
      return serve(exchange, Object.hasOwn(texts, dir) ? (texts[dir] ?? {}) : {});
    },
  };
}

async function serve(
  { messages, send }: Exchange,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  const files = Object.entries(texts)
    .map(([name, text]) => ({ name, data: Buffer.from(text) }))
    // By their bytes.
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const encode = (init: MessageInitShape<typeof PacketSchema>) =>
    toBinary(PacketSchema, create(PacketSchema, init));
  // A text is never taken for what was sent under its name before.
  const modTime = BigInt(Date.now()) * 1_000_000n;
  const stats = files.map(({ name, data }) => ({
    type: packet.stat,
    stat: { path: name, mode: 0o644, size: BigInt(data.length), modTime },
  }));
  await send(...stats.map(encode), encode({ type: packet.stat }));
  for await (const bytes of messages) {
    const { type, id } = fromBinary(PacketSchema, bytes);
    if (type === packet.finished) return send(encode({ type: packet.finished }));
    const file = type === packet.request ? files[id] : undefined;
    if (!file) continue;
    // An empty one ends the file.
    const data = file.data.length ? [encode({ type: packet.data, id, data: file.data })] : [];
    await send(...data, encode({ type: packet.data, id }));
  }
}
