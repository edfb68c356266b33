import { EngineError } from '../engine/errors.ts';
import { containerLogs } from '../engine/logs.ts';
import type { Container } from '../engine/model.ts';
import { ansi } from '../util/ansi.ts';
import type { Run } from './services.ts';
import { openOutput } from './terminals.ts';

export interface LogView {
  /** Lines from the end; 0 for all. */
  readonly tail: number;
  readonly follow: boolean;
  readonly timestamps: boolean;
}

/**
 * Shows a container's log in a terminal of its own; closing the terminal ends the stream. A log that cannot be read, or
 * breaks off, says so in its terminal.
 */
export async function openLogs(
  run: Run<unknown>,
  { id, name }: Container,
  view: LogView,
): Promise<void> {
  const client = await run.client();
  const output = openOutput(`${name} (log)`, 'output');
  output.show();
  const { tail, ...rest } = view;
  const chunks = containerLogs(client, id, { ...rest, tail: tail || 'all' }, output.closed);
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const show = async () => {
    try {
      for await (const { stream, chunk } of chunks)
        output.write(decoders[stream].decode(chunk, { stream: true }));
      output.end(view.follow ? 'The log has ended.' : 'This is the log so far.');
    } catch (error) {
      if (error instanceof EngineError && error.reason === 'cancelled') return;
      run.log.error(error instanceof Error ? error.message : String(error));
      output.write(`\n${ansi.red(error instanceof Error ? error.message : String(error))}\n`);
    }
  };
  void show();
}
