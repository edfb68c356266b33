import type { Endpoint } from '../endpoint.ts';
import { EngineError, type Reason } from '../errors.ts';

/** The endpoint as a person would write it: a path for a local socket, else the URL without any password. */
export function where(endpoint: Endpoint): string {
  const { url } = endpoint;
  if (url.startsWith('unix://')) return url.slice('unix://'.length);
  if (url.startsWith('npipe://')) return url.slice('npipe://'.length).replaceAll('/', '\\');
  return url.replace(/^([a-z]+:\/\/[^/@:]*):[^/@]*@/, '$1@');
}

const isLocal = (endpoint: Endpoint) => /^(unix|npipe):/.test(endpoint.url);

/**
 * Says why a connection failed.
 * @param error what Node's net, tls, http or child_process reported; an EngineError is returned as it is
 * @param endpoint whom we were speaking to
 * @returns an error whose reason follows from Node's error code
 */
export function connectionError(error: unknown, endpoint: Endpoint): EngineError {
  if (error instanceof EngineError) return error;
  const { code, message, name } = describe(error);
  if (name === 'AbortError') return cancelled(error);
  const reason = reasonOf(code);
  return new EngineError(reason, sentence(reason, code, message, endpoint), {
    detail: code && !message.includes(code) ? `${message} (${code})` : message,
    cause: error,
  });
}

/** The error of a call that was given up by whoever made it. */
export function cancelled(cause?: unknown): EngineError {
  return new EngineError('cancelled', 'Cancelled.', { cause });
}

/** The error of a connection that ended before the answer did. */
export function dropped(endpoint: Endpoint, cause?: unknown): EngineError {
  return new EngineError('dropped', sentence('dropped', undefined, '', endpoint), {
    cause,
    ...(cause instanceof Error && { detail: cause.message }),
  });
}

function describe(error: unknown): { code: string | undefined; message: string; name: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error), name: '' };
  // A host name with several addresses fails with all of their errors at once.
  const first =
    error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const code = 'code' in first && typeof first.code === 'string' ? first.code : undefined;
  return { code, message: first.message, name: error.name };
}

const REASONS: Readonly<Record<string, Reason>> = {
  ENOENT: 'no-socket',
  ENOTDIR: 'no-socket',
  ENAMETOOLONG: 'config',
  ENOTFOUND: 'no-socket',
  EAI_AGAIN: 'no-socket',
  EACCES: 'permission',
  EPERM: 'permission',
  ECONNREFUSED: 'refused',
  ENOTSOCK: 'refused',
  EHOSTUNREACH: 'refused',
  EHOSTDOWN: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  INVALID_CA: 'tls',
  INVALID_PURPOSE: 'tls',
  PATH_LENGTH_EXCEEDED: 'tls',
};

function reasonOf(code: string | undefined): Reason {
  if (!code) return 'dropped';
  const known = REASONS[code];
  if (known) return known;
  if (/^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|CRL_|UNABLE_TO_|ERROR_IN_)|SELF_SIGNED/.test(code))
    return 'tls';
  if (code.startsWith('HPE_')) return 'not-an-engine';
  return 'dropped';
}

function sentence(
  reason: Reason,
  code: string | undefined,
  message: string,
  endpoint: Endpoint,
): string {
  const at = where(endpoint);
  if (reason === 'no-socket')
    return isLocal(endpoint)
      ? `There is no engine socket at ${at}.`
      : `The host of ${at} is not known.`;
  if (reason === 'refused' && code && /^E(HOST|NET|ADDR)/.test(code))
    return `The host of ${at} cannot be reached.`;
  if (reason === 'tls')
    return `No TLS connection to ${at} could be made: ${tlsWords(code, message)}.`;
  return SENTENCES[reason]?.(at) ?? `The connection to the engine at ${at} broke off.`;
}

const SENTENCES: Partial<Record<Reason, (at: string) => string>> = {
  permission: (at) => `You are not allowed to open ${at}.`,
  refused: (at) => `No engine is listening at ${at}.`,
  timeout: (at) => `The engine at ${at} did not answer in time.`,
  'not-an-engine': (at) => `What answers at ${at} is not a container engine.`,
  config: (at) => `The address ${at} cannot be used.`,
};

const PLAIN_HTTP = 'the engine speaks plain HTTP there';

const TLS_WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "the engine's certificate is self-signed and not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "the engine's certificate comes from an authority that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "the engine's certificate comes from an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the engine's certificate comes from an authority that is not trusted",
  CERT_SIGNATURE_FAILURE: "the engine's certificate comes from an authority that is not trusted",
  CERT_HAS_EXPIRED: "the engine's certificate has expired",
  CERT_NOT_YET_VALID: "the engine's certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "the engine's certificate is for another host",
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN_HTTP,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: PLAIN_HTTP,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the engine asks for a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the engine does not trust our certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the engine does not accept our certificate',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the client key does not belong to the client certificate',
};

function tlsWords(code: string | undefined, message: string): string {
  const words = code ? TLS_WORDS[code] : undefined;
  if (words) return words;
  if (code?.startsWith('ERR_OSSL_PEM')) return 'a certificate or key is not in PEM form';
  // Node gives some of OpenSSL's errors the code EPROTO.
  if (/wrong version number|packet length too long/i.test(message)) return PLAIN_HTTP;
  // OpenSSL's own texts are a line of file names and numbers with the reason near the end.
  const reason = message
    .split(':')
    .findLast((part) => /[a-z]{3}/i.test(part) && !part.endsWith('.c'));
  return (reason ?? code ?? 'the handshake failed').trim().replace(/\.$/, '');
}
