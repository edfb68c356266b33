import { fromBinary } from '@bufbuild/protobuf';
import { percentDecoded } from '../../../util/percentDecoded.ts';
import { StatusSchema } from '../proto/common_pb.ts';

/** Something that a failure says beside its words, as the engine packed it (google.protobuf.Any). */
export interface GrpcDetail {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** Why a gRPC call failed (google.rpc.Status): one of {@link code}, words, and details. */
export class GrpcError extends Error {
  readonly code: number;
  readonly details: readonly GrpcDetail[];
  /** As an answer of ours it tells the builder how to go on, and nobody of anything wrong. */
  readonly isOrdinary: boolean;

  constructor(
    code: number,
    message: string,
    details: readonly GrpcDetail[] = [],
    isOrdinary = ORDINARY.has(code),
  ) {
    super(message);
    this.name = 'GrpcError';
    this.code = code;
    this.details = details;
    this.isOrdinary = isOrdinary;
  }
}

/** The codes of gRPC that are met here. */
export const code = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const ORDINARY: ReadonlySet<number> = new Set([code.unimplemented, code.alreadyExists]);

type Headers = Readonly<Record<string, string | readonly string[] | number | undefined>>;

/**
 * What the trailers of a call say of its end: nothing when it went well.
 * @param trailers those of a response, or its headers when it has nothing else (gRPC over HTTP/2, "Trailers-Only")
 * @returns undefined, too, where they don't hold a status
 */
export function statusOf(trailers: Headers): GrpcError | 'ok' | undefined {
  const status = trailers['grpc-status'];
  if (status === undefined) return undefined;
  const number = Number(status);
  if (number === code.ok) return 'ok';
  return new GrpcError(
    number,
    percentDecoded(String(trailers['grpc-message'] ?? '')),
    detailsOf(trailers),
  );
}

/** Characters of a message that we send: encoded they stay below 64 KiB, the longest header that HTTP/2 has here. */
const LONGEST = 6000;

/** The status of a call of ours as trailers. */
export function trailersOf(error: GrpcError | undefined): Record<string, string> {
  if (!error) return { 'grpc-status': '0' };
  // Percent-encoding of everything is allowed, and leaves no byte that HTTP/2 would refuse.
  return {
    'grpc-status': String(error.code),
    'grpc-message': encodeURIComponent(
      error.message.slice(0, LONGEST).replace(/\p{Surrogate}/gu, '\ufffd'),
    ),
  };
}

function detailsOf(trailers: Headers): GrpcDetail[] {
  const packed = trailers['grpc-status-details-bin'];
  if (packed === undefined) return [];
  try {
    return fromBinary(StatusSchema, Buffer.from(String(packed), 'base64')).details;
  } catch {
    // Details only add to the message, which is there.
    return [];
  }
}
