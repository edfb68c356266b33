import type { LogUpdate } from './model.ts';
import type { Redactor } from './redact.ts';
import { createLogStore } from './stepLog.ts';
import type { LogLimits, StepLog } from './stepLog.ts';

export interface LogPiece {
  readonly step: string;
  readonly text: string;
}

export interface StepOutput {
  write(log: LogUpdate, into: LogPiece[]): void;
  /** What was kept back of a step's output. */
  flush(step: string, into: LogPiece[]): void;
  log(step: string): StepLog;
}

/** Decodes what steps write, takes secrets out of it and keeps it. */
export function createStepOutput(redactor: Redactor, limits: LogLimits): StepOutput {
  const store = createLogStore(limits);
  const streams = new Map<string, ReturnType<typeof openStream>>();

  function add(step: string, text: string, into: LogPiece[]): void {
    if (text === '') return;
    store.append(step, text);
    into.push({ step, text });
  }

  return {
    write({ step, stream, data }, into) {
      const key = `${stream} ${step}`;
      const known = streams.get(key) ?? openStream(redactor);
      streams.set(key, known);
      add(step, known.push(data), into);
    },
    flush(step, into) {
      for (const stream of ['stdout', 'stderr']) {
        const key = `${stream} ${step}`;
        const known = streams.get(key);
        if (!known) continue;
        streams.delete(key);
        add(step, known.flush(), into);
      }
    },
    log: (step) => store.get(step),
  };
}

/** Text of bytes that are cut anywhere. */
function openStream(redactor: Redactor) {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const redacted = redactor.stream();
  return {
    push: (data: Uint8Array) => redacted.push(decoder.decode(data, { stream: true })),
    flush: () => redacted.push(decoder.decode()) + redacted.flush(),
  };
}
