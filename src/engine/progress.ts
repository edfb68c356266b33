import { commandEnd } from './builds/commandEnd.ts';
import { EngineError } from './errors.ts';
import type { Reason } from './errors.ts';
import { isRaw, readFields } from './mapping/reader.ts';
import type { Raw } from './mapping/reader.ts';
import { ndjson } from './ndjson.ts';

export interface LayerProgress {
  readonly id: string;
  /** The engine's words: `Downloading`, `Extracting`, `Pushed`, `Layer already exists` … */
  readonly status: string;
  /** Bytes of the present step, where the engine counts them. */
  readonly current: number | undefined;
  readonly total: number | undefined;
  /** Nothing more happens to this layer. */
  readonly done: boolean;
}

export interface TransferProgress {
  /** Every layer heard of, in the order of first mention. */
  readonly layers: readonly LayerProgress[];
  /** The one that this report is about. */
  readonly layer: LayerProgress | undefined;
  /** A line about the whole, such as `Status: Image is up to date`. */
  readonly message: string | undefined;
  /** Bytes transferred, and to be transferred, over all layers whose size is known. */
  readonly current: number;
  readonly total: number;
}

export interface TransferResult {
  /** Digest of what was pulled or pushed, when the engine told. */
  readonly digest: string | undefined;
  /** The lines about the whole. */
  readonly messages: readonly string[];
}

const finished =
  /^(Pull complete|Already exists|Pushed|Layer already exists|Mounted from|Download complete, but)/;

/** The digest of a pull; that of a push, which is told by this alone where containerd keeps the images. */
const TOLD = /^(?:Digest:|\S+: digest:) (\S+)(?: size: \d+)?$/;

/**
 * Follows the progress stream of a pull, push or load (Engine API: `POST /images/create`, `/images/{name}/push`,
 * `/images/load`). Resolves at its end. Throws the error that stands in the stream as an EngineError with the
 * registry's own words, 'not-an-engine' for garbage, or what the stream throws.
 */
export async function followTransfer(
  stream: AsyncIterable<Uint8Array>,
  onProgress: (progress: TransferProgress) => void = () => {},
): Promise<TransferResult> {
  const reader = createTransferReader();
  const messages: string[] = [];
  let digest: string | undefined;
  for await (const raw of progressLines(stream)) {
    digest = readFields(raw).inside('aux').text('Digest') || digest;
    const { progress, said } = reader.read(raw);
    if (!said) continue;
    if (progress.message !== undefined) messages.push(progress.message);
    digest ??= TOLD.exec(progress.message ?? '')?.[1];
    onProgress(progress);
  }
  return { digest, messages };
}

export interface TransferReader {
  /** The state after one more line; `said` is false for a line that says nothing about a transfer. */
  read(line: Raw): { readonly progress: TransferProgress; readonly said: boolean };
}

/** Adds up the lines of a progress stream. */
export function createTransferReader(): TransferReader {
  const layers = new Map<string, LayerProgress>();
  const sizes = new Map<string, { current: number; total: number }>();
  return {
    read(raw) {
      const reader = readFields(raw);
      const status = (reader.text('status') || reader.text('stream')).trimEnd();
      const id = reader.text('id');
      const detail = reader.inside('progressDetail');
      let layer: LayerProgress | undefined;
      if (status && id && !status.startsWith('Pulling from ')) {
        const total = detail.number('total');
        layer = {
          id,
          status,
          current: detail.number('current'),
          // -1 is the engine's way to say that it doesn't know.
          total: total !== undefined && total > 0 ? total : undefined,
          done: finished.test(status),
        };
        layers.set(id, layer);
        countBytes(sizes, layer);
      }
      const sum = [...sizes.values()];
      const progress = {
        layers: [...layers.values()],
        layer,
        message: layer || !status ? undefined : status,
        current: sum.reduce((bytes, size) => bytes + size.current, 0),
        total: sum.reduce((bytes, size) => bytes + size.total, 0),
      };
      return { progress, said: status !== '' };
    },
  };
}

/** Extracting counts the same bytes again: only what goes over the wire (or is loaded) is counted. */
function countBytes(sizes: Map<string, { current: number; total: number }>, layer: LayerProgress) {
  const known = sizes.get(layer.id);
  if (/^(Downloading|Pushing|Loading layer)/.test(layer.status)) {
    const current = layer.current ?? 0;
    // A layer may turn out larger than announced: what is written is the uncompressed size.
    sizes.set(layer.id, { current, total: Math.max(layer.total ?? current, current) });
  } else if (
    known &&
    (layer.done || /^(Download complete|Verifying|Extracting)/.test(layer.status))
  ) {
    sizes.set(layer.id, { current: known.total, total: known.total });
  }
}

/**
 * The objects of a progress stream. Throws an EngineError for one that reports an error, with the words it has, and
 * 'not-an-engine' for what is no JSON object.
 */
export async function* progressLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Raw> {
  for await (const line of ndjson(stream)) {
    if (!line.ok || !isRaw(line.value)) {
      throw new EngineError('not-an-engine', 'The progress that the engine reports is garbled.', {
        detail: line.ok ? JSON.stringify(line.value).slice(0, 500) : line.text,
      });
    }
    const reader = readFields(line.value);
    const detail = reader.inside('errorDetail');
    const message = (detail.text('message') || reader.text('error')).trim();
    if (message) throw progressError(message, detail.number('code'));
    yield line.value;
  }
}

/** The EngineError for an error that an engine passes on from a registry or a build, told apart by its words: there is nothing else. */
export function progressError(message: string, code?: number, cause?: unknown): EngineError {
  return new EngineError(reasonOf(message), message, {
    detail: code === undefined ? message : `${message} (code ${code})`,
    cause,
  });
}

/**
 * Gives the error of a call that reached a registry through the engine the reason that its words have: engines answer
 * such failures with 404 and 500 alike. Errors of the connection to the engine itself stay as they are.
 */
export function refineRegistryError(error: unknown): unknown {
  if (!(error instanceof EngineError) || error.status === undefined) return error;
  const reason = reasonOf(error.message);
  if (reason === 'server' || reason === error.reason) return error;
  return new EngineError(reason, error.message, {
    status: error.status,
    ...(error.detail !== undefined && { detail: error.detail }),
    cause: error,
  });
}

/** Only what a registry answered: the reasons of a missing engine would name the wrong remedy for a registry out of reach. */
const reasons: readonly (readonly [RegExp, Reason])[] = [
  [/toomanyrequests|too many requests|rate limit/i, 'rate-limited'],
  [/may require 'docker login'/i, 'unauthorized'],
  [
    /unauthorized|authentication required|no basic auth credentials|incorrect username or password|authorization failed|unable to retrieve auth token/i,
    'unauthorized',
  ],
  [/manifest unknown|name unknown|not found|does not exist|no such image/i, 'not-found'],
  [/denied|forbidden/i, 'forbidden'],
];

function reasonOf(message: string): Reason {
  // A failed step's command is quoted, and may hold any of these words.
  if (commandEnd(message)) return 'server';
  return reasons.find(([pattern]) => pattern.test(message))?.[1] ?? 'server';
}
