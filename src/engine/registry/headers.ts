/** One challenge of a WWW-Authenticate header: the scheme in lower case, the parameters by lower-case name. */
export interface Challenge {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAM = new RegExp(`^(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}|[^\\s,"]+))`);
const SCHEME = new RegExp(`^(${TOKEN})(?=\\s|,|$)`);
const TOKEN68 = /^[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/;

/**
 * Reads a WWW-Authenticate header (RFC 9110 §11.6.1): several challenges, parameters in any order, quoted strings
 * with commas and escapes. What cannot be understood ends the reading; what came before it stands.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; params: Map<string, string> }[] = [];
  let rest = header;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const current = challenges.at(-1);
    const param = PARAM.exec(rest);
    if (param && current) {
      const value = param[2] === undefined ? param[3] : param[2].replace(/\\(.)/g, '$1');
      current.params.set((param[1] ?? '').toLowerCase(), value ?? '');
      rest = rest.slice(param[0].length);
      continue;
    }
    const scheme = SCHEME.exec(rest);
    if (!scheme?.[1]) return challenges;
    challenges.push({ scheme: scheme[1].toLowerCase(), params: new Map() });
    rest = rest.slice(scheme[0].length).replace(/^\s+/, '');
    // `Negotiate dG9rZW4=` carries one opaque value in place of parameters.
    if (!PARAM.test(rest)) rest = rest.replace(TOKEN68, (value) => (isScheme(value) ? value : ''));
  }
}

/** Whether a lone word after a scheme is the next scheme rather than the former's opaque value. */
function isScheme(value: string): boolean {
  return /^(basic|bearer|digest|negotiate|ntlm)$/i.test(value);
}

/**
 * The next page that a Link header names (RFC 8288, `rel="next"`), as a path with query on the registry's own host:
 * registries behind a proxy name a host that cannot be reached, and credentials must not follow a foreign one.
 */
export function nextLink(header: string | string[] | undefined, base: URL): string | undefined {
  for (const text of [header ?? []].flat()) {
    for (const match of text.matchAll(
      /<([^>]*)>((?:\s*;\s*[\w*!-]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)/g,
    )) {
      const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(match[2] ?? '');
      if (!(rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/).includes('next')) continue;
      if (!URL.canParse(match[1] ?? '', base.href)) return undefined;
      const url = new URL(match[1] ?? '', base);
      return pathWithin(url);
    }
  }
  return undefined;
}

/** A path that stays on the host that it is asked of: what begins with two slashes would be another host. */
export const pathWithin = ({ pathname, search }: URL): string =>
  `${pathname.replace(/^\/+/, '/')}${search}`;

/** Milliseconds to wait by a Retry-After header (seconds or a date), or Docker Hub's X-Retry-After (seconds since the epoch). */
export function retryAfter(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: number,
): number | undefined {
  const text = [headers['retry-after'] ?? []].flat()[0];
  const hub = Number(
    [headers['x-retry-after'] ?? headers['x-ratelimit-reset'] ?? []].flat()[0] ?? Number.NaN,
  );
  if (text !== undefined && /^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = text === undefined ? Number.NaN : Date.parse(text);
  const at = Number.isNaN(date) ? hub * 1000 : date;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
