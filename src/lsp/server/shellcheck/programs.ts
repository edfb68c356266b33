import type { Parsed } from '../documents.ts';
import type { Late } from '../lint/late.ts';
import type { Settings } from '../settings.ts';
import type { Shellcheck } from './shellcheck.ts';
import { createShellcheck } from './shellcheck.ts';

/** Makes what runs, on a document, the ShellCheck that its settings name. */
export function createPrograms(): (
  parsed: Parsed,
  settings: Settings,
  signal: AbortSignal,
) => Promise<Late> {
  const known = new Map<string, Shellcheck>();
  return async (parsed, { shellcheck: { enabled, path } }, signal) => {
    if (!enabled) return new Map();
    const program = path === '' ? 'shellcheck' : path;
    const one = known.get(program) ?? createShellcheck(program);
    known.set(program, one);
    return one.check(parsed.file(), signal);
  };
}
