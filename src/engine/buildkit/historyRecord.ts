import { withoutSignIns } from '../../util/signIns.ts';
import type { BuildFailure } from '../builds/model.ts';
import { buildFailure } from './failure.ts';
import { code, GrpcError } from './grpc/status.ts';
import type { BuildHistoryRecord } from './proto/control_pb.ts';
import { milliseconds } from './updates.ts';

/** A build that the engine remembers, whoever asked for it. Times are milliseconds since the epoch. */
export interface PastBuild {
  /** What it is asked for by. */
  readonly ref: string;
  /** Attributes of the frontend; of build arguments, labels and secrets only the names. */
  readonly attrs: Readonly<Record<string, string>>;
  /** Names of build arguments. */
  readonly buildArgs: readonly string[];
  /** References that the image got, by engines that tell: Docker's own exporter leaves them out. */
  readonly tags: readonly string[];
  /** `sha256:…`, of the image that came of it, by engines that tell. */
  readonly image?: string;
  readonly created: number;
  /** Absent while it runs. */
  readonly completed?: number;
  /** Why it failed. */
  readonly failure?: BuildFailure;
  readonly cancelled: boolean;
  readonly steps: { readonly total: number; readonly cached: number };
  readonly warnings: number;
  /** Whether the engine keeps it beyond its limits. */
  readonly pinned: boolean;
}

/** Attributes whose values are of the person's own choosing, and may be secret; as part of a name they are told. */
const VALUED = /^(build-arg|label|attest|secret):/;

/** @param record of ListenBuildHistory */
export function pastBuild(record: BuildHistoryRecord): PastBuild {
  const attrs = Object.entries(record.frontendAttrs);
  const completed = milliseconds(record.completedAt);
  const { error } = record;
  const image =
    record.exporterResponse['containerimage.config.digest'] ??
    record.exporterResponse['containerimage.digest'];
  const names = record.exporters.flatMap(({ attrs: { name = '' } }) => name.split(','));
  return {
    ref: record.ref,
    attrs: Object.fromEntries(
      attrs.map(([name, value]) => [name, VALUED.test(name) ? '' : withoutSignIns(value)]),
    ),
    buildArgs: attrs.flatMap(([name]) =>
      name.startsWith('build-arg:') ? [name.slice('build-arg:'.length)] : [],
    ),
    tags: [...new Set(names.map((name) => name.trim()))].filter(Boolean),
    ...(image && { image }),
    created: milliseconds(record.createdAt) ?? 0,
    ...(completed !== undefined && { completed }),
    ...(error?.message && {
      failure: buildFailure(
        new GrpcError(code.unknown, error.message),
        record.frontendAttrs['platform'],
      ),
    }),
    cancelled: error?.code === code.cancelled || /context canceled/.test(error?.message ?? ''),
    steps: { total: record.numTotalSteps, cached: record.numCachedSteps },
    warnings: record.numWarnings,
    pinned: record.pinned,
  };
}
