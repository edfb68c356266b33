import type { ExporterAttrs } from './exporterAttrs.ts';

/** All that a build is asked for with. Secret values are not in it: they are read when the engine asks for them. */
export interface BuildOptions {
  /** Absolute path of the build context, or an address that the engine fetches it from; see isAddress. */
  readonly context: string;
  /** Absolute path; may lie outside of the context. Of an address for a context, a relative one in it, too. */
  readonly dockerfile: string;
  /** Taken for the Dockerfile's text instead of what is in the file, such as an editor's unsaved one. */
  readonly dockerfileText?: string | undefined;
  /** References for the image; none leaves it without a name. */
  readonly tags: readonly string[];
  readonly target?: string | undefined;
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** `name=value` or `type,…:name=value` each; see annotationAttrs. */
  readonly annotations?: readonly string[] | undefined;
  /** What is to be attested of the image; none where nothing is said. */
  readonly attestations?: readonly Attestation[] | undefined;
  /** None: that of DOCKER_DEFAULT_PLATFORM, or else the engine's own, which `local` is another word for. */
  readonly platforms?: readonly string[] | undefined;
  readonly noCache?: boolean | undefined;
  /** Stages of which each step is built anew, by their names. */
  readonly noCacheFilter?: readonly string[] | undefined;
  /** Asks the registries for newer base images. */
  readonly pull?: boolean | undefined;
  readonly network?: 'default' | 'none' | 'host' | undefined;
  /** What RUN may ask for: `network.host`, `security.insecure`, `device`, `device=…`. */
  readonly allow?: readonly string[] | undefined;
  /** `name:address` or `name=address` each; `host-gateway` is an address. */
  readonly addHosts?: readonly string[] | undefined;
  /** Bytes of /dev/shm of what RUN runs. */
  readonly shmSize?: number | undefined;
  /** `name=soft:hard` each, such as `nofile=1024:2048`. */
  readonly ulimits?: readonly string[] | undefined;
  /** The control group that what RUN runs is below. */
  readonly cgroupParent?: string | undefined;
  /** Named contexts: folders (absolute paths), `docker-image://…`, `https://…`, `target:` is not among them. */
  readonly contexts?: Readonly<Record<string, string>> | undefined;
  readonly secrets?: readonly SecretSource[] | undefined;
  /** By id, `default` being the usual one: the socket of an ssh agent, or files of private keys; none: the agent that runs here. */
  readonly ssh?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly cacheFrom?: readonly CacheSpec[] | undefined;
  readonly cacheTo?: readonly CacheSpec[] | undefined;
  /** Default: an image in the engine's store. */
  readonly outputs?: readonly BuildOutput[] | undefined;
  /** Pushes every tag once the image is built. */
  readonly push?: boolean | undefined;
  /** Absolute path of a file that the image's id is written to. */
  readonly iidFile?: string | undefined;
  /** Absolute path of a file that is told of the result, in JSON as buildx writes it. */
  readonly metadataFile?: string | undefined;
}

/** Where the value of a secret comes from when a RUN mounts it. */
export type SecretSource =
  | { readonly id: string; readonly file: string }
  /** The file counts where there is no such variable. */
  | { readonly id: string; readonly env: string; readonly orFile?: string | undefined };

/** `type=provenance,mode=max` or `type=sbom,generator=…` as buildx words it, taken apart. */
export interface Attestation {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

/** `type=registry,ref=…` as buildx words it, taken apart. */
export interface CacheSpec {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

export type BuildOutput =
  | { readonly type: 'image'; readonly attrs?: ExporterAttrs }
  /** Nothing: what was built stays in the engine's cache. */
  | { readonly type: 'cacheonly' }
  | LocalOutput;

/** What is written on this machine. */
export type LocalOutput =
  /** The files of the result, into a folder. */
  | { readonly type: 'local'; readonly dest: string; readonly attrs?: ExporterAttrs }
  /** An archive of: the files, an OCI layout, an image for `docker load`. */
  | {
      readonly type: 'tar' | 'oci' | 'docker';
      readonly dest: string;
      readonly attrs?: ExporterAttrs;
    };
