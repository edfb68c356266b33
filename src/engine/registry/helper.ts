import { spawn } from 'node:child_process';
import { EngineError } from '../errors.ts';

/** What `docker-credential-X get` answers. A user name of `<token>` says that the secret is an identity token. */
export interface HelperEntry {
  readonly username: string;
  readonly secret: string;
}

export interface HelperOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the program is killed. A keychain may be asking the user something meanwhile. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

type Verb = 'get' | 'list' | 'store' | 'erase';

const MAX_OUTPUT = 1 << 20;

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function run(helper: string, verb: Verb, input: string, options: HelperOptions): Promise<Outcome> {
  const program = `docker-credential-${helper}`;
  const fail = (what: string, cause?: unknown) =>
    new EngineError('config', `${program} ${what}`, { cause });
  if (!/^[\w.-]+$/.test(helper)) {
    return Promise.reject(
      new EngineError(
        'config',
        `docker's configuration names a credential helper "${helper}", which cannot be a program's name: correct credsStore or credHelpers.`,
      ),
    );
  }
  if (options.signal?.aborted)
    return Promise.reject(new EngineError('cancelled', `${program} was cancelled.`));
  return new Promise((resolve, reject) => {
    const child = spawn(program, [verb], { env: options.env, windowsHide: true });
    const chunks: Buffer[] = [];
    let size = 0;
    let failure: EngineError | undefined;
    const kill = (error: EngineError) => {
      failure ??= error;
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open after the kill: don't wait for it.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => {
      kill(
        new EngineError(
          'timeout',
          `${program} did not answer within ${options.timeoutMs / 1000} s: see whether it waits for you to unlock a keychain.`,
        ),
      );
    }, options.timeoutMs);
    const abort = () => kill(new EngineError('cancelled', `${program} was cancelled.`));
    options.signal?.addEventListener('abort', abort, { once: true });
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) kill(fail('wrote more than 1 MB, which is no credential.'));
      else chunks.push(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', (chunk: Buffer) => {
      // Only its length counts: what helpers write here differs, and may hold anything.
      size += chunk.length;
      if (size > MAX_OUTPUT) kill(fail('wrote more than 1 MB, which is no credential.'));
    });
    // A helper may end without reading its input; its exit code says how that went.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      end();
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'ENOENT'
          ? "is named by docker's configuration and is not on PATH: install it, or remove it from credsStore and credHelpers in config.json."
          : `could not be run (${error.code ?? 'unknown error'}): see that it may be executed.`;
      settle(() => reject(failure ?? fail(why)));
    });
    child.on('close', (code) => {
      settle(() =>
        failure
          ? reject(failure)
          : resolve({ code, output: Buffer.concat(chunks).toString().trim() }),
      );
    });
  });
}

/** The words by which helpers say that they hold nothing for a host (github.com/docker/docker-credential-helpers, `credentials/error.go`). */
function isNotFound(output: string): boolean {
  return /credentials not found|no credentials server url|element not found|item could not be found/i.test(
    output,
  );
}

function refused(helper: string, verb: Verb, { code, output }: Outcome): EngineError {
  return new EngineError(
    'config',
    `docker-credential-${helper} ${verb} failed with exit code ${code ?? 'unknown'}: try \`docker login\` in a terminal to see why.`,
    // Of the verbs that carry no secret only: a broken helper may echo what it was given.
    verb === 'store' ? {} : { detail: output.slice(0, 300) },
  );
}

function parse(helper: string, output: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(output);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Reported below, without the parser's words: they quote the text, and with it the secret.
  }
  throw new EngineError(
    'config',
    `docker-credential-${helper} answered something that is not JSON: update or replace it.`,
  );
}

/**
 * Asks a credential helper for a host's credential. Protocol: docker-credential-helpers, server key on stdin, JSON on stdout.
 * @param key host, or `https://index.docker.io/v1/` for Docker Hub
 * @returns undefined when the helper holds none
 * @throws EngineError `config`, `timeout` or `cancelled`; never with the secret in it
 */
export async function helperGet(
  helper: string,
  key: string,
  options: HelperOptions,
): Promise<HelperEntry | undefined> {
  const outcome = await run(helper, 'get', key, options);
  if (outcome.code !== 0) {
    if (isNotFound(outcome.output)) return undefined;
    throw refused(helper, 'get', outcome);
  }
  const { Username: username, Secret: secret } = parse(helper, outcome.output);
  if (typeof secret !== 'string' || !secret) return undefined;
  return { username: typeof username === 'string' ? username : '', secret };
}

/** The server keys that a helper holds credentials for, with the user's name. @throws as helperGet */
export async function helperList(
  helper: string,
  options: HelperOptions,
): Promise<Record<string, string>> {
  const outcome = await run(helper, 'list', '', options);
  if (outcome.code !== 0) throw refused(helper, 'list', outcome);
  return Object.fromEntries(
    Object.entries(parse(helper, outcome.output)).map(([key, user]) => [
      key,
      typeof user === 'string' ? user : '',
    ]),
  );
}

/** Has a helper keep a credential, in place of what it holds for `key`. @throws as helperGet */
export async function helperStore(
  helper: string,
  key: string,
  entry: HelperEntry,
  options: HelperOptions,
): Promise<void> {
  const input = JSON.stringify({ ServerURL: key, Username: entry.username, Secret: entry.secret });
  const outcome = await run(helper, 'store', input, options);
  if (outcome.code !== 0) throw refused(helper, 'store', outcome);
}

/** Has a helper forget the credential of `key`; one that it never held is no error. @throws as helperGet */
export async function helperErase(
  helper: string,
  key: string,
  options: HelperOptions,
): Promise<void> {
  const outcome = await run(helper, 'erase', key, options);
  if (outcome.code !== 0 && !isNotFound(outcome.output)) throw refused(helper, 'erase', outcome);
}
