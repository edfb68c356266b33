import { EngineError } from './errors.ts';
import { splitCommand } from './words.ts';

export interface PortSpec {
  /** Port inside the container. */
  readonly container: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Port on the engine's host; undefined lets the engine choose a free one. */
  readonly host: number | undefined;
  /** Address on the engine's host; undefined means all of them. */
  readonly address: string | undefined;
}

export interface MountSpec {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  /** Absolute path on the engine's host, or a volume's name; undefined for an anonymous volume and a tmpfs. */
  readonly source: string | undefined;
  readonly target: string;
  readonly readOnly: boolean;
  /** SELinux's label is to be one for containers to share (`z`), or for this one alone (`Z`). */
  readonly relabel?: 'z' | 'Z' | undefined;
}

/** How to run an image: the part of `docker run` that a form can ask for. */
export interface RunSpec {
  readonly image: string;
  readonly name?: string | undefined;
  /** Arguments after the image; undefined keeps the image's own. */
  readonly command?: readonly string[] | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  /** `NAME=value`, or `NAME` alone to unset it. */
  readonly env?: readonly string[] | undefined;
  readonly ports?: readonly PortSpec[] | undefined;
  readonly mounts?: readonly MountSpec[] | undefined;
  /** Name or id of a network, or `host`, `none`, `container:<id>`. */
  readonly network?: string | undefined;
  readonly workdir?: string | undefined;
  /** Name or id, with `:group` or not. */
  readonly user?: string | undefined;
  readonly tty?: boolean | undefined;
  /** Keeps stdin open. */
  readonly interactive?: boolean | undefined;
  /** Removes the container, with its anonymous volumes, when it ends. */
  readonly autoRemove?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure' | undefined;
  /** That of DOCKER_DEFAULT_PLATFORM, such as `linux/arm64`; undefined takes the engine's own. API 1.41; Podman has no use for it. */
  readonly platform?: string | undefined;
}

/** The body of `POST /containers/create` (API 1.40) for a spec. Nothing in it goes through a shell. */
export function createBody(spec: RunSpec): Record<string, unknown> {
  const ports = spec.ports ?? [];
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    (bindings[`${port.container}/${port.protocol}`] ??= []).push({
      HostIp: port.address ?? '',
      HostPort: port.host === undefined ? '' : String(port.host),
    });
  }
  const all = spec.mounts ?? [];
  // The engine labels what it is given in this form, and has no word for that in the other.
  const binds = all
    .filter(({ relabel }) => relabel !== undefined)
    .map(({ source, target, readOnly, relabel }) =>
      [source, target, `${readOnly ? 'ro,' : ''}${relabel}`].join(':'),
    );
  const plain = all.filter(({ relabel }) => relabel === undefined);
  const mounts = plain.map((mount) => ({
    Type: mount.type,
    ...(mount.source !== undefined && { Source: mount.source }),
    Target: mount.target,
    ReadOnly: mount.readOnly,
  }));
  return {
    Image: spec.image,
    ...(spec.command?.length && { Cmd: spec.command }),
    ...(spec.entrypoint && { Entrypoint: spec.entrypoint }),
    ...(spec.env?.length && { Env: spec.env }),
    ...(spec.workdir && { WorkingDir: spec.workdir }),
    ...(spec.user && { User: spec.user }),
    Labels: spec.labels ?? {},
    Tty: spec.tty ?? false,
    OpenStdin: spec.interactive ?? false,
    StdinOnce: false,
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
    HostConfig: {
      PortBindings: bindings,
      ...(binds.length && { Binds: binds }),
      Mounts: mounts,
      AutoRemove: spec.autoRemove ?? false,
      ...(spec.network && { NetworkMode: spec.network }),
      RestartPolicy: { Name: spec.restart ?? 'no' },
    },
  };
}

/**
 * Reads a published port as `docker run -p` takes it: `[[address:][host]:]container[/protocol]`, one port at a time.
 * IPv6 addresses stand in brackets. Throws EngineError 'bad-request' with what is wrong.
 */
export function parsePort(text: string): PortSpec {
  const match = /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?([^:]*):)?([^:/]+)(?:\/(.*))?$/.exec(text.trim());
  if (!match) throw invalid(text, 'a port', 'write it as 8080:80 or 127.0.0.1:8080:80/udp');
  const [, address, host, container = '', protocol = 'tcp'] = match;
  const lower = protocol.toLowerCase();
  if (lower !== 'tcp' && lower !== 'udp' && lower !== 'sctp')
    throw invalid(text, 'a port', `the protocol is tcp, udp or sctp, not "${protocol}"`);
  return {
    container: portNumber(text, container),
    protocol: lower,
    host: host ? portNumber(text, host) : undefined,
    address: address ? readAddress(text, address) : undefined,
  };
}

function portNumber(text: string, digits: string): number {
  if (/^\d+-\d+$/.test(digits))
    throw invalid(text, 'a port', 'give the ports of a range one by one');
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65_535)
    throw invalid(text, 'a port', `"${digits}" is not a number from 1 to 65535`);
  return port;
}

function readAddress(text: string, address: string): string {
  const bare = address.startsWith('[') ? address.slice(1, -1) : address;
  const known = address.startsWith('[')
    ? /^[\da-f:.%\w]*:[\da-f:.%\w]*$/i
    : /^\d{1,3}(\.\d{1,3}){3}$/;
  if (known.test(bare)) return bare;
  throw invalid(text, 'a port', `"${address}" is not an IP address`);
}

/**
 * Reads a mount as `docker run -v` takes it (`source:target[:ro|rw]`, or a target alone for an anonymous volume) or as
 * `--mount` does (`type=bind,source=…,target=…,readonly`). A source with a slash is a path on the engine's host, any
 * other is a volume. Throws EngineError 'bad-request' with what is wrong.
 * @param options.resolve makes a relative host path absolute; without it such a path is refused
 */
export function parseMount(
  text: string,
  options: { readonly resolve?: (path: string) => string } = {},
): MountSpec {
  const trimmed = text.trim();
  if (/(^|,)(type|source|src|target|dst|destination)=/.test(trimmed))
    return parseLongMount(trimmed, options);
  // A drive letter's colon is no separator.
  const parts = trimmed.split(/(?<!^[A-Za-z]):|(?<=^[A-Za-z]):(?![\\/])/);
  if (parts.length > 3) throw invalid(text, 'a mount', 'it has more than three parts');
  if (parts.length === 1) return mountOf(text, 'volume', undefined, trimmed, false, options);
  const [source = '', target = '', mode] = parts;
  const modes = mode?.split(',') ?? [];
  const unknown = modes.find((word) => !/^(ro|rw|z|Z|cached|delegated|consistent)$/.test(word));
  if (unknown !== undefined) throw invalid(text, 'a mount', `"${unknown}" is neither ro nor rw`);
  if (!source) throw invalid(text, 'a mount', 'the source is empty');
  const type = /[/\\]/.test(source) || /^[.~]/.test(source) ? 'bind' : 'volume';
  const mount = mountOf(text, type, source, target, modes.includes('ro'), options);
  const relabel = modes.find((word) => word === 'z' || word === 'Z');
  return relabel === undefined ? mount : { ...mount, relabel };
}

function parseLongMount(text: string, options: { readonly resolve?: (path: string) => string }) {
  let type = 'volume';
  let source: string | undefined;
  let target = '';
  let readOnly = false;
  for (const field of text.split(',')) {
    const [key = '', ...rest] = field.split('=');
    const value = rest.join('=');
    if (key === 'type') type = value;
    else if (key === 'source' || key === 'src') source = value;
    else if (key === 'target' || key === 'dst' || key === 'destination') target = value;
    else if (key === 'readonly' || key === 'ro')
      readOnly = !rest.length || /^(1|true)$/.test(value);
    else throw invalid(text, 'a mount', `"${key}" is not supported here`);
  }
  if (type !== 'bind' && type !== 'volume' && type !== 'tmpfs')
    throw invalid(text, 'a mount', `the type is bind, volume or tmpfs, not "${type}"`);
  return mountOf(text, type, source, target, readOnly, options);
}

function mountOf(
  text: string,
  type: MountSpec['type'],
  given: string | undefined,
  target: string,
  readOnly: boolean,
  options: { readonly resolve?: (path: string) => string },
): MountSpec {
  let source = given;
  if (!/^([/\\]|[A-Za-z]:[\\/])/.test(target))
    throw invalid(text, 'a mount', 'the path in the container has to be absolute');
  if (type === 'bind') {
    if (!source) throw invalid(text, 'a mount', 'a bind needs a path on the host');
    if (!/^([/\\]|[A-Za-z]:[\\/])/.test(source)) {
      if (!options.resolve) throw invalid(text, 'a mount', 'the host path has to be absolute');
      source = options.resolve(source);
    }
  }
  if (type === 'volume' && source !== undefined && !/^[\da-zA-Z][\w.-]*$/.test(source))
    throw invalid(text, 'a mount', `"${source}" is no name for a volume`);
  return { type, source, target, readOnly };
}

/** Reads an environment variable, `NAME=value` or `NAME`. Throws EngineError 'bad-request'. */
export function parseEnv(text: string): string {
  const name = text.split('=', 1)[0] ?? '';
  if (!name || /[\s\0]/.test(name) || text.includes('\0'))
    throw invalid(text, 'an environment variable', 'write it as NAME=value');
  return text;
}

/** Reads a command line into the words of a RunSpec's command; empty text keeps the image's own. Throws EngineError 'bad-request'. */
export function parseCommand(text: string): readonly string[] | undefined {
  const words = splitCommand(text);
  return words.length ? words : undefined;
}

function invalid(text: string, what: string, why: string): EngineError {
  return new EngineError('bad-request', `"${text}" is not ${what}: ${why}.`);
}
