import type { CancellationToken, Connection } from 'vscode-languageserver/node';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type {
  ImageFacts,
  ImagesAnswer,
  ImagesFrom,
  ImagesRequest,
} from '../../../util/imageRequest.ts';
import { IMAGES } from '../../../util/imageRequest.ts';
import type { Runtime } from '../runtime.ts';

export interface Images {
  /** Whether the client answers at all. */
  readonly available: () => boolean;
  /**
   * What the client knows of images. Never rejects. Waits for `waitMs` at most: the answer is `late` then, and at hand
   * when the same is asked again. When everyone who waits has cancelled, the client is told so.
   */
  ask(request: ImagesRequest, token: CancellationToken, waitMs: number): Promise<Answer>;
  /** Forgets what the engine has told. */
  forgetEngine(): void;
}

export interface Answer extends ImagesAnswer {
  readonly late: boolean;
}

interface Entry {
  readonly from: ImagesFrom;
  readonly answer: Promise<ImagesAnswer>;
  readonly source: CancellationTokenSource;
  waiting: number;
  settled: boolean;
  /** Milliseconds since the epoch from which on it is asked for anew. */
  until: number;
}

const NOTHING: ImagesAnswer = { images: [], complete: true };
/** Longest time that the client may take, in milliseconds. */
const LIMIT = 10_000;
/** How long an answer holds, in milliseconds: the engine's images change as one works, registries seldom. */
const FRESH: Readonly<Record<ImagesFrom, number>> = { engine: 5_000, registries: 300_000 };
/** How long a failure is not tried again. */
const REST = 30_000;
const MOST_ENTRIES = 200;

/** Asks the client about images and remembers its answers. */
export function createImages(
  connection: Pick<Connection, 'sendRequest'>,
  available: () => boolean,
  { setTimeout, clearTimeout }: Runtime,
  log: (context: string, error: unknown) => void,
): Images {
  const entries = new Map<string, Entry>();

  const send = (key: string, request: ImagesRequest): Entry => {
    const source = new CancellationTokenSource();
    const limit = setTimeout(() => source.cancel(), LIMIT);
    const answer = connection
      .sendRequest<unknown>(IMAGES, request, source.token)
      .then(readAnswer)
      .catch((error: unknown) => {
        entry.until = Date.now() + REST;
        if (!source.token.isCancellationRequested) log(IMAGES, error);
        return NOTHING;
      })
      .finally(() => {
        entry.settled = true;
        clearTimeout(limit);
      });
    const entry: Entry = {
      from: request.from,
      answer,
      source,
      waiting: 0,
      settled: false,
      until: Date.now() + FRESH[request.from],
    };
    entries.delete(key);
    entries.set(key, entry);
    const oldest = entries.keys().next().value;
    if (entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
    return entry;
  };

  return {
    available,
    forgetEngine() {
      for (const [key, { from }] of entries) if (from === 'engine') entries.delete(key);
    },
    async ask(request, token, waitMs) {
      if (!available() || token.isCancellationRequested) return { ...NOTHING, late: false };
      const key = JSON.stringify(request);
      const known = entries.get(key);
      const entry = known && known.until > Date.now() ? known : send(key, request);
      entry.waiting++;
      const cancelled = token.onCancellationRequested(() => {
        if (--entry.waiting > 0 || entry.settled) return;
        entry.source.cancel();
        if (entries.get(key) === entry) entries.delete(key);
      });
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<undefined>((done) => {
        timer = setTimeout(() => done(undefined), waitMs);
      });
      const answer = await Promise.race([entry.answer, tooLate]);
      if (timer) clearTimeout(timer);
      cancelled.dispose();
      // One who has gone without cancelling counts on, so that the answer arrives for the next time.
      if (answer) entry.waiting--;
      return answer ? { ...answer, late: false } : { ...NOTHING, late: true };
    },
  };
}

/** Takes only what is of the right type: another client than ours may answer. */
function readAnswer(value: unknown): ImagesAnswer {
  const { images, complete } = record(value);
  return {
    images: Array.isArray(images) ? images.flatMap(readFacts) : [],
    complete: complete !== false,
  };
}

function readFacts(value: unknown): ImageFacts[] {
  const { name, description, digest, digests, size, created, platforms, variables } = record(value);
  const { workdir, shell } = record(value);
  if (typeof name !== 'string') return [];
  return [
    {
      name,
      ...(typeof description === 'string' ? { description } : {}),
      ...(typeof digest === 'string' ? { digest } : {}),
      ...(Array.isArray(digests) ? { digests: digests.filter(isText) } : {}),
      ...(typeof size === 'number' ? { size } : {}),
      ...(typeof created === 'number' ? { created } : {}),
      ...(Array.isArray(platforms) ? { platforms: platforms.filter(isText) } : {}),
      ...(Array.isArray(variables) ? { variables: variables.filter(isText) } : {}),
      ...(workdir === true ? { workdir } : {}),
      ...(shell === true ? { shell } : {}),
    },
  ];
}

const isText = (value: unknown): value is string => typeof value === 'string';

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
