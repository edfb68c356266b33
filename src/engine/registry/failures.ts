import type { IncomingHttpHeaders } from 'node:http';
import { EngineError } from '../errors.ts';
import { retryAfter } from './headers.ts';

/** Node's codes for a certificate that does not pass, with what is wrong with it in words. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by an authority that this machine does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by an authority that this machine does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by an authority that this machine does not know',
  CERT_UNTRUSTED: 'is not trusted by this machine',
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: "is not valid yet: see this machine's clock",
  CERT_REVOKED: 'has been revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is made out for another host',
  HOSTNAME_MISMATCH: 'is made out for another host',
  CERT_SIGNATURE_FAILURE: 'has a signature that does not fit',
};

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

/** Whether Node refused a certificate, rather than that the connection or the handshake failed. */
export function isCertificateError(error: unknown): boolean {
  return Object.hasOwn(CERTIFICATE, codeOf(error));
}

/** Whether what answered a TLS handshake does not speak TLS: most likely plain HTTP. */
export function isNotTls(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === 'EPROTO' ||
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNSUPPORTED_PROTOCOL|RECORD_LAYER_FAILURE)$/.test(
      code,
    )
  );
}

/** A failure of the connection itself as an EngineError. @param certificate what describes the certificate that was refused */
export function networkError(error: unknown, host: string, certificate?: string): EngineError {
  if (error instanceof EngineError) return error;
  const code = codeOf(error);
  const more = {
    cause: error,
    detail: error instanceof Error ? `${code} ${error.message}` : String(error),
  };
  if (isCertificateError(error)) {
    const shown = certificate ? ` (${certificate})` : '';
    return new EngineError(
      'tls',
      `The certificate of ${host}${shown} ${CERTIFICATE[code] ?? 'is not trusted'}: put its authority's certificate into ~/.docker/certs.d/${host}/ca.crt, or mark the registry as insecure.`,
      more,
    );
  }
  if (isNotTls(error)) {
    return new EngineError(
      'tls',
      `${host} does not speak TLS: mark the registry as insecure if it is meant to be used without.`,
      more,
    );
  }
  if (/^ERR_(SSL|TLS|OSSL)/.test(code)) {
    return new EngineError(
      'tls',
      `The TLS handshake with ${host} failed: see whether it wants a client certificate, which goes into ~/.docker/certs.d/${host}.`,
      more,
    );
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new EngineError(
        'no-socket',
        `The host ${host} cannot be found: check its name and your network.`,
        more,
      );
    case 'ECONNREFUSED':
      return new EngineError(
        'refused',
        `Nothing answers at ${host}: see that the registry runs, and check its port.`,
        more,
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new EngineError(
        'timeout',
        `${host} cannot be reached: check your network, VPN or proxy.`,
        more,
      );
    default:
      return code.startsWith('HPE_')
        ? new EngineError(
            'not-an-engine',
            `${host} does not answer with HTTP: check its address and port.`,
            more,
          )
        : new EngineError('dropped', `The connection to ${host} broke: try again.`, more);
  }
}

/** The registry's own words in an error body (distribution-spec, "Error Codes"; Docker Hub's `message` and `detail`), at most 300 characters. */
function errorText(body: Buffer): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    // A proxy's page or plain text: the status has to do.
    return undefined;
  }
  const { errors, message, detail } = (json ?? {}) as {
    errors?: unknown;
    message?: unknown;
    detail?: unknown;
  };
  const list: unknown[] = Array.isArray(errors) ? errors : [{ message: message ?? detail }];
  const words = list.flatMap((entry) => {
    const { code, message } = (entry ?? {}) as { code?: unknown; message?: unknown };
    const text = typeof message === 'string' && message ? message : code;
    return typeof text === 'string' && text ? [text] : [];
  });
  return words.length ? words.join('; ').slice(0, 300) : undefined;
}

/** The clock time a rate limit ends, with the day when that isn't today. */
function until(ms: number, now: number): string {
  const end = new Date(now + ms);
  const time = end.toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return end.toDateString() === new Date(now).toDateString()
    ? time
    : `${time} on ${end.toLocaleDateString('en-CA')}`;
}

export interface FailedAnswer {
  readonly host: string;
  /** What was asked, after "to": `list the tags of team/app`. */
  readonly what: string;
  /** Whether a credential was sent along. */
  readonly signedIn: boolean;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Texts that must not show up in the error, should the other side echo them. */
  readonly secrets: readonly string[];
}

function hide(text: string | undefined, secrets: readonly string[]): string | undefined {
  return secrets.reduce(
    (shown, secret) => (secret ? shown?.replaceAll(secret, '•••') : shown),
    text,
  );
}

/** A refusing answer as an EngineError: by its status, with what to do, and the registry's own words in brackets. */
export function statusError(answer: FailedAnswer): EngineError {
  const { host, what, signedIn, status, headers } = answer;
  const words = hide(errorText(answer.body), answer.secrets);
  const said = words ? ` (${words})` : '';
  const detail = hide(answer.body.subarray(0, 2000).toString(), answer.secrets) ?? '';
  const make = (reason: ConstructorParameters<typeof EngineError>[0], message: string) =>
    new EngineError(reason, message, { status, detail: `HTTP ${status} ${detail}` });
  if (status === 401) {
    return make(
      'unauthorized',
      signedIn
        ? `${host} did not accept your sign-in to ${what}${said}: sign in again, with an account that may.`
        : `${host} wants you to sign in to ${what}${said}.`,
    );
  }
  if (status === 403) {
    return make(
      'forbidden',
      `You have no right to ${what} on ${host}${said}: ${signedIn ? 'ask its owner, or sign in with another account' : 'sign in first'}.`,
    );
  }
  if (status === 404)
    return make(
      'not-found',
      `${host} could not ${what}, for it is not there${said}: check its name.`,
    );
  if (status === 405 || status === 501)
    return make('not-supported', `${host} does not allow to ${what}${said}.`);
  if (status === 409)
    return make('conflict', `${host} could not ${what} in its present state${said}.`);
  if (status === 429) {
    const now = Date.now();
    const wait = retryAfter(headers, now);
    const when = wait === undefined ? 'in some minutes' : `after ${until(wait, now)}`;
    return make(
      'rate-limited',
      `${host} has been asked too often to ${what}${said}: try again ${when}${signedIn ? '' : ', or sign in for a higher limit'}.`,
    );
  }
  if (status >= 500)
    return make('server', `${host} failed to ${what}, HTTP ${status}${said}: try again later.`);
  if (status >= 300 && status < 400)
    return make(
      'not-an-engine',
      `${host} sends elsewhere when asked to ${what}: check the registry's address.`,
    );
  return make('bad-request', `${host} refused to ${what}, HTTP ${status}${said}.`);
}
