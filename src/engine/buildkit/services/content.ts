import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { EngineError } from '../../errors.ts';
import type { BlobDraft, Blobs } from '../content/blobs.ts';
import { parseDigest } from '../content/digest.ts';
import type { Exchange, Service, Services } from '../grpc/exchange.ts';
import { code, GrpcError } from '../grpc/status.ts';
import { unary } from '../grpc/unary.ts';
import { EmptySchema } from '../proto/common_pb.ts';
import {
  AbortRequestSchema,
  InfoRequestSchema,
  InfoResponseSchema,
  ReadContentRequestSchema,
  ReadContentResponseSchema,
  WriteContentRequestSchema,
  WriteContentResponseSchema,
} from '../proto/content_pb.ts';
import type { WriteContentRequest } from '../proto/content_pb.ts';

/** A folder of content that a build may read, and may write where it says so. */
export interface ContentStore {
  readonly blobs: Blobs;
  readonly writable: boolean;
  /** A cache: the builder goes on without what can't be read of it. */
  readonly isCache: boolean;
}

/** By which of our stores a call is about (moby/buildkit, session/content). */
const STORE = 'buildkit-attachable-store-id';

/** What a message of a write asks for. */
const action = { stat: 0, write: 1, commit: 2 } as const;

/**
 * Serves folders of content to the builder: caches in folders, and named contexts that are OCI layouts
 * (containerd.services.content.v1.Content; what no build asks for, such as listing and deleting, is not served).
 * @param stores by the id that the builder asks with
 * @param onFailure told why a folder could not be read or written: an error that names the file; `passedOver` where the build
 *   goes on without
 */
export function contentServices(
  stores: ReadonlyMap<string, ContentStore>,
  onFailure: (error: EngineError, passedOver: boolean) => void,
): Services {
  if (stores.size === 0) return {};
  /** Writes under way, by store and name: one at a time for each. */
  const writing = new Set<string>();

  const storeOf = ({ metadata }: Pick<Exchange, 'metadata'>): ContentStore => {
    const [id = ''] = metadata.get(STORE) ?? [];
    const store = stores.get(id);
    if (store) return store;
    throw new GrpcError(code.notFound, `the build was given no folder ${id}`);
  };

  const told =
    (service: Service, isWrite = false): Service =>
    async (exchange) => {
      try {
        await service(exchange);
      } catch (error) {
        if (error instanceof EngineError) onFailure(error, !isWrite && storeOf(exchange).isCache);
        throw error;
      }
    };

  const info: Service = (exchange) =>
    unary(InfoRequestSchema, InfoResponseSchema, async ({ digest }) => {
      const found = await storeOf(exchange).blobs.info(valid(digest));
      if (!found) throw new GrpcError(code.notFound, `content ${digest}: not found`);
      const { size, created, modified } = found;
      const times = {
        createdAt: timestampFromDate(created),
        updatedAt: timestampFromDate(modified),
      };
      return { info: { digest, size: BigInt(size), ...times } };
    })(exchange);

  const read: Service = async (exchange) => {
    const { blobs } = storeOf(exchange);
    for await (const bytes of exchange.messages) {
      const { digest, offset, size } = fromBinary(ReadContentRequestSchema, bytes);
      const found = await blobs.info(valid(digest));
      if (!found) throw new GrpcError(code.notFound, `content ${digest}: not found`);
      const from = Math.max(0, Number(offset));
      if (from > found.size)
        throw new GrpcError(code.outOfRange, `content ${digest} has ${found.size} bytes only`);
      const length = size > 0n ? Number(size) : Infinity;
      let sent = 0;
      for await (const data of blobs.read(digest, from, length)) {
        const message = { offset: BigInt(sent), data };
        await exchange.send(
          toBinary(ReadContentResponseSchema, create(ReadContentResponseSchema, message)),
        );
        sent += data.length;
      }
      return;
    }
  };

  const write: Service = async (exchange) => {
    const { blobs, writable } = storeOf(exchange);
    if (!writable) throw new GrpcError(code.permissionDenied, 'this folder is only read');
    let key: string | undefined;
    let draft: BlobDraft | undefined;
    try {
      for await (const bytes of exchange.messages) {
        const request = fromBinary(WriteContentRequestSchema, bytes);
        if (!draft) {
          const wanted = JSON.stringify([blobs.root, request.ref]);
          if (request.ref === '') throw new GrpcError(code.invalidArgument, 'a write has no name');
          // Whoever asks waits and asks again.
          if (writing.has(wanted))
            throw new GrpcError(code.unavailable, `${request.ref} is being written`);
          writing.add((key = wanted));
          draft = await blobs.draft();
        }
        await refuseKnown(blobs, request);
        const answer = await take(draft, request);
        await exchange.send(
          toBinary(WriteContentResponseSchema, create(WriteContentResponseSchema, answer)),
        );
        if (request.action === action.commit) return;
      }
    } finally {
      await draft?.discard();
      if (key !== undefined) writing.delete(key);
    }
  };

  return {
    [`${CONTENT}/Info`]: told(info),
    [`${CONTENT}/Read`]: told(read),
    [`${CONTENT}/Write`]: told(write, true),
    // What isn't completed is gone with its call.
    [`${CONTENT}/Abort`]: unary(AbortRequestSchema, EmptySchema, async () => ({})),
  };
}

const CONTENT = '/containerd.services.content.v1.Content';

function valid(digest: string): string {
  if (parseDigest(digest)) return digest;
  throw new GrpcError(code.invalidArgument, `“${digest.slice(0, 100)}” is no digest`);
}

/** Whoever is about to write what is there already goes on by this. A blob of another size is not whole. */
async function refuseKnown(
  blobs: Blobs,
  { expected, total }: Pick<WriteContentRequest, 'expected' | 'total'>,
): Promise<void> {
  if (expected === '') return;
  const found = await blobs.info(valid(expected));
  if (found && (total <= 0n || BigInt(found.size) === total))
    throw new GrpcError(code.alreadyExists, `content ${expected}: already exists`);
}

/** Does what a message says to a blob, and says how far it is. */
async function take(
  draft: BlobDraft,
  request: WriteContentRequest,
): Promise<MessageInitShape<typeof WriteContentResponseSchema>> {
  if (request.action !== action.stat) {
    const offset = Number(request.offset);
    if (offset === 0 && draft.size() > 0) await draft.empty();
    if (offset !== draft.size())
      throw new GrpcError(code.outOfRange, `${draft.size()} bytes are written, not ${offset}`);
    await draft.write(request.data);
    if (request.action === action.commit) await commit(draft, request);
  }
  return {
    action: request.action,
    startedAt: timestampFromDate(draft.started),
    updatedAt: timestampFromDate(new Date()),
    offset: BigInt(draft.size()),
    total: request.total,
    digest: draft.digest(),
  };
}

async function commit(
  draft: BlobDraft,
  { total, expected }: Pick<WriteContentRequest, 'total' | 'expected'>,
): Promise<void> {
  const size = draft.size();
  if (total > 0n && BigInt(size) !== total)
    throw new GrpcError(code.failedPrecondition, `${size} bytes came, and not ${total}`);
  if (expected !== '' && draft.digest() !== expected)
    throw new GrpcError(
      code.failedPrecondition,
      `the bytes that came are ${draft.digest()}, and not ${expected}`,
    );
  await draft.complete();
}
