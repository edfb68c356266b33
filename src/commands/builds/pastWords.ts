import type { PastBuild } from '../../engine/buildkit/engineHistory.ts';
import { formatDuration } from '../../util/duration.ts';
import { count, formatAge, oneLine } from '../../util/format.ts';

/**
 * What a past build is called: its image, else its Dockerfile, with the folder that it stands in where the client told of
 * that, as buildx does within a git repository.
 * @param tag of the image, where it is known otherwise
 */
export function pastName({ tags, attrs }: PastBuild, tag: string | undefined): string {
  const folder = attrs['vcs:localdir:dockerfile'] ?? attrs['vcs:localdir:context'];
  const file = attrs['filename'] ?? 'Dockerfile';
  const place = folder === undefined || folder === '.' ? file : `${folder}/${file}`;
  const name = tags[0] ?? tag ?? place;
  return oneLine(attrs['target'] ? `${name} (${attrs['target']})` : name);
}

/** @param now in seconds since the epoch */
export function pastWords(past: PastBuild, now: number): string {
  const { created, completed, steps, warnings, pinned } = past;
  return [
    ...(completed === undefined ? [] : [formatDuration(completed - created)]),
    // The builder's own steps are among them and never cached, so that a share of all would mean little.
    ...(steps.cached ? [`${count(steps.cached, 'step')} cached`] : []),
    ...(warnings ? [count(warnings, 'warning')] : []),
    ...(pinned ? ['kept'] : []),
    `${formatAge(created / 1000, now)} ago`,
  ].join('  ');
}

/** Why a past build failed, in a line that has the exit code first: the command may be long. */
export function pastFailure(error: string): string {
  const [, command, code] =
    /process "(?:\/bin\/sh -c )?(.*)" did not complete successfully: exit code: (\d+)/s.exec(
      error,
    ) ?? [];
  return oneLine(command === undefined ? error : `Exit code ${code}: ${command}`);
}
