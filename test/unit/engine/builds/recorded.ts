import { readFileSync } from 'node:fs';
import type {
  BuildRequest,
  LogUpdate,
  StatusUpdate,
  StepUpdate,
} from '../../../../src/engine/builds/model.ts';
import { failureWords } from '../../../../src/engine/buildkit/failureWords.ts';
import { createBuildRecord } from '../../../../src/engine/builds/record.ts';
import type { BuildRecord, RecordOptions } from '../../../../src/engine/builds/record.ts';

/** What real engines told of a build: BuildKit of Docker 20.10 ("old") and of Docker 26.1 ("new"). */
interface Recorded {
  readonly dockerfile: string;
  readonly error?: string;
  readonly updates: readonly (StatusUpdate & { readonly at: number })[];
}

export type RecordedName =
  | `${'old' | 'new'}-${'main' | 'again' | 'one' | 'fail'}`
  | 'new-changed'
  | 'new-arg';

export function recorded(name: RecordedName): Recorded {
  const text = readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text, (key, value: unknown) =>
    key === 'data' ? new Uint8Array(Buffer.from(value as string, 'base64')) : value,
  ) as Recorded;
}

export const request: BuildRequest = {
  dockerfile: '/ws/Dockerfile',
  context: '/ws',
  tags: ['app:dev'],
  buildArgs: [],
  platforms: [],
  secrets: [],
};

/** The record of a recorded build, as if it were under way, up to its end. */
export function replay(name: RecordedName, options: RecordOptions = {}): BuildRecord {
  const { dockerfile, error, updates } = recorded(name);
  let at = updates[0]?.at ?? 0;
  const record = createBuildRecord(name, request, {
    dockerfile,
    now: () => at,
    ...options,
  });
  for (const update of updates) {
    ({ at } = update);
    record.update(update);
  }
  if (error === undefined) record.finish({ state: 'completed', image: 'sha256:1234' });
  else record.finish({ state: 'failed', failure: failureWords(error) });
  return record;
}

export const NOTHING: StatusUpdate = { steps: [], transfers: [], logs: [], warnings: [] };

/** An update about one step. */
export function told(id: string, more: Partial<StepUpdate> = {}): StatusUpdate {
  const step = {
    id,
    name: id,
    inputs: [],
    cached: false,
    started: undefined,
    completed: undefined,
    error: undefined,
  };
  return { ...NOTHING, steps: [{ ...step, ...more }] };
}

export function wrote(step: string, data: string | Uint8Array, more: Partial<LogUpdate> = {}) {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const log: LogUpdate = { step, time: 1000, stream: 'stdout', data: bytes, ...more };
  return { ...NOTHING, logs: [log] };
}
