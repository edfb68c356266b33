/** What a YAML file can say of one setting. */
export type Value =
  | string
  | number
  | boolean
  | readonly Value[]
  | { readonly [name: string]: Value };

/** One thing that was chosen for a container, beyond what its image and the engine give to each. */
export interface Choice {
  /** The option of `docker run`; empty where it has none. */
  readonly flag: string;
  /** What follows the option, once for each; `true` where nothing does. */
  readonly args: readonly string[] | true;
  /**
   * Where it stands in a service of a Compose file, from the outermost key on; empty where Compose has no such thing, `told`
   * where another choice says it there.
   */
  readonly path: readonly string[] | 'told';
  readonly value: Value;
}

/** How a container was made, as far as it differs from what any container of its image is. */
export interface Recipe {
  readonly name: string;
  /** `com.docker.compose.service` where Compose made it, otherwise its name. */
  readonly service: string;
  readonly image: string;
  readonly choices: readonly Choice[];
  /** Undefined where it is the image's own. An empty list takes the image's away. */
  readonly entrypoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  /** Networks and volumes that stand on the engine by these names. */
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** What the engine gives to a container for which nothing else was chosen. */
export interface EngineDefaults {
  /** `LoggingDriver` and `DefaultRuntime` of `GET /info`. */
  readonly logDriver: string;
  readonly runtime: string;
}
