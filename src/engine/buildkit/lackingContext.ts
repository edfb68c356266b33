import { withoutSignIns } from '../../util/signIns.ts';
import { EngineError } from '../errors.ts';
import type { BuildOptions } from './request.ts';

/** As the builder ends where it took one file for all of the context: a page of HTML, say, for a Dockerfile. */
const ONE_FILE = /unknown instruction: <|failed to read dockerfile: open (?:\S*[/\\])?context: /;

/** Why an address could not be the build context, where the builder speaks of something else: of git it needs the address to end so. */
export function lackingContext(
  { context }: Pick<BuildOptions, 'context'>,
  error: unknown,
): EngineError | undefined {
  if (!(error instanceof EngineError) || !/^https?:\/\//i.test(context)) return undefined;
  const { detail = '' } = error;
  if (!ONE_FILE.test(detail)) return undefined;
  return new EngineError(
    'bad-request',
    `The context “${withoutSignIns(context)}” leads to a single file, not to git or an archive: the address of a repository ends with .git, as in https://host/repo.git.`,
    { detail, cause: error },
  );
}
