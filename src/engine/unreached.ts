/** What can be done where a host does not speak TLS, and where the authority of its certificate is not known. */
export interface Remedies {
  readonly plain: (host: string) => string;
  readonly untrusted: (host: string) => string;
}

/** What Docker has for registries. */
export const OF_DOCKER: Remedies = {
  plain: () => 'Name it among "insecure-registries" in the engine’s daemon.json',
  untrusted: (host) =>
    `Put its authority’s into /etc/docker/certs.d/${host}/ca.crt on the engine’s machine`,
};

/** What Podman has for them, in files of its own. */
export const OF_PODMAN: Remedies = {
  plain: (host) =>
    `Name it in registries.conf on the engine’s machine: [[registry]] with location = "${host}" and insecure = true`,
  untrusted: (host) =>
    `Put its authority’s into /etc/containers/certs.d/${host}/ca.crt on the engine’s machine`,
};

/** What there is for addresses in a Dockerfile, for which engines have no settings. */
export const OF_ADDRESSES: Remedies = {
  plain: () => 'Write http:// if that is how it is meant to be asked',
  untrusted: () =>
    'Put its authority’s among those that the engine’s machine trusts, and restart the engine',
};

/** Why a host could not be asked, in Go's words, and what to do; without a period. */
export function unreached(why: string, host: string, remedies: Remedies): string {
  const [, ofProxy] = /\bproxyconnect tcp: ([^]+)$/.exec(why) ?? [];
  if (ofProxy !== undefined) return withoutProxy(ofProxy);
  switch (placeOf(why)) {
    case 'nowhere':
      return `there is no host ${host}. Check the name, and the engine’s DNS`;
    case 'away':
      return `it cannot reach ${host}. Check its network, proxy and DNS`;
    case 'shut':
      return `nothing answers at ${host}. Check the name, and that the server runs`;
    case 'there':
      return unspoken(why, host, remedies);
  }
}

/** The same of what the engine asks through, which it is told of by name or by address alone. */
function withoutProxy(why: string): string {
  const [, name, address] = /\blookup ([^\s:]+)|\bdial tcp (?:\S+->)?(\S+): /.exec(why) ?? [];
  const proxy = ['proxy', name ?? address ?? ''].join(' ').trimEnd();
  switch (placeOf(why)) {
    case 'nowhere':
      return `there is no such host as the engine’s ${proxy}. Check the address of the proxy that the engine has, and the engine’s DNS`;
    case 'away':
      return `it cannot reach its ${proxy}. Check its network and DNS, and the address of the proxy that it has`;
    case 'shut':
      return `nothing answers at the engine’s ${proxy}. Check that the proxy runs, and the address of it that the engine has`;
    case 'there':
      return `the engine’s ${proxy} fails: ${why}`;
  }
}

/** How far the engine came. A DNS server, too, may be away or refuse, which is told of as of the host but for the lookup. */
function placeOf(why: string): 'nowhere' | 'away' | 'shut' | 'there' {
  if (/no such host/.test(why)) return 'nowhere';
  if (/\blookup |unreachable|no route to host|timeout|deadline exceeded/.test(why)) return 'away';
  return /connection refused/.test(why) ? 'shut' : 'there';
}

/** Why nothing could be said to a host that is there. */
function unspoken(why: string, host: string, remedies: Remedies): string {
  if (/gave HTTP response to HTTPS client/.test(why))
    return `${host} does not speak TLS. ${remedies.plain(host)}`;
  const [, certificate] = /\bx509: ([^]+)$/.exec(why) ?? [];
  if (certificate === undefined) return why;
  return /signed by unknown authority/.test(certificate)
    ? `it does not trust the certificate of ${host} (${certificate}). ${remedies.untrusted(host)}`
    : `it does not accept the certificate of ${host}: ${certificate}`;
}
