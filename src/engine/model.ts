/** The kinds of object that the live store holds. */
export type Kind = 'container' | 'image' | 'network' | 'volume';

export type ContainerState =
  | 'created'
  | 'running'
  | 'paused'
  | 'restarting'
  | 'removing'
  | 'exited'
  | 'dead';

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface Port {
  /** Port inside the container. */
  readonly container: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Published port on the engine's host; undefined when only exposed. */
  readonly host: number | undefined;
  /** Address the published port is bound to: `0.0.0.0`, `::`, `127.0.0.1` … */
  readonly address: string | undefined;
}

export interface Mount {
  readonly type: string;
  /** Volume name, or the host path of a bind. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** One container, as the engine describes it. Strings are what the engine said: display code must treat them as text. */
export interface Container {
  readonly kind: 'container';
  readonly id: string;
  /** Without the leading slash; the short id when the engine gave none. */
  readonly name: string;
  /** Image as it was named at creation, or its id when that name has moved on. */
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly state: ContainerState;
  readonly health: Health;
  /** Seconds since the epoch: by an event, else about, by the engine's words; undefined where neither tells. */
  readonly startedAt: number | undefined;
  /** Seconds since the epoch, of one that has exited: about, by the engine's words. */
  readonly finishedAt: number | undefined;
  readonly exitCode: number | undefined;
  /** The engine's own words, such as `Up 2 hours (healthy)`. Grows stale by itself: the last thing to go by. */
  readonly status: string;
  readonly ports: readonly Port[];
  readonly mounts: readonly Mount[];
  /** Names of the networks it is on. */
  readonly networks: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `com.docker.compose.project`, or `com.docker.stack.namespace`; undefined when neither is set. */
  readonly project: string | undefined;
  /** `com.docker.compose.service`. */
  readonly service: string | undefined;
  /** Set when part of what the engine sent could not be understood: the rest still stands. */
  readonly odd: string | undefined;
}

export interface Image {
  readonly kind: 'image';
  /** `sha256:…` */
  readonly id: string;
  /** `repository:tag` references, empty for a dangling image. */
  readonly tags: readonly string[];
  /** `repository@sha256:…` references. */
  readonly digests: readonly string[];
  /** Seconds since the epoch. */
  readonly created: number;
  /** Bytes. */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly parentId: string | undefined;
  readonly odd: string | undefined;
}

export interface Network {
  readonly kind: 'network';
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  /** CIDR subnets. */
  readonly subnets: readonly string[];
  readonly created: number;
  readonly labels: Readonly<Record<string, string>>;
  /** One of the engine's own: bridge, host, none, ingress. */
  readonly builtIn: boolean;
  readonly odd: string | undefined;
}

export interface Volume {
  readonly kind: 'volume';
  /** The name: volumes have no other id. */
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly mountpoint: string;
  readonly created: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly odd: string | undefined;
}

export interface ItemOf {
  container: Container;
  image: Image;
  network: Network;
  volume: Volume;
}

export type Item = ItemOf[Kind];

/** The published TCP ports, lowest first, each once though it may be bound for IPv4 and IPv6. */
export function webPorts({ ports }: Container): number[] {
  const published = ports.flatMap(({ host, protocol }) =>
    protocol === 'tcp' && host !== undefined ? [host] : [],
  );
  return [...new Set(published)].sort((a, b) => a - b);
}
