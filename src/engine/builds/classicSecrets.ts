import { readOutline } from '../../util/dockerfileOutline.ts';
import type { ClassicSecret } from '../build.ts';
import type { SecretSource } from '../buildkit/request.ts';
import { readSecret } from '../buildkit/services/secrets.ts';
import { code, GrpcError } from '../buildkit/grpc/status.ts';
import { isVersionAtLeast } from '../calls.ts';
import type { Client } from '../client.ts';
import { EngineError } from '../errors.ts';

type Engine = Pick<Client['engine'], 'podman'>;

/**
 * Whether an engine's classic builder gives secrets to steps. Podman does since 4.0 (containers/podman#12414), which moves them
 * out of the build context before anything is built; an earlier one would leave them there.
 */
export const takesSecrets = ({ podman }: Engine): boolean =>
  podman !== undefined && isVersionAtLeast(podman, 4, 0);

/**
 * Podman may crash, with all that it serves, by a word without a value in a secret's mount (containers/buildah#6997): by `required`,
 * which may have none, before 4.6.
 * @throws EngineError `not-supported` that names the line
 */
export function demandSecretMounts({ podman }: Engine, dockerfile: string): void {
  if (podman === undefined) return;
  const runs = readOutline(dockerfile).stages.flatMap(({ instructions }) => instructions);
  for (const { text, lines } of runs) {
    const [, flags = ''] = /^RUN((?:\s+--\S+)+)/i.exec(text) ?? [];
    const bare = Array.from(flags.matchAll(/--mount=(\S+)/g))
      .map(([, mount = '']) => mount.split(','))
      .filter((words) => words.includes('type=secret'))
      .flatMap((words) => words.filter((word) => !word.includes('=')))
      .find((word) => word !== 'required' || !isVersionAtLeast(podman, 4, 6));
    if (bare !== undefined)
      throw new EngineError(
        'not-supported',
        `Podman ${podman} may crash by “${bare}” without a value, which line ${lines[0]} of the Dockerfile has: write ${bare}=${bare === 'required' ? 'true' : '…'}.`,
      );
  }
}

/**
 * The values of a build's secrets, for a builder that is sent all before it begins.
 * @param onLacking told of a secret whose variable is not set, without which is built, as by BuildKit
 * @throws EngineError `bad-request` for a file that cannot be read, what is too large, and an id that the builder would misread
 */
export async function classicSecrets(
  sources: readonly SecretSource[],
  env: Readonly<Record<string, string | undefined>>,
  onLacking: (message: string) => void,
): Promise<ClassicSecret[]> {
  const found: ClassicSecret[] = [];
  for (const source of sources) {
    if (source.id.includes(','))
      throw new EngineError(
        'bad-request',
        `The secret “${source.id}” has a comma in its id, and this engine reads none with it: give it another id.`,
      );
    try {
      found.push({ id: source.id, value: await readSecret(source, env) });
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      const message = `The ${error.message}.`;
      if (error.code !== code.notFound) throw new EngineError('bad-request', message);
      onLacking(message);
    }
  }
  return found;
}
