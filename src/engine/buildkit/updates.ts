import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { withoutSignIns } from '../../util/signIns.ts';
import type { BuildWarning, StatusUpdate } from '../builds/model.ts';
import type { Range } from './proto/common_pb.ts';
import type { StatusResponse, VertexWarning } from './proto/control_pb.ts';

/** Milliseconds since the epoch, with fractions. */
export function milliseconds(time: Timestamp | undefined): number | undefined {
  return time && Number(time.seconds) * 1000 + time.nanos / 1e6;
}

/** What the builder tells in Control.Status, as plain data. Older ones don't take passwords out of addresses. */
export function statusUpdate(response: StatusResponse): StatusUpdate {
  return {
    steps: response.vertexes.map((vertex) => ({
      id: vertex.digest,
      name: withoutSignIns(vertex.name),
      inputs: vertex.inputs,
      cached: vertex.cached,
      started: milliseconds(vertex.started),
      completed: milliseconds(vertex.completed),
      error: withoutSignIns(vertex.error) || undefined,
      group: vertex.progressGroup && {
        id: vertex.progressGroup.id,
        name: withoutSignIns(vertex.progressGroup.name),
      },
    })),
    transfers: response.statuses.map((status) => {
      const started = milliseconds(status.started);
      const completed = milliseconds(status.completed);
      return {
        step: status.vertex,
        id: withoutSignIns(status.id),
        current: Number(status.current),
        total: Number(status.total),
        ...(started !== undefined && { started }),
        ...(completed !== undefined && { completed }),
      };
    }),
    logs: response.logs.map((log) => ({
      step: log.vertex,
      time: milliseconds(log.timestamp) ?? 0,
      stream: log.stream === 2 ? 'stderr' : 'stdout',
      data: log.msg,
    })),
    warnings: response.warnings.map(warning),
  };
}

/** First and last line, from 1; undefined where the builder names none. */
export function linesOf(ranges: readonly Range[]): readonly [number, number] | undefined {
  const first = Math.min(...ranges.map(({ start }) => start?.line ?? Infinity));
  const last = Math.max(
    ...ranges.map(({ start, end }) => Math.max(end?.line ?? 0, start?.line ?? 0)),
  );
  return Number.isFinite(first) && first > 0 ? [first, Math.max(first, last)] : undefined;
}

function warning({ short, detail, url, ranges }: VertexWarning): BuildWarning {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
  const lines = linesOf(ranges);
  return {
    message: text(short),
    detail: detail.map(text),
    ...(url && { url }),
    ...(lines && { lines }),
  };
}
