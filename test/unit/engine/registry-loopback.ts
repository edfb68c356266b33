import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import type { Credential } from '../../../src/engine/credentials.ts';
import { EngineError } from '../../../src/engine/errors.ts';
import type { Registry } from '../../../src/engine/registry/model.ts';
import type { RegistryOptions } from '../../../src/engine/registry/registry.ts';
import { openRegistry } from '../../../src/engine/registry/registry.ts';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Loopback {
  readonly address: string;
  readonly url: string;
  /** Every request so far, in order. */
  readonly seen: Seen[];
  close(): Promise<void>;
}

export type Answer = (request: Seen, response: http.ServerResponse) => void;

/** A server on a free port of 127.0.0.1 that answers as the test says. */
export async function serve(
  answer: Answer,
  secure?: { key: string; cert: string },
): Promise<Loopback> {
  const seen: Seen[] = [];
  const listener = (request: http.IncomingMessage, response: http.ServerResponse) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const entry = {
        method: request.method ?? '',
        path: request.url ?? '',
        authorization: request.headers.authorization,
        body,
      };
      seen.push(entry);
      answer(entry, response);
    });
  };
  const server = secure ? https.createServer(secure, listener) : http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    url: `${secure ? 'https' : 'http'}://${address}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same until the test is over. */
export async function started(
  answer: Answer,
  secure?: { key: string; cert: string },
): Promise<Loopback> {
  const server = await serve(answer, secure);
  onTestFinished(() => server.close());
  return server;
}

/** Answers with JSON. */
export function sendJson(
  response: http.ServerResponse,
  value: unknown,
  status = 200,
  headers: http.OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** Opens a registry as nobody, or as the one given, with nothing of this machine's docker configuration. */
export function open(
  address: string,
  credential?: Credential,
  more: Partial<RegistryOptions> = {},
): Registry {
  return openRegistry({
    address,
    credentials: { getCredentials: () => Promise.resolve(credential) },
    env: {},
    home: '/nonexistent',
    platform: process.platform,
    ...more,
  });
}

/** The EngineError that a call ends with; fails when it ends with anything else. */
export async function rejection(promise: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

/** A certificate signed by itself, made with openssl. @param altName such as `IP:127.0.0.1` or `DNS:other.example` */
export async function selfSigned(altName: string): Promise<{ key: string; cert: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'stevedore-certificate-'));
  try {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const subject = ['-subj', '/CN=loopback test', '-addext', `subjectAltName=${altName}`];
    await promisify(execFile)('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(dir, { recursive: true });
  }
}
