/** Where an engine is reached, and how. */
export interface Endpoint {
  readonly name: string;
  /** `unix:///…`, `npipe:////./pipe/…`, `tcp://host:port` or `ssh://user@host[:port][/path]`. */
  readonly url: string;
  /** Where it was found, in words: `DOCKER_HOST`, `context desktop-linux`, `default socket` … */
  readonly source: string;
  /** Present when the engine is to be spoken to over TLS. */
  readonly tls?: EndpointTls;
  /** Where published ports are reached: `localhost`, or the remote's host. */
  readonly host: string;
}

/** PEM texts, and what to check. */
export interface EndpointTls {
  readonly ca?: Buffer | string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly skipVerify: boolean;
  readonly serverName?: string;
}
