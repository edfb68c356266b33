import { readFields } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';

/** What signals mean that end programs, by their numbers on Linux. */
const SIGNALS: Readonly<Record<number, readonly [name: string, meaning: string]>> = {
  1: ['SIGHUP', 'its terminal was closed'],
  2: ['SIGINT', 'it was interrupted, as by Ctrl+C'],
  3: ['SIGQUIT', 'it was told to quit'],
  4: ['SIGILL', 'it ran an instruction that this processor does not have'],
  6: ['SIGABRT', 'it gave up by itself, as programs do after a fatal error'],
  7: ['SIGBUS', 'it used memory that is not there'],
  8: ['SIGFPE', 'it divided by zero or the like'],
  9: ['SIGKILL', 'it was killed, by hand or because it did not end in time when it was stopped'],
  11: ['SIGSEGV', 'it crashed on memory that is not its own'],
  13: ['SIGPIPE', 'it wrote to something that was closed'],
  14: ['SIGALRM', 'its own timer ended it'],
  15: ['SIGTERM', 'it was asked to stop'],
};

/** What shells and container runtimes mean by these codes. */
const CODES: Readonly<Record<number, string>> = {
  125: 'the container itself could not be run',
  126: 'its command could not be run: it is not a program, or must not be executed',
  127: 'its command was not found',
};

/** What an exit code means, where it is known: `137` is `SIGKILL: it was killed …`. */
export function exitMeaning(code: number): string | undefined {
  const [name, meaning] = SIGNALS[code - 128] ?? [];
  return name === undefined ? CODES[code] : `${name}: ${meaning}`;
}

/**
 * Why a container does not run, in one sentence; undefined of one that runs or has never run.
 * @param state `State` of an inspected container (API 1.40 to 1.51, and Podman's)
 */
export function whyStopped(state: Raw): string | undefined {
  const reader = readFields(state);
  if (reader.flag('Running') && !reader.flag('Restarting')) return undefined;
  const code = reader.number('ExitCode') ?? 0;
  const error = reader.text('Error').trim();
  if (error) return `The engine could not start it: ${error}`;
  if (/^(created|configured|initialized)$/.test(reader.text('Status'))) return undefined;
  if (reader.flag('OOMKilled')) return `Out of memory: the kernel killed it (exit code ${code})`;
  if (code === 0) return 'It ended by itself, without an error';
  const meaning = exitMeaning(code);
  return meaning === undefined
    ? `It ended with exit code ${code}`
    : `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)} (exit code ${code})`;
}
