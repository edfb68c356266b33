import { ensureAptPackages } from './apt.ts';
import { run } from './run.ts';

/**
 * Makes sure that a `shellcheck` is on PATH, by installing Debian's unless there is one. Takes as long as a download
 * does: call it before a suite or in a hook, with {@link INSTALL_LIMIT_MS}. Throws SetupError without Linux, root or
 * apt, and CommandError when the installation fails.
 */
export async function ensureShellcheck(): Promise<void> {
  try {
    await run('shellcheck', ['--version']);
  } catch {
    // It isn't there yet.
    await ensureAptPackages(['shellcheck']);
  }
}

/** How long a hook may take that installs something, in milliseconds. */
export const INSTALL_LIMIT_MS = 600_000;
