/**
 * What is wrong with a port of EXPOSE, variables replaced (dockerfile2llb, parsePortSpec): `[ip:][host:]port[-port][/protocol]`.
 * Undefined when nothing is.
 */
export function portProblem(text: string): string | undefined {
  const parts = text.split(':');
  const last = parts.at(-1) ?? '';
  const host = parts.length > 1 ? (parts.at(-2) ?? '') : '';
  const address = parts.slice(0, -2).join(':');
  const slash = last.indexOf('/');
  const port = slash < 0 ? last : last.slice(0, slash);
  if (port === '') return 'A port is missing here.';
  const protocol = (slash < 0 ? '' : last.slice(slash + 1)).toLowerCase();
  if (!['', 'tcp', 'udp', 'sctp'].includes(protocol)) return 'A protocol is tcp, udp or sctp.';
  const ports = rangeOf(port);
  if (typeof ports === 'string') return ports;
  const bare = address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
  if (bare !== '' && !isIp(bare)) return 'This is not an IP address.';
  const hosts = host === '' ? undefined : rangeOf(host);
  if (typeof hosts === 'string') return hosts;
  return hosts && ports[1] > ports[0] && hosts[1] - hosts[0] !== ports[1] - ports[0]
    ? 'The two ranges of ports must be of one length.'
    : undefined;
}

/** One number of an address of version 4. */
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);

/** Whether a text is an IP address. The parser of URLs knows those of version 6; `node:net` would load all of Node's network. */
function isIp(text: string): boolean {
  return IPV4.test(text) || (/^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`));
}

function rangeOf(text: string): [number, number] | string {
  const [from = '', to = from, more] = text.split('-');
  if (more !== undefined || !/^\+?\d+$/.test(from) || !/^\+?\d+$/.test(to))
    return 'This is not a port; one looks like 80, 8000-8010 or 53/udp.';
  const [low, high] = [Number(from), Number(to)];
  if (low > 65_535 || high > 65_535) return 'The highest port is 65535.';
  return low > high ? 'The second port of a range is the higher one.' : [low, high];
}
