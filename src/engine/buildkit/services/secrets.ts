import { readFile, stat } from 'node:fs/promises';
import type { Services } from '../grpc/exchange.ts';
import { code, GrpcError } from '../grpc/status.ts';
import { unary } from '../grpc/unary.ts';
import { GetSecretRequestSchema, GetSecretResponseSchema } from '../proto/session_pb.ts';
import type { SecretSource } from '../request.ts';

/** BuildKit's own limit of a secret. */
const LARGEST = 500 * 1024;

/**
 * Answers what RUN --mount=type=secret asks for (moby.buildkit.secrets.v1). A file or variable is read when it is asked
 * for, and its value told to `onValue` before it goes out, so that it can be kept out of what is shown.
 * @param env where the variables are looked up
 * @param onLacking told once of each secret that was given and is not there, for engines go on, or only say that it lacks
 */
export function secretServices(
  sources: readonly SecretSource[],
  env: Readonly<Record<string, string | undefined>>,
  onValue: (value: Buffer) => void,
  onLacking: (message: string) => void,
): Services {
  const byId = new Map(sources.map((source) => [source.id, source]));
  const lacking = new Set<string>();
  return {
    '/moby.buildkit.secrets.v1.Secrets/GetSecret': unary(
      GetSecretRequestSchema,
      GetSecretResponseSchema,
      async ({ id }) => {
        const source = byId.get(id);
        // The engine goes on by this code where the secret is not required: for what is fetched by git or http it asks for some.
        if (!source)
          throw new GrpcError(code.notFound, `the build was given no secret ${id}`, [], true);
        const data = await readSecret(source, env).catch((error: unknown) => {
          if (error instanceof GrpcError && error.code === code.notFound && !lacking.has(id)) {
            lacking.add(id);
            onLacking(error.message);
          }
          throw error;
        });
        onValue(data);
        return { data };
      },
    ),
  };
}

/**
 * The value of a secret as it is now.
 * @throws GrpcError, fit to be told to the engine: `notFound` for a variable that is not set,
 *   `failedPrecondition` for a file that cannot be read, `invalidArgument` for what is too large
 */
export async function readSecret(
  source: SecretSource,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Buffer> {
  const large = () =>
    new GrpcError(code.invalidArgument, `secret ${source.id} has more than 500 KiB`);
  if ('env' in source) {
    const value = env[source.env];
    if (value === undefined && source.orFile !== undefined && (await isThere(source.orFile)))
      return readSecret({ id: source.id, file: source.orFile }, env);
    if (value === undefined)
      throw new GrpcError(
        code.notFound,
        `secret ${source.id} is to come from the variable ${source.env}, which is not set`,
      );
    const data = Buffer.from(value);
    if (data.length > LARGEST) throw large();
    return data;
  }
  try {
    if ((await stat(source.file)).size > LARGEST) throw large();
    return await readFile(source.file);
  } catch (error) {
    if (error instanceof GrpcError) throw error;
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    // Not by the code that engines go on by: whoever names a file means it to be there.
    throw new GrpcError(
      code.failedPrecondition,
      `secret ${source.id} is to come from ${source.file}, which ${why}`,
    );
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
