/** How builders say that a command failed: around the whole of it, which may be a script of a hundred lines. */
const ENDED =
  /^(?:process "[^]*" did not complete successfully|executor failed running \[[^]*\]|The command '[^]*' returned a non-zero code): (?:(?:exit code: )?(\d+)\.?|([^]+))$/;

/** The exit code of a command that failed, or why it did not run; undefined where a builder speaks of something else. */
export function commandEnd(words: string): { exitCode?: number; reason?: string } | undefined {
  const [, code, reason] = ENDED.exec(words) ?? [];
  if (code !== undefined) return { exitCode: Number(code) };
  return reason === undefined ? undefined : { reason };
}
