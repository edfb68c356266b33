import { BuildError } from './builds/buildError.ts';
import { EngineError } from './errors.ts';
import { podmanWords } from './podmanWords.ts';
import { readFields } from './mapping/reader.ts';
import type { Raw } from './mapping/reader.ts';
import { createTransferReader } from './progress.ts';
import type { TransferProgress } from './progress.ts';

/** What happens in a build. Steps count from 1. */
export type BuildEvent =
  /** As much of the context has been sent. */
  | { readonly type: 'context'; readonly files: number; readonly bytes: number }
  | {
      readonly type: 'step';
      /** Counted through all stages, and how many are known of so far. */
      readonly step: number;
      readonly total: number;
      readonly text: string;
      /** Number of the stage in the Dockerfile from 1, where the engine tells: it may leave some out. */
      readonly stage?: number;
    }
  /** The step is done; `cached` when its result was there already. */
  | { readonly type: 'done'; readonly step: number; readonly cached: boolean }
  /** Output of a step, cut anywhere; 0 before the first. */
  | { readonly type: 'log'; readonly step: number; readonly text: string }
  /** A base image is being pulled. */
  | { readonly type: 'pull'; readonly step: number; readonly progress: TransferProgress }
  | { readonly type: 'image'; readonly id: string }
  | { readonly type: 'error'; readonly step: number; readonly message: string };

export interface BuildReader {
  read(line: Raw): void;
  /** The error to throw for one that ended the stream: a failed step's says which. */
  failed(error: unknown): unknown;
  imageId(): string | undefined;
}

/** Makes events of the lines of the classic builder, Docker's (`Step 1/2 : FROM x`, ` ---> Using cache`) and Podman's (`STEP 1/2: FROM x`, `--> Using cache`). */
export function createBuildReader(onEvent: (event: BuildEvent) => void): BuildReader {
  let step = 0;
  let total = 0;
  /** The stage that the step is in, 0 where the engine doesn't tell, and how many steps there were before it. */
  let stage = 0;
  let before = 0;
  let text = '';
  let cached = false;
  let done = true;
  let image: string | undefined;
  /** Podman tells the id in full on a line by itself, before it tells its beginning as Docker does. */
  let full = '';
  let transfer = createTransferReader();

  function finish() {
    if (!done) onEvent({ type: 'done', step, cached });
    done = true;
  }

  /**
   * A step can print what looks like the next one's heading: only the number that is due counts. Podman counts in each
   * stage anew (`[2/3] STEP 1/4: …`), and counts the base's triggers once it has seen the base.
   */
  function heading(line: string): boolean {
    const match = /^(?:\[(\d+)\/\d+\] )?STEP (\d+)\/(\d+) ?: ([^]*)$/i.exec(line);
    if (!match) return false;
    const [, inStage = '0', number, of, words = ''] = match;
    const [at, index, most] = [Number(inStage), Number(number), Number(of)];
    const first = index === 1 && (step === 0 || at > stage);
    const next = at === stage && index === step - before + 1;
    if (!first && !(next && (most === total - before || (index === 2 && most > total - before))))
      return false;
    finish();
    if (first) before = step;
    stage = at;
    step++;
    total = before + most;
    text = words.trim();
    cached = false;
    done = false;
    transfer = createTransferReader();
    onEvent({ type: 'step', step, total, text, ...(stage > 0 && { stage }) });
    return true;
  }

  function output(line: string) {
    const trimmed = line.trim();
    if (heading(trimmed)) return;
    if (/^-+> Using cache\b/.test(trimmed)) cached = true;
    else if (/^-+> [0-9a-f]{12,64}$/.test(trimmed)) finish();
    else if (/^-+> Running in [0-9a-f]{12}$/.test(trimmed)) return;
    else if (/^Removing intermediate container [0-9a-f]{12}$/.test(trimmed)) return;
    else if (trimmed || !done) onEvent({ type: 'log', step, text: line });
  }

  return {
    read(raw) {
      const reader = readFields(raw);
      const stream = reader.text('stream');
      // Older engines send the end of a heading's line by itself.
      if (stream && stream !== '\n') output(stream);
      else if (stream && !done && text === '') output(stream);
      if (reader.text('status'))
        onEvent({ type: 'pull', step, progress: transfer.read(raw).progress });
      const id = reader.inside('aux').text('ID');
      const built = /^Successfully built ([0-9a-f]{12,64})\s*$/.exec(stream)?.[1];
      full = /^([0-9a-f]{64})\s*$/.exec(stream)?.[1] ?? full;
      if (id) image = id;
      if (built) {
        image ??= full.startsWith(built) ? `sha256:${full}` : built;
        finish();
        onEvent({ type: 'image', id: image });
      }
    },
    failed(error) {
      if (!(error instanceof EngineError) || error.reason === 'cancelled' || done) return error;
      if (error.status !== undefined) return error;
      const told = podmanWords(error.message, text);
      onEvent({ type: 'error', step, message: told.message });
      const where = `Step ${step}/${total} (${text.split('\n', 1)[0]})`;
      const failure = { ...told, message: `${where} failed: ${told.message}` };
      return new BuildError(failure, error.reason, {
        detail: error.detail ?? error.message,
        cause: error,
      });
    },
    imageId: () => image,
  };
}
